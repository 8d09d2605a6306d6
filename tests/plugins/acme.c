/* acme: a library as it should be, in plain C against abi.h alone. */
#include "echo.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "acme", "1.2.0");
FIXTURE_COMPONENT(0, WEIR_KIND_TRANSFORM, "echo");

static const weir_str levels[] = {FIXTURE_STR("low"), FIXTURE_STR("high")};
static const weir_option column_item = {.struct_size = sizeof(weir_option), .kind = WEIR_OPTION_COLUMN};

static const weir_option options[] = {{.struct_size = sizeof(weir_option),
                                       .kind = WEIR_OPTION_LIST,
                                       .flags = WEIR_OPTION_REQUIRED,
                                       .name = FIXTURE_STR("columns"),
                                       .doc = FIXTURE_STR("The columns to look at."),
                                       .example = FIXTURE_STR("[id, name]"),
                                       .children = &column_item,
                                       .child_count = 1},
                                      {.struct_size = sizeof(weir_option),
                                       .kind = WEIR_OPTION_INT,
                                       .name = FIXTURE_STR("times"),
                                       .doc = FIXTURE_STR("How often to look."),
                                       .default_text = FIXTURE_STR("1"),
                                       .min = 1,
                                       .max = 10},
                                      {.struct_size = sizeof(weir_option),
                                       .kind = WEIR_OPTION_CHOICE,
                                       .name = FIXTURE_STR("level"),
                                       .doc = FIXTURE_STR("How loud it is | as a word."),
                                       .default_text = FIXTURE_STR("low"),
                                       .choices = levels,
                                       .choice_count = 2}};

static const weir_component echo = ECHO_COMPONENT("echo", options, 3);
static const weir_component* const components[] = {&echo};

static const weir_library library = {.struct_size = sizeof(weir_library),
                                     .abi_major = WEIR_ABI_MAJOR,
                                     .abi_minor = WEIR_ABI_MINOR,
                                     .component_count = 1,
                                     .name = FIXTURE_STR("acme"),
                                     .version = FIXTURE_STR("1.2.0"),
                                     .components = components};

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return &library;
}
