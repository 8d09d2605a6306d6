#pragma once
// Keys that have gone silent are forgotten, so that state does not grow with every key that ever was.
#include <algorithm>
#include <vector>

#include <weir/state.hpp>
#include <weir/transform_node.hpp>

namespace weir::analytics {

/// One timer for each key; a row costs it nothing. A Slot says in last_time() when its key was last seen.
template <class Slot>
class StaleKeys {
 public:
  explicit StaleKeys(int64_t after_us) : after_us_(after_us) {}
  void declare(Binding& binding) { timers_.declare(binding); }
  /// Called for keys that are new. Needs: as many times as rows of `keys`.
  Status watch(weir_context* context, const Keys& keys, std::vector<int64_t> seen) {
    for (int64_t& time : seen) time += after_us_;
    return timers_.set(context, keys, seen);
  }
  /// Removes the fired keys that were silent; those that were not get another timer.
  Status on_timers(weir_context* context, const FiredTimers& fired, ValueState<Slot>& state) {
    WEIR_ASSIGN_OR_RETURN(const Slots<Slot> slots, state.find(context, fired.keys()));
    std::vector<uint32_t> silent, active;
    std::vector<int64_t> again;
    for (size_t i = 0; i < slots.size(); ++i) {
      if (slots[i] == nullptr) continue;
      const int64_t due = slots[i]->last_time() + after_us_;
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
};

}  // namespace weir::analytics
