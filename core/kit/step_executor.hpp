#pragma once
// Runs actors one at a time, when a test says so.
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "runtime/actor.hpp"

namespace weir::kit {

/// First come, first served, so that a test sees the same order each time. Time is the test's.
///
/// Threads: submit() and wake() from any: a component may have a thread of its own that signals its node. The
/// rest from the thread that drives the run.
class StepExecutor final : public Executor {
 public:
  bool has_ready() {
    const std::lock_guard lock(mutex_);
    return !ready_.empty();
  }
  /// Runs the actor that has waited longest. Needs: has_ready().
  void run_one() { take_first()->execute(); }
  /// Returns true when an actor is ready or wake() was called since clear_wake(); false when neither happens
  /// within `at_most` of real time.
  bool wait_for_ready(std::chrono::microseconds at_most) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, at_most, [this] { return is_woken_ || !ready_.empty(); });
  }
  /// For who looks now at whatever wake() may have told of.
  void clear_wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = false;
  }

  void submit(Actor& actor) override {
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(&actor);
    }
    changed_.notify_one();
  }
  void wait(int64_t) override {}
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    changed_.notify_one();
  }
  void drain() override {
    while (has_ready()) run_one();
  }

 private:
  Actor* take_first() {
    const std::lock_guard lock(mutex_);
    Actor* const first = ready_.front();
    ready_.pop_front();
    return first;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Actor*> ready_;  // Guarded by mutex_.
  bool is_woken_ = false;     // Guarded by mutex_.
};

}  // namespace weir::kit
