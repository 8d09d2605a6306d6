#pragma once
// Rules `absent` by the clock: keys whose rows have stopped, also when those of all keys have.
#include <vector>

#include <weir/state.hpp>
#include <weir/transform_node.hpp>

#include "incidents.hpp"

namespace weir::analytics {

/// When a key's last row came, for one rule. Namespace: the rule's place.
struct LastArrival {
  int64_t at;  ///< By the wall clock [us].
  uint64_t is_timed;
  uint64_t is_firing;
  uint64_t silences;
};

class ClockWatch {
 public:
  /// Borrows the rules and the incidents: as long as the node.
  ClockWatch(const NamedList<AlertRule>& rules, Incidents& incidents, int64_t forget_after_us);
  bool is_needed() const { return !rule_places_.empty(); }
  void declare(Binding& binding, const std::vector<Field>& keys);
  /// Time in which the pipeline was down is nobody's silence: it counts from here.
  void start();

  /// Rows have come. `silences`: by row.
  Status take(weir_context* context, const KeyColumns& keys, const std::vector<uint64_t>& silences);
  /// Timers of this watch are due.
  Status on_timers(weir_context* context, const FiredTimers& fired);

 private:
  Status set(weir_context* context, const KeyColumns& keys, size_t rule);
  Result<int64_t> next_time(weir_context* context, const KeyColumns& keys, const Transition& what,
                            LastArrival& last);

  const NamedList<AlertRule>& rules_;
  Incidents& incidents_;
  const int64_t forget_after_;  // [us]
  std::vector<size_t> rule_places_;
  ValueState<LastArrival> arrivals_{"arrivals"};
  TimerState timers_{"silent"};
  int64_t started_at_ = 0;
  // Used again for each batch.
  std::vector<uint32_t> fresh_;
  std::vector<int64_t> namespaces_;
};

}  // namespace weir::analytics
