#pragma once
// Rules by event time: what one row does to its key, and what the passing of time does to silent ones.
#include <vector>

#include <weir/state.hpp>

#include "incidents.hpp"
#include "key_watch.hpp"

namespace weir::analytics {

/// At which time keys are looked at though no row of theirs came. Namespace: that time.
struct Deadline {
  uint64_t rules;  ///< Of which rules; kForget: whether to forget the key.
};

class EventWatch {
 public:
  using Rules = NamedList<AlertRule>;
  static constexpr size_t kMostRules = 32;
  /// Borrows the rules and the incidents: as long as the node.
  EventWatch(const Rules& rules, Incidents& incidents, int64_t warm_up_us, int64_t forget_after_us);
  void declare(Binding& binding, const std::vector<Field>& keys);

  /// What a row says. Borrows: the call.
  struct Row {
    int64_t time;
    uint64_t silences;
    const double* readings;  ///< By rule.
  };
  /// Takes rows in the order of their times. Notices go out with the columns that they are about.
  /// Needs: no time below those of earlier calls.
  Status take(weir_context* context, const KeyColumns& keys, std::span<const Row> rows, Emitter& emitter);
  /// Time has come to `upto`: no row at or below it comes any more.
  Status pass(weir_context* context, int64_t upto, Emitter& emitter);

 private:
  static constexpr uint64_t kForget = uint64_t{1} << 63;

  bool is_absence(size_t rule) const {
    return rules_[rule].second.absent && rules_[rule].second.clock == AbsenceClock::kEvent;
  }
  Status take_row(weir_context* context, const KeyColumns& keys, uint32_t row, const Row& what,
                  KeyWatch& key);
  Status tell(weir_context* context, const KeyColumns& keys, const Transition& what, Move move);
  Status set_deadline(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at,
                      uint64_t rules);
  Status look_at(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at, uint64_t due,
                 KeyWatch& key);
  Status forget(weir_context* context, const KeyColumns& keys, uint32_t row, int64_t at, KeyWatch& key);

  const Rules& rules_;
  Incidents& incidents_;
  const int64_t warm_up_;       // [us]
  const int64_t forget_after_;  // [us]
  KeyWatches keys_{"keys"};
  ValueState<Deadline> deadlines_{"deadlines"};
  int64_t next_deadline_;  // None is earlier.
  std::vector<KeyWatch*> found_;
};

}  // namespace weir::analytics
