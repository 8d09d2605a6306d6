#pragma once
// Runs actors one at a time, when a test says so.
#include <cstddef>
#include <vector>

#include "runtime/actor.hpp"

namespace weir::kit {

/// First come, first served, so that a test sees the same order each time. Time is the test's.
///
/// Threads: one at a time.
class StepExecutor final : public Executor {
 public:
  bool has_ready() const { return next_ < ready_.size(); }
  /// Runs the actor that has waited longest. Needs: has_ready().
  void run_one() {
    Actor& actor = *ready_[next_++];
    if (next_ == ready_.size()) {
      ready_.clear();
      next_ = 0;
    }
    actor.execute();
  }

  void submit(Actor& actor) override { ready_.push_back(&actor); }
  void wait(int64_t) override {}
  void wake() override {}
  void drain() override {
    while (has_ready()) run_one();
  }

 private:
  std::vector<Actor*> ready_;
  size_t next_ = 0;
};

}  // namespace weir::kit
