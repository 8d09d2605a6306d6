#include "runtime/event_time_extension.hpp"

#include "runtime/instance_context.hpp"
#include "runtime/operator.hpp"

namespace weir {
namespace {

void hold_event_time(weir_context* context, int64_t time_us) { context_of(context).op->hold_time(time_us); }

}  // namespace

const weir_event_time_calls& event_time_extension() {
  static constexpr weir_event_time_calls kCalls = {sizeof(weir_event_time_calls), 0, &hold_event_time};
  return kCalls;
}

}  // namespace weir
