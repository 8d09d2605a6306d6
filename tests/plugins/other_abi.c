/* other_abi: built for a plugin ABI that this weir does not speak. */
#include <stddef.h>

#include "descriptor.h"

FIXTURE_LIBRARY(2, 0, "other_abi", "3.0.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SINK, "future");

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return NULL;
}
