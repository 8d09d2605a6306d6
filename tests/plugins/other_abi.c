/* other_abi: built for a plugin ABI that this weir does not speak. Ends whoever loads it. */
#include <stddef.h>
#include <stdlib.h>

#include "descriptor.h"

FIXTURE_LIBRARY(2, 0, "other_abi", "3.0.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SINK, "future");

__attribute__((constructor)) static void end_the_process(void) { abort(); }

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return NULL;
}
