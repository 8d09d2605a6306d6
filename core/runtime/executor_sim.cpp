#include <limits>
#include <vector>
#include <weir/status.hpp>

#include "runtime/executors.hpp"
#include "world/random.hpp"

namespace weir {
namespace {

/// What a slice takes, so that timers and checkpoints come while there is work.
constexpr int64_t kSliceNs = 1'000'000;

class SimExecutor final : public Executor {
 public:
  SimExecutor(uint64_t seed, SimClock& clock) : random_(seed), clock_(clock) {}

  void submit(Actor& actor) override { ready_.push_back(&actor); }
  void wait(int64_t until_ns) override {
    do {
      if (!ready_.empty()) run_one();
    } while (!is_woken_ && !ready_.empty() && clock_.monotonic_ns() < until_ns);
    if (!is_woken_ && ready_.empty()) {
      // Nobody else can wake us: to sleep without an end would be a deadlock of the pipeline.
      WEIR_CHECK(until_ns != std::numeric_limits<int64_t>::max());
      const int64_t left_ns = until_ns - clock_.monotonic_ns();
      if (left_ns > 0) clock_.advance_ns(left_ns);
    }
    is_woken_ = false;
  }
  void wake() override { is_woken_ = true; }
  void drain() override {
    while (!ready_.empty()) run_one();
  }

 private:
  void run_one() {
    const size_t index = random_.next() % ready_.size();
    Actor* const actor = ready_[index];
    ready_[index] = ready_.back();
    ready_.pop_back();
    clock_.advance_ns(kSliceNs);
    actor->execute();
  }

  SimRandom random_;
  SimClock& clock_;
  std::vector<Actor*> ready_;
  bool is_woken_ = false;
};

}  // namespace

std::unique_ptr<Executor> make_sim_executor(uint64_t seed, SimClock& clock) {
  return std::make_unique<SimExecutor>(seed, clock);
}

}  // namespace weir
