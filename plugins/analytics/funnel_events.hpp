#pragma once
// The events of one key in host-kept state.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <weir/state.hpp>

#include "funnel_path.hpp"

namespace weir::behaviour {

/// Events in the order in which they came. The block has room for more than there are, so that few rows make
/// it grow.
struct EventList {
  weir_block* block;
  uint64_t count;
  static std::vector<uint32_t> ref_offsets() { return {0}; }

  std::span<const FunnelEvent> events() const {
    if (count == 0) return {};
    return {reinterpret_cast<const FunnelEvent*>(block->data), static_cast<size_t>(count)};
  }
};
using EventState = ValueState<EventList>;

/// Fails: no memory.
inline Status append_event(EventState& state, weir_context* context, EventList& list,
                           const FunnelEvent& event) {
  const size_t used = static_cast<size_t>(list.count) * sizeof(FunnelEvent);
  if (list.block == nullptr || list.block->size < used + sizeof(FunnelEvent)) {
    const size_t roomy = used == 0 ? 2 * sizeof(FunnelEvent) : 2 * used;
    WEIR_RETURN_IF_ERROR(state.resize_block(context, &list.block, roomy));
  }
  std::memcpy(list.block->data + used, &event, sizeof(event));
  ++list.count;
  return {};
}

}  // namespace weir::behaviour
