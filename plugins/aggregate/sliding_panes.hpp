#pragma once
// The panes of sliding windows, and how windows are put together from them.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "pane_closer.hpp"

namespace weir::aggregates {

/// Windows are put together one after the other, each from its panes, key by key, in slots of the second
/// state, where rows that came too late for their pane lie already. A pane is forgotten with the last window
/// that it is in. So a row costs the same however many windows overlap, and a window what its panes do.
///
/// Threads: one instance's.
class SlidingPanes {
 public:
  /// Borrows what `work` does.
  explicit SlidingPanes(const PaneWork& work) : work_(work), ends_(work.states.panes) {}
  /// Before any of the calls below: after a restart everything is in the state alone.
  Status load();
  /// Rows went into panes that end here.
  void add(std::span<const int64_t> ends) { ends_.add(ends); }
  /// The end of the next window that has a pane; kForever: none.
  int64_t next_window() const;
  /// Adds to the slots of a window what its panes hold.
  /// Needs: no window between this one and the last has panes.
  Status put_together(int64_t window_end);
  /// Forgets the panes that are in no window behind this one.
  Status leave(int64_t window_end);
  /// Adds what all panes hold to each of their windows that was not put together yet, and forgets them.
  /// Appends the ends of these windows to `ends`, some of them more than once.
  Status spread(std::vector<int64_t>& ends);

 private:
  Span pane_before(int64_t end) const { return {end - work_.windows.pane_width(), end}; }
  int64_t first_open_window(int64_t pane_end) const;
  Status spread(const PaneState::Portion& portion, std::vector<int64_t>& ends);
  Status add_to_windows(const std::vector<Column>& key_columns, const std::vector<Column>& saved,
                        std::span<const int64_t> window_ends);

  PaneWork work_;
  PaneEnds ends_;
  std::optional<int64_t> put_upto_;  // Nothing: no window was put together.
  bool is_loaded_ = false;
};

}  // namespace weir::aggregates
