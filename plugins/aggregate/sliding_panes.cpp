#include "sliding_panes.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace weir::aggregates {

Status SlidingPanes::load() {
  if (std::exchange(is_loaded_, true)) return {};
  WEIR_RETURN_IF_ERROR(ends_.load(work_.context));
  uint64_t cursor = 0;
  for (;;) {
    WEIR_ASSIGN_OR_RETURN(const auto portion, work_.states.panes.scan(work_.context, PaneCloser::kForever,
                                                                      PaneCloser::kPortionRows, &cursor));
    if (portion.slots.size() == 0) return {};
    for (void* const slot : portion.slots.raw()) {
      const auto& head = *static_cast<const SlidingHead*>(slot);
      if (head.is_put != 0) put_upto_ = std::max(put_upto_.value_or(head.put_upto), head.put_upto);
    }
  }
}

int64_t SlidingPanes::first_open_window(int64_t pane_end) const {
  const int64_t first = work_.windows.first_window_end(pane_before(pane_end));
  // Both lie at a whole number of `every` from each other.
  return put_upto_ ? std::max(first, *put_upto_ + work_.windows.every()) : first;
}

int64_t SlidingPanes::next_window() const {
  return ends_.is_empty() ? PaneCloser::kForever : first_open_window(ends_.first());
}

Status SlidingPanes::put_together(int64_t window_end) {
  PaneState& panes = work_.states.panes;
  uint64_t cursor = 0;
  for (;;) {
    // Panes that are older than the window were forgotten with the last window that needed them.
    WEIR_ASSIGN_OR_RETURN(const auto portion,
                          panes.scan(work_.context, window_end, PaneCloser::kPortionRows, &cursor));
    const std::span<void* const> slots = portion.slots.raw();
    if (slots.empty()) break;
    WEIR_ASSIGN_OR_RETURN(const std::vector<Column> saved, work_.output.save(panes.index(), slots));
    for (void* const slot : slots) *static_cast<SlidingHead*>(slot) = {window_end, 1};
    WEIR_RETURN_IF_ERROR(add_to_windows(portion.keys, saved, std::vector<int64_t>(slots.size(), window_end)));
  }
  put_upto_ = window_end;
  return {};
}

Status SlidingPanes::leave(int64_t window_end) {
  // The next window begins `every` later; a pane that ends there or before is in none.
  const int64_t unneeded = window_end - work_.windows.size() + work_.windows.every();
  WEIR_RETURN_IF_ERROR(work_.states.panes.remove_upto(work_.context, unneeded));
  ends_.remove_upto(unneeded);
  return {};
}

Status SlidingPanes::spread(std::vector<int64_t>& ends) {
  PaneState& panes = work_.states.panes;
  uint64_t cursor = 0;
  for (;;) {
    WEIR_ASSIGN_OR_RETURN(const auto portion,
                          panes.scan(work_.context, PaneCloser::kForever, PaneCloser::kPortionRows, &cursor));
    if (portion.slots.size() == 0) break;
    WEIR_RETURN_IF_ERROR(spread(portion, ends));
  }
  WEIR_RETURN_IF_ERROR(panes.remove_upto(work_.context, PaneCloser::kForever));
  ends_.remove_upto(PaneCloser::kForever);
  return {};
}

/// The first window of each pane, then the second of each that has one, and so on: many rows at once, however
/// many keys a pane has.
Status SlidingPanes::spread(const PaneState::Portion& portion, std::vector<int64_t>& ends) {
  const std::span<void* const> slots = portion.slots.raw();
  WEIR_ASSIGN_OR_RETURN(std::vector<Column> saved, work_.output.save(work_.states.panes.index(), slots));
  std::vector<Column> keys = portion.keys;
  std::vector<int64_t> next;
  std::vector<int64_t> last;
  for (const int64_t end : portion.namespaces) {
    next.push_back(first_open_window(end));
    last.push_back(work_.windows.last_window_end(pane_before(end)));
  }
  std::vector<uint32_t> left;
  for (;;) {
    left.clear();
    for (uint32_t i = 0; i < next.size(); ++i)
      if (next[i] <= last[i]) left.push_back(i);
    if (left.empty()) return {};
    if (left.size() < next.size()) {
      if (!keys.empty()) keys = Batch::make(next.size(), keys).select(left).columns();
      if (!saved.empty()) saved = Batch::make(next.size(), saved).select(left).columns();
      for (size_t i = 0; i < left.size(); ++i) {
        next[i] = next[left[i]];
        last[i] = last[left[i]];
      }
      next.resize(left.size());
      last.resize(left.size());
    }
    WEIR_RETURN_IF_ERROR(add_to_windows(keys, saved, next));
    for (int64_t& end : next) {
      // Most rows of a portion lie in one pane.
      if (ends.empty() || ends.back() != end) ends.push_back(end);
      end += work_.windows.every();
    }
  }
}

Status SlidingPanes::add_to_windows(const std::vector<Column>& key_columns, const std::vector<Column>& saved,
                                    std::span<const int64_t> window_ends) {
  std::vector<const weir_column*> raw_keys;
  for (const Column& key : key_columns) raw_keys.push_back(key.get());
  std::vector<const weir_column*> raw;
  for (const Column& column : saved) raw.push_back(column.get());
  Keys keys(raw_keys, window_ends.size());
  keys.namespaces(window_ends);
  PaneState& windows = work_.states.singles;
  WEIR_ASSIGN_OR_RETURN(const auto slots, windows.find_or_insert(work_.context, keys));
  mark_changed(slots.raw());
  return merge_partial(work_.layout, work_.context, windows.index(), slots.raw(), raw.data());
}

}  // namespace weir::aggregates
