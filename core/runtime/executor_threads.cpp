#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "runtime/executors.hpp"
#include "runtime/wait_point.hpp"

namespace weir {
namespace {

class ThreadExecutor final : public Executor {
 public:
  ThreadExecutor(uint32_t threads, const Clock& clock) : clock_(clock) {
    for (uint32_t i = 0; i < threads; ++i) {
      workers_.emplace_back([this] { work(); });
    }
  }
  ~ThreadExecutor() override {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    changed_.notify_all();
    for (std::thread& worker : workers_) worker.join();
  }

  void submit(Actor& actor) override {
    {
      const std::lock_guard lock(mutex_);
      ready_.push_back(&actor);
    }
    changed_.notify_one();
  }
  void wait(int64_t until_ns) override { wait_point_.wait(until_ns, clock_); }
  void wake() override { wait_point_.wake(); }
  void drain() override {
    std::unique_lock lock(mutex_);
    drained_.wait(lock, [this] { return ready_.empty() && running_ == 0; });
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return is_stopping_ || !ready_.empty(); });
      if (ready_.empty()) return;
      Actor* const actor = ready_.front();
      ready_.pop_front();
      ++running_;
      lock.unlock();
      actor->execute();
      lock.lock();
      --running_;
      if (ready_.empty() && running_ == 0) drained_.notify_all();
    }
  }

  const Clock& clock_;
  WaitPoint wait_point_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::condition_variable drained_;
  std::deque<Actor*> ready_;  // These three: guarded by mutex_.
  size_t running_ = 0;
  bool is_stopping_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace

std::unique_ptr<Executor> make_thread_executor(uint32_t threads, const Clock& clock) {
  return std::make_unique<ThreadExecutor>(threads, clock);
}

}  // namespace weir
