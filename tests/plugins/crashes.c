/* crashes: writes where it must not as soon as it is described. */
#include <stddef.h>

#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "crashes", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "boom");

static int* volatile nowhere;

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  *nowhere = 1;
  return NULL;
}
