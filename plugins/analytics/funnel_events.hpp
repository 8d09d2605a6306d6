#pragma once
// The events of one key of a funnel in host-kept state.
#include "event_list.hpp"
#include "funnel_path.hpp"

namespace weir::behaviour {

using EventList = EventListOf<FunnelEvent>;
using EventState = ValueState<EventList>;

}  // namespace weir::behaviour
