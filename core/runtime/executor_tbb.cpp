#include <tbb/global_control.h>
#include <tbb/task_arena.h>

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "runtime/executors.hpp"
#include "runtime/wait_point.hpp"

namespace weir {
namespace {

class TbbExecutor final : public Executor {
 public:
  TbbExecutor(uint32_t threads, const Clock& clock)
      : clock_(clock),
        // oneTBB counts on the calling thread to work too; ours only waits.
        workers_(tbb::global_control::max_allowed_parallelism, threads + 1),
        arena_(static_cast<int>(threads), 0) {}
  ~TbbExecutor() override { TbbExecutor::drain(); }

  void submit(Actor& actor) override {
    in_flight_.fetch_add(1, std::memory_order_relaxed);
    arena_.enqueue([this, &actor] {
      actor.execute();
      finished();
    });
  }
  void wait(int64_t until_ns) override { wait_point_.wait(until_ns, clock_); }
  void wake() override { wait_point_.wake(); }
  void drain() override {
    std::unique_lock lock(mutex_);
    is_empty_.wait(lock, [this] { return in_flight_.load() == 0; });
  }

 private:
  void finished() {
    // The last one counts down under the lock: drain() must not return, and this object go, in between.
    int64_t seen = in_flight_.load();
    while (seen > 1) {
      if (in_flight_.compare_exchange_weak(seen, seen - 1)) return;
    }
    const std::lock_guard lock(mutex_);
    in_flight_.fetch_sub(1);
    is_empty_.notify_all();
  }

  const Clock& clock_;
  tbb::global_control workers_;
  tbb::task_arena arena_;
  WaitPoint wait_point_;
  std::atomic<int64_t> in_flight_{0};
  std::mutex mutex_;
  std::condition_variable is_empty_;
};

}  // namespace

std::unique_ptr<Executor> make_tbb_executor(uint32_t threads, const Clock& clock) {
  return std::make_unique<TbbExecutor>(threads, clock);
}

}  // namespace weir
