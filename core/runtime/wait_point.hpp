#pragma once
// Where the thread that drives a run sleeps until something happens or a time comes.
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <limits>
#include <mutex>

#include "world/clock.hpp"

namespace weir {

/// Threads: wake() from any, wait() from one.
class WaitPoint {
 public:
  void wake() {
    {
      const std::lock_guard lock(mutex_);
      is_woken_ = true;
    }
    woken_.notify_one();
  }
  /// Returns after a wake() that no earlier wait took, or at until_ns of `clock`.
  void wait(int64_t until_ns, const Clock& clock) {
    std::unique_lock lock(mutex_);
    const auto is_woken = [this] { return is_woken_; };
    if (until_ns == std::numeric_limits<int64_t>::max()) {
      woken_.wait(lock, is_woken);
    } else {
      const int64_t left_ns = until_ns - clock.monotonic_ns();
      if (left_ns > 0) woken_.wait_for(lock, std::chrono::nanoseconds(left_ns), is_woken);
    }
    is_woken_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable woken_;
  bool is_woken_ = false;  // Guarded by mutex_.
};

}  // namespace weir
