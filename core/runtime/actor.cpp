#include "runtime/actor.hpp"

namespace weir {

void Actor::notify() {
  State seen = state_.load(std::memory_order_seq_cst);
  for (;;) {
    switch (seen) {
      case State::kQueued:
      case State::kRunningNotified:
        return;
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
  state_.store(State::kRunning);
  const Next next = run_slice();
  State seen = State::kRunning;
  if (next == Next::kWait && state_.compare_exchange_strong(seen, State::kIdle)) return;
  state_.store(State::kQueued);
  executor_.submit(*this);
}

}  // namespace weir
