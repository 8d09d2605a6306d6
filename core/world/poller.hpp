#pragma once
// Tells when descriptors are ready.
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <thread>

namespace weir {

/// One thread that waits for all of them and sleeps while none is ready. Begins with the first when_ready().
///
/// Threads: any, at once.
class Poller {
 public:
  Poller() = default;
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller();

  /// Calls `then` once on the poller's thread when the descriptor is ready, closed or broken. A later call
  /// for the same direction replaces an earlier one.
  void when_ready(int descriptor, bool is_for_writing, std::function<void()> then);
  /// When this returns no call for the descriptor runs and none will. Needs: it comes before close().
  void forget(int descriptor);

 private:
  struct Watch {
    std::function<void()> reading;
    std::function<void()> writing;
    bool is_known = false;  // To the kernel.
  };
  void begin();
  void arm(int descriptor, Watch& watch);
  void run();
  void handle(int descriptor, unsigned events);

  std::mutex mutex_;
  std::condition_variable called_;
  // Guarded by mutex_ from here on.
  std::map<int, Watch> watches_;
  int calling_ = -1;     // The descriptor whose `then` runs.
  int epoll_ = -1;       // Constant once begun.
  int stop_event_ = -1;  // Constant once begun.
  std::thread thread_;
};

}  // namespace weir
