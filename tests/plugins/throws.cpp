// throws: its entry throws an exception across the ABI, which no library may.
#include <stdexcept>

#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "throws", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "thrower");

extern "C" FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host*) {
  throw std::runtime_error("no licence found");
}
