#pragma once
// When the timers of one instance are due, and the call that tells its component.
#include <weir/abi.h>

#include <cstdint>
#include <vector>

#include "runtime/component_instance.hpp"
#include "state/instance_state.hpp"
#include "world/clock.hpp"

namespace weir {

class StageCopy;

/// The timers that an instance has set, as its operator sees them.
///
/// Event-time timers are due when the operator's event time has reached them; it only rises. Timers of the
/// wall clock are due when that clock has; for them the stage is woken.
///
/// Threads: confined to the slice of the stage copy.
class TimerFiring {
 public:
  /// Borrows everything as long as it lives.
  TimerFiring(ComponentInstance& instance, StageCopy& stage, const Clock& clock);

  /// Event time is `time_us` from now on, if that is later than before. INT64_MAX: no more input comes.
  void reach(int64_t time_us);
  /// When none is, the stage will be woken at the time of the wall clock's next one.
  bool is_due();
  /// Calls the component with up to a batch of due timers of one state and one clock, lowest times first;
  /// they are taken out before. Needs: is_due().
  weir_answer fire(const weir_call& call, weir_fault& fault);
  /// Goes on after MORE.
  weir_answer resume(const weir_call& call, weir_fault& fault);

 private:
  int64_t reached(DueBy clock) const;
  /// The state whose next timer on this clock comes first; table null: there is none.
  InstanceState::Timers lowest(DueBy clock) const;
  void wake_when_due();

  ComponentInstance& instance_;
  StageCopy& stage_;
  const Clock& clock_;
  const std::vector<InstanceState::Timers> timers_;
  int64_t reached_us_ = INT64_MIN;
  int64_t woken_at_ns_ = INT64_MIN;  // For when a wake was asked last.
  uint32_t firing_state_ = 0;
  uint64_t fired_after_end_ = 0;
  uint64_t allowed_after_end_ = 0;  // Of timers, when no more input comes.
};

}  // namespace weir
