/* exits: ends the whole process as soon as it is described, after some noise on the output. */
#include <stdio.h>
#include <stdlib.h>

#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "exits", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "quitter");

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  puts("{\"library\": \"not a description\"}");
  exit(3);
}
