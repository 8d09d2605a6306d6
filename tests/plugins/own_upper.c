/* own_upper: has a function whose name Weir's own language has. */
#include "descriptor.h"

FIXTURE_LIBRARY(WEIR_ABI_MAJOR, WEIR_ABI_MINOR, "own_upper", "0.1.0");
FIXTURE_COMPONENT(0, WEIR_KIND_FUNCTION, "upper");

static int32_t resolve(const weir_field* args, size_t count, weir_field* result, weir_fault* fault) {
  (void)count;
  (void)fault;
  *result = args[0];
  return 0;
}

static int32_t call(const weir_host* host, const weir_column* const* args, size_t count, int64_t row_count,
                    weir_column** out, weir_row_faults* faults, weir_fault* fault) {
  (void)count;
  (void)row_count;
  (void)faults;
  (void)fault;
  host->column_retain(args[0]);
  *out = (weir_column*)args[0];
  return 0;
}

static const weir_function_calls calls = {
    .struct_size = sizeof(weir_function_calls), .is_deterministic = 1, .resolve = resolve, .call = call};
static const weir_component upper = {.struct_size = sizeof(weir_component),
                                     .kind = WEIR_KIND_FUNCTION,
                                     .name = FIXTURE_STR("upper"),
                                     .summary = FIXTURE_STR("The text as it came."),
                                     .function = &calls};
static const weir_component* const components[] = {&upper};

static const weir_library library = {.struct_size = sizeof(weir_library),
                                     .abi_major = WEIR_ABI_MAJOR,
                                     .abi_minor = WEIR_ABI_MINOR,
                                     .component_count = 1,
                                     .name = FIXTURE_STR("own_upper"),
                                     .version = FIXTURE_STR("0.1.0"),
                                     .components = components};

FIXTURE_EXPORT const weir_library* weir_plugin_v1(const weir_host* host) {
  (void)host;
  return &library;
}
