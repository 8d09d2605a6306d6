#pragma once
// What stands at the beginning of a slot, before what the aggregates keep.
#include <algorithm>
#include <cstdint>
#include <span>

namespace weir::aggregates {

/// Which of the heads a slot has depends on the node's windows.
inline constexpr uint32_t kHeadSize = 16;

struct RevisionHead {
  int64_t revisions = 0;   ///< That were given.
  int64_t is_changed = 0;  ///< Since the last of them.
};
/// Sliding windows that may come again have it in the slots of windows, not in those of panes.
inline void mark_changed(std::span<void* const> windows) {
  for (void* const slot : windows) static_cast<RevisionHead*>(slot)->is_changed = 1;
}
struct SessionHead {
  int64_t first = 0;  ///< Of its rows' times.
  int64_t last = 0;
};
/// Adds the times of other rows of the session; a new head takes them.
inline void widen(SessionHead& head, const SessionHead& by, bool is_new) {
  head.first = is_new ? by.first : std::min(head.first, by.first);
  head.last = is_new ? by.last : std::max(head.last, by.last);
}
struct SlidingHead {
  int64_t put_upto = 0;  ///< The end of the last window that was put together with this pane.
  int64_t is_put = 0;    ///< 0: none was.
};

static_assert(sizeof(RevisionHead) == kHeadSize && sizeof(SessionHead) == kHeadSize &&
              sizeof(SlidingHead) == kHeadSize);

}  // namespace weir::aggregates
