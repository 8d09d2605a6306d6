#pragma once
// Named places in every durable step where a test, or WEIR_FAULT, may let things go wrong.
#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include <weir/status.hpp>

namespace weir {

enum class FaultMode {
  kNone,   ///< Nothing happens.
  kCrash,  ///< Throws SimCrash: the process "dies" in simulation.
  kKill,   ///< SIGKILL to this process: no handler, no flush, no destructor.
  kExit,   ///< _exit(137), for where a signal would end more than this process.
  kSkip,   ///< The step is left out and answers success.
  kError,  ///< The step is left out and answers a fault.
};

/// The points of one world. Names are `room.thing.step`, as in `state.manifest.sync`.
///
/// A point exists when it is reached; a test records one undisturbed run, reads the names and counts, and
/// then goes through them one at a time. While nothing is armed or recorded a point costs one relaxed load.
///
/// Threads: any, at once.
class FaultPoints {
 public:
  static constexpr uint64_t kEveryHit = 0;

  /// Lets `name` act at its `at_hit`-th hit counted from now (1 is the next), or at each one.
  void arm(std::string_view name, FaultMode mode, uint64_t at_hit = 1);
  /// Arms from "name:hit:mode", several parted by commas; mode is kill, exit, skip or error, hit 0 is each.
  /// Fails: kInvalid, with nothing armed.
  Status arm_from_text(std::string_view text);
  /// Arms from the environment variable WEIR_FAULT, when it is set.
  Status arm_from_environment();
  /// Counts hits from now on, of armed points and others.
  void record();
  /// Forgets counts and faults.
  void clear();
  /// Returns how often each point was reached since record() or arm().
  std::map<std::string, uint64_t, std::less<>> hits() const;

  /// Runs `step` (a callable that returns Status) unless the fault says otherwise. Crashes come before it.
  template <class Step>
  Status step(std::string_view name, Step&& run) {
    if (!is_active_.load(std::memory_order_relaxed)) return std::forward<Step>(run)();
    const FaultMode mode = hit(name);
    if (mode == FaultMode::kSkip) return Status::ok();
    if (mode == FaultMode::kError) return injected(name);
    return std::forward<Step>(run)();
  }
  /// A point between steps: only crashes and errors act.
  Status reach(std::string_view name) {
    return step(name, [] { return Status::ok(); });
  }
  /// Returns whether the next step is to be left out. Modes skip and error both say so.
  bool skip(std::string_view name) {
    if (!is_active_.load(std::memory_order_relaxed)) return false;
    const FaultMode mode = hit(name);
    return mode == FaultMode::kSkip || mode == FaultMode::kError;
  }

 private:
  struct Point {
    uint64_t hits = 0;
    uint64_t at_hit = kEveryHit;
    FaultMode mode = FaultMode::kNone;
  };
  /// Counts, dies when told to, returns what else is to be done.
  FaultMode hit(std::string_view name);
  static Status injected(std::string_view name);

  std::atomic<bool> is_active_{false};  // Relaxed: whoever arms does so before the threads that it is for.
  mutable std::mutex mutex_;
  std::map<std::string, Point, std::less<>> points_;  // Guarded by mutex_.
};

}  // namespace weir
