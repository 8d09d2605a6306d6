/* hangs: never comes back once it is described. */
#include <stddef.h>
#include <unistd.h>

#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "hangs", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "forever");

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  for (;;) pause();
  return NULL;
}
