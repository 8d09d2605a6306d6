/* reserved_option: has an option whose name the language keeps for every node. */
#include "echo.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "reserved_option", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_TRANSFORM, "greedy");

static const weir_option options[] = {
    {.struct_size = sizeof(weir_option), .kind = WEIR_OPTION_INT, .name = FIXTURE_STR("max_errors")}};
static const weir_component greedy = ECHO_COMPONENT("greedy", options, 1);
static const weir_component* const components[] = {&greedy};

static const weir_library library = {.struct_size = sizeof(weir_library),
                                     .abi_major = WEIR_ABI_MAJOR,
                                     .abi_minor = WEIR_ABI_MINOR,
                                     .component_count = 1,
                                     .name = FIXTURE_STR("reserved_option"),
                                     .version = FIXTURE_STR("0.1.0"),
                                     .components = components};

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return &library;
}
