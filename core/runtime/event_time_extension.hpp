#pragma once
// Event time that a transform keeps back.
#include <weir/ext_event_time.h>

namespace weir {

/// The calls of "weir.event_time/1".
const weir_event_time_calls& event_time_extension();

}  // namespace weir
