#pragma once
// The events of one key in host-kept state.
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include <weir/state.hpp>

namespace weir::behaviour {

/// Events in the order in which they came. The block has room for more than there are, so that few rows make
/// it grow. Needs: an Event of plain bytes.
template <class Event>
struct EventListOf {
  weir_block* block;
  uint64_t count;
  static std::vector<uint32_t> ref_offsets() { return {0}; }

  std::span<const Event> events() const {
    if (count == 0) return {};
    return {reinterpret_cast<const Event*>(block->data), static_cast<size_t>(count)};
  }
};

/// Fails: no memory.
template <class Event>
Status append_event(ValueState<EventListOf<Event>>& state, weir_context* context, EventListOf<Event>& list,
                    const Event& event) {
  const size_t used = static_cast<size_t>(list.count) * sizeof(Event);
  if (list.block == nullptr || list.block->size < used + sizeof(Event)) {
    const size_t roomy = used == 0 ? 2 * sizeof(Event) : 2 * used;
    WEIR_RETURN_IF_ERROR(state.resize_block(context, &list.block, roomy));
  }
  std::memcpy(list.block->data + used, &event, sizeof(event));
  ++list.count;
  return {};
}

}  // namespace weir::behaviour
