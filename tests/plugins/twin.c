/* twin: has a transform of the same name as acme's. */
#include "echo.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "twin", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_TRANSFORM, "echo");

static const weir_component echo = ECHO_COMPONENT("echo", NULL, 0);
static const weir_component* const components[] = {&echo};

static const weir_library library = {.struct_size = sizeof(weir_library),
                                     .abi_major = WEIR_ABI_MAJOR,
                                     .abi_minor = WEIR_ABI_MINOR,
                                     .component_count = 1,
                                     .name = FIXTURE_STR("twin"),
                                     .version = FIXTURE_STR("0.1.0"),
                                     .components = components};

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return &library;
}
