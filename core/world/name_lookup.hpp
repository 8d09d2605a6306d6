#pragma once
// Looks up the names of machines without making anybody wait.
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "world/network.hpp"

namespace weir {

/// One thread that looks names up, one after the other. Begins with the first.
///
/// Threads: any, at once.
class NameLookup {
 public:
  /// Begins a connection from an endpoint: looks its name up, which takes a while.
  using Connect = std::function<Result<std::unique_ptr<Connection>>()>;

  NameLookup() = default;
  NameLookup(const NameLookup&) = delete;
  NameLookup& operator=(const NameLookup&) = delete;
  /// Waits for the lookup that runs.
  ~NameLookup();

  /// Returns a connection that would block until `connect`, which runs on the lookup's thread, has made it.
  std::unique_ptr<Connection> connect_later(std::string name, Connect connect);

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  // Guarded by mutex_ from here on.
  std::deque<std::function<void()>> jobs_;
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace weir
