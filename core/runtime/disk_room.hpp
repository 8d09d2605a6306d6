#pragma once
// Which parts of a run wait for room on a disk; while one does, sources read nothing.
#include <atomic>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/actor.hpp"
#include "telemetry/run_status.hpp"

namespace weir {

/// Whoever finds a disk full says so, tries again by itself, and says when there was room.
///
/// Threads: any, at once. While there is room must_wait() costs one relaxed load.
class DiskRoom {
 public:
  /// `who`: any address that is the caller's own.
  void full(const void* who, const std::string& reason);
  /// Wakes the sources when nobody else waits for room. Without an earlier full() it does nothing.
  void roomy(const void* who);
  /// Whether a source has to wait; if so, `source` is notified when it need not any more.
  bool must_wait(Actor& source);
  DiskStatus status() const;

 private:
  std::atomic<bool> is_full_{false};  // Says only that there is something to look up.
  mutable std::mutex mutex_;          // Guards what follows.
  std::map<const void*, std::string> reasons_;
  std::vector<Actor*> waiting_;
};

}  // namespace weir
