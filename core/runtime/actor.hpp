#pragma once
// The unit of scheduling: something that runs a bounded slice at a time and never twice at once.
#include <atomic>
#include <cstdint>

namespace weir {

class Actor;

/// Runs actors. Three kinds: oneTBB, plain std::thread (for the thread sanitizer), and a single-threaded
/// simulation with a seed. The same actors run on each.
///
/// Threads: submit() and wake() from any; wait() from the one thread that drives the run.
class Executor {
 public:
  virtual ~Executor() = default;
  /// Runs the actor once, some time from now. Needs: it is not submitted already (Actor sees to that).
  virtual void submit(Actor& actor) = 0;
  /// Returns when wake() was called since the last wait, or at `until_ns` (monotonic; INT64_MAX: no time).
  /// The simulation runs ready actors here, and moves its clock to `until_ns` when none is ready.
  virtual void wait(int64_t until_ns) = 0;
  virtual void wake() = 0;
  /// Returns when no actor runs and none is submitted. Needs: nobody notifies actors any more.
  virtual void drain() = 0;
};

/// Something that runs in slices: a copy of a stage.
///
///            notify()              executor                 slice ends, nothing noticed
///   kIdle ----------> kQueued ----------------> kRunning ------------------------------> kIdle
///                        ^                          | notify()
///                        |                          v
///                        +------------------ kRunningNotified   (slice ends: queued again)
///
/// One that is held is in none of these: kHeld until release().
///
/// Threads: notify() from any. run_slice() is called by one thread at a time, with everything that an earlier
/// slice wrote visible to it.
class Actor {
 public:
  enum class Next {
    kAgain,  ///< There is more to do now; others get their turn first.
    kWait,   ///< Nothing to do before the next notify().
  };
  explicit Actor(Executor& executor) : executor_(executor) {}
  Actor(const Actor&) = delete;
  Actor& operator=(const Actor&) = delete;
  virtual ~Actor() = default;

  /// Says that something the actor waits for may have happened. Cheap when it is running or queued; nothing
  /// while it is held.
  void notify();
  /// Until release() it never runs, whoever notifies it. Needs: nobody knows it yet.
  void hold() { state_.store(State::kHeld); }
  /// The next notify() makes it run, and that slice sees what was written before those that came to nothing.
  /// Needs: it is held.
  void release() { state_.exchange(State::kIdle); }
  /// For executors: runs one slice. Needs: submitted.
  void execute();
  /// Calls `look` where nobody else runs the actor, as if in a slice of it. Returns whether the actor had
  /// nothing to do, before and afterwards.
  template <class Look>
  bool while_idle(Look&& look) {
    State seen = State::kIdle;
    if (!state_.compare_exchange_strong(seen, State::kRunning)) return false;
    look();
    seen = State::kRunning;
    if (state_.compare_exchange_strong(seen, State::kIdle)) return true;
    state_.exchange(State::kQueued);
    executor_.submit(*this);
    return false;
  }
  /// From now on notify() does nothing. Returns false while it is queued or runs: ask again.
  bool retire() {
    State seen = State::kIdle;
    if (state_.compare_exchange_strong(seen, State::kRetired)) return true;
    return seen == State::kRetired ||
           (seen == State::kHeld && state_.compare_exchange_strong(seen, State::kRetired));
  }

 protected:
  /// Works for a bounded time. Never blocks.
  virtual Next run_slice() = 0;

 private:
  enum class State : uint8_t { kHeld, kIdle, kQueued, kRunning, kRunningNotified, kRetired };
  Executor& executor_;
  std::atomic<State> state_{State::kIdle};
};

}  // namespace weir
