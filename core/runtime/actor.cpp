#include "runtime/actor.hpp"

namespace weir {

void Actor::notify() {
  State seen = state_.load(std::memory_order_seq_cst);
  for (;;) {
    switch (seen) {
      case State::kRetired:
        return;
      case State::kHeld:
      case State::kQueued:
      case State::kRunningNotified:
        // A read-modify-write and no load: the slice that follows must see what was written before, and a
        // load may be done while that is still on its way.
        if (state_.compare_exchange_weak(seen, seen)) return;
        break;
      case State::kIdle:
        if (state_.compare_exchange_weak(seen, State::kQueued)) {
          executor_.submit(*this);
          return;
        }
        break;
      case State::kRunning:
        if (state_.compare_exchange_weak(seen, State::kRunningNotified)) return;
        break;
    }
  }
}

void Actor::execute() {
  state_.exchange(State::kRunning);  // Reads what notify() wrote.
  const Next next = run_slice();
  State seen = State::kRunning;
  if (next == Next::kWait && state_.compare_exchange_strong(seen, State::kIdle)) return;
  state_.exchange(State::kQueued);
  executor_.submit(*this);
}

}  // namespace weir
