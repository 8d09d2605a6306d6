#include "runtime/circuit_breaker.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace weir {

int64_t CircuitBreaker::ask(Actor& copy, int64_t now_ns) {
  if (is_well_.load(std::memory_order_relaxed)) return 0;
  const std::lock_guard lock(mutex_);
  const bool may_try = state_ == State::kClosed || (state_ == State::kHalfOpen && probing_ == &copy) ||
                       (state_ == State::kOpen && now_ns >= open_until_ns_);
  if (may_try) {
    if (state_ == State::kOpen) {
      state_ = State::kHalfOpen;
      probing_ = &copy;
    }
    return 0;
  }
  if (std::ranges::find(waiting_, &copy) == waiting_.end()) waiting_.push_back(&copy);
  return state_ == State::kOpen ? open_until_ns_ : std::numeric_limits<int64_t>::max();
}

bool CircuitBreaker::succeeded() {
  if (is_well_.load(std::memory_order_relaxed)) return false;
  std::vector<Actor*> woken;
  {
    const std::lock_guard lock(mutex_);
    if (is_well_.load(std::memory_order_relaxed)) return false;
    state_ = State::kClosed;
    failures_ = 0;
    why_ = {};
    probing_ = nullptr;
    woken = std::exchange(waiting_, {});
    is_well_.store(true, std::memory_order_relaxed);
  }
  for (Actor* const actor : woken) actor->notify();
  return true;
}

CircuitBreaker::Failed CircuitBreaker::failed(const Actor& copy, int64_t now_ns, int64_t not_before_ns,
                                              const Status& why) {
  Failed outcome;
  std::vector<Actor*> woken;
  {
    const std::lock_guard lock(mutex_);
    is_well_.store(false, std::memory_order_relaxed);
    ++all_failures_;
    outcome.is_new = why_.message() != why.message();
    why_ = why;
    // A try that had begun before it opened says nothing new.
    const bool counts = state_ == State::kClosed || (state_ == State::kHalfOpen && probing_ == &copy);
    if (counts) {
      ++failures_;
      outcome.again_ns = now_ns + back_off_ns();
      if (not_before_ns != std::numeric_limits<int64_t>::max())
        outcome.again_ns = std::max(outcome.again_ns, not_before_ns);
      if (state_ == State::kHalfOpen || failures_ >= static_cast<uint64_t>(policy_.open_after)) {
        outcome.has_opened = state_ == State::kClosed;
        state_ = State::kOpen;
        open_until_ns_ = outcome.again_ns;
        probing_ = nullptr;
        woken = std::exchange(waiting_, {});  // They ask, and are told the new time.
      }
    } else {
      outcome.again_ns = state_ == State::kOpen ? open_until_ns_ : now_ns + back_off_ns();
    }
    outcome.is_open = state_ != State::kClosed;
  }
  for (Actor* const actor : woken) actor->notify();
  return outcome;
}

int64_t CircuitBreaker::back_off_ns() {
  const double growth =
      std::pow(policy_.multiplier, static_cast<double>(std::max<uint64_t>(failures_, 1) - 1));
  const double wait_us =
      std::min(static_cast<double>(policy_.initial_us) * growth, static_cast<double>(policy_.max_us));
  const double chance = static_cast<double>(random_.below(1'000'001)) / 500'000 - 1;  // -1 to 1.
  return static_cast<int64_t>(wait_us * (1 + policy_.jitter * chance) * 1000);
}

CircuitBreaker::View CircuitBreaker::view() const {
  const std::lock_guard lock(mutex_);
  return {state_, failures_, std::string(why_.message()), all_failures_, why_.code() == Code::kNoSpace};
}

const char* state_name(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::kOpen:
      return "open";
    case CircuitBreaker::State::kHalfOpen:
      return "half-open";
    default:
      return "closed";
  }
}

}  // namespace weir
