#include "runtime/timer_firing.hpp"

#include <algorithm>
#include <string>
#include <weir/fault.hpp>

#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

constexpr size_t kTimersACall = 8192;
/// How many timers a component may go on to set, for each that there was, when its input has ended: it would
/// never end if it set a new one in every call.
constexpr uint64_t kSetAnewAtEnd = 1000;

}  // namespace

TimerFiring::TimerFiring(ComponentInstance& instance, StageCopy& stage, const Clock& clock)
    : instance_(instance), stage_(stage), clock_(clock), timers_(instance.context().state->timers()) {}

int64_t TimerFiring::reached(DueBy clock) const {
  return clock == DueBy::kEvent ? reached_us_ : clock_.now_us();
}

void TimerFiring::reach(int64_t time_us) {
  if (time_us == INT64_MAX && reached_us_ != INT64_MAX) {
    for (const InstanceState::Timers& timers : timers_) allowed_after_end_ += timers.table->count() + 1;
    allowed_after_end_ *= kSetAnewAtEnd;
  }
  if (time_us != INT64_MAX && stage_.faults().skip("timers.reach")) return;
  reached_us_ = std::max(reached_us_, time_us);
}

bool TimerFiring::is_due() {
  for (const DueBy clock : {DueBy::kEvent, DueBy::kWall}) {
    const TimerTable* const next = lowest(clock).table;
    if (next != nullptr && next->next_us(clock) <= reached(clock)) return true;
  }
  wake_when_due();
  return false;
}

InstanceState::Timers TimerFiring::lowest(DueBy clock) const {
  InstanceState::Timers found{0, nullptr};
  for (const InstanceState::Timers& timers : timers_) {
    if (timers.table->count(clock) == 0) continue;
    if (found.table == nullptr || timers.table->next_us(clock) < found.table->next_us(clock)) found = timers;
  }
  return found;
}

weir_answer TimerFiring::fire(const weir_call& call, weir_fault& fault) {
  DueBy clock = DueBy::kEvent;  // What event time has reached comes first.
  InstanceState::Timers due = lowest(clock);
  if (due.table == nullptr || due.table->next_us(clock) > reached(clock)) {
    clock = DueBy::kWall;
    due = lowest(clock);
  }
  const auto fired = due.table->take_due(clock, reached(clock), kTimersACall);
  if (!fired.is_ok()) {
    fill_fault(fired.status(), &fault);
    return WEIR_FAILED;
  }
  if (reached_us_ == INT64_MAX) {
    fired_after_end_ += static_cast<uint64_t>(fired->keys.row_count);
    if (fired_after_end_ > allowed_after_end_) {
      fill_fault(
          Status::invalid("its input has ended, and it sets a timer anew each time one fires; a timer that "
                          "repeats itself belongs to the wall clock, whose timers end with the input"),
          &fault);
      return WEIR_FAILED;
    }
  }
  const weir_transform_calls& calls = *instance_.component().transform;
  if (calls.timers == nullptr) return WEIR_DONE;
  firing_state_ = due.state;
  return calls.timers(instance_.get(), &call, firing_state_, &fired->keys, fired->times, &fault);
}

weir_answer TimerFiring::resume(const weir_call& call, weir_fault& fault) {
  const weir_transform_calls& calls = *instance_.component().transform;
  return calls.timers(instance_.get(), &call, firing_state_, nullptr, nullptr, &fault);
}

void TimerFiring::wake_when_due() {
  const InstanceState::Timers next = lowest(DueBy::kWall);
  if (next.table == nullptr) return;
  const int64_t now_ns = clock_.monotonic_ns();
  constexpr int64_t kLongestUs = INT64_MAX / 4000;  // As nanoseconds it can still be added to a time.
  const int64_t left_us = next.table->next_us(DueBy::kWall) - clock_.now_us();
  const int64_t at_ns = now_ns + std::clamp<int64_t>(left_us, 0, kLongestUs) * 1000;
  // A wake that is asked for and comes early enough will do; it is looked at again then.
  if (woken_at_ns_ > now_ns && woken_at_ns_ <= at_ns) return;
  woken_at_ns_ = at_ns;
  stage_.wake_at(at_ns);
}

}  // namespace weir
