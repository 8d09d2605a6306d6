/* missing_symbol: calls a function that no library has. */
#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "missing_symbol", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "incomplete");

extern const weir_library* acme_missing(void);

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return acme_missing();
}
