#pragma once
// Keys that have gone silent are forgotten, so that state does not grow with every key that ever was.
#include <algorithm>
#include <vector>

#include <weir/state.hpp>
#include <weir/transform_node.hpp>

#include "settled_times.hpp"

namespace weir::analytics {

/// One timer for each key; a row costs it nothing. A Slot says in last_time() when its key was last seen.
///
/// A timer comes sooner or later, as the threads go. What a row gives must not depend on it: whoever uses
/// this takes a slot of which is_stale() says so for a new one.
template <class Slot>
class StaleKeys {
 public:
  explicit StaleKeys(int64_t after_us) : after_us_(after_us) {}
  void declare(Binding& binding) { timers_.declare(binding); }
  bool is_stale(const Slot& slot, const SettledTimes::Row& row) const {
    return std::max(row.time, row.reached) > slot.last_time() + after_us_;
  }
  /// Fills `slots` with what `state` has of the keys `by` of `rows`, in their order. Keys that are new are
  /// watched from the time of their row on.
  Status find(weir_context* context, ValueState<Slot>& state, const Batch& batch,
              const std::vector<ColumnRef>& by, const std::vector<SettledTimes::Row>& rows,
              std::vector<Slot*>& slots) {
    slots.clear();
    if (rows.empty()) return {};
    places_.clear();
    for (const SettledTimes::Row& row : rows) places_.push_back(row.row);
    Keys keys(batch, by);
    keys.rows(places_);
    WEIR_ASSIGN_OR_RETURN(const Slots<Slot> found, state.find_or_insert(context, keys));
    fresh_.clear();
    due_.clear();
    for (size_t i = 0; i < found.size(); ++i) {
      slots.push_back(found[i]);
      if (!state.was_inserted(i)) continue;
      fresh_.push_back(rows[i].row);
      due_.push_back(rows[i].time + after_us_ + 1);
    }
    if (fresh_.empty()) return {};
    Keys fresh(batch, by);
    return timers_.set(context, fresh.rows(fresh_), due_);
  }
  /// Removes the fired keys that were silent; those that were not get another timer.
  Status on_timers(weir_context* context, const FiredTimers& fired, ValueState<Slot>& state) {
    WEIR_ASSIGN_OR_RETURN(const Slots<Slot> slots, state.find(context, fired.keys()));
    std::vector<uint32_t> silent, active;
    std::vector<int64_t> again;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] == nullptr) continue;
      const int64_t due = slots[i]->last_time() + after_us_ + 1;
      if (due <= fired.times()[i]) {
        silent.push_back(static_cast<uint32_t>(i));
      } else {
        active.push_back(static_cast<uint32_t>(i));
        again.push_back(due);
      }
    }
    Keys keys(fired.key_columns(), fired.size());
    if (!active.empty()) WEIR_RETURN_IF_ERROR(timers_.set(context, keys.rows(active), again));
    if (!silent.empty()) WEIR_RETURN_IF_ERROR(state.remove(context, keys.rows(silent)));
    return {};
  }

 private:
  const int64_t after_us_;
  TimerState timers_{"stale"};
  // Used again for each batch.
  std::vector<uint32_t> places_;
  std::vector<uint32_t> fresh_;
  std::vector<int64_t> due_;
};

}  // namespace weir::analytics
