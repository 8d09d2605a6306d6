/* no_entry: has a descriptor and exports nothing. */
#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "no_entry", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_SOURCE, "silent");
