#pragma once
// When a sink that does not take anything is asked again, and by which of its copies.
#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>
#include <weir/status.hpp>

#include "plan/bound_pipeline.hpp"
#include "runtime/actor.hpp"
#include "world/random.hpp"

namespace weir {

/// Counts the failures of one sink over all its copies, and spaces out its tries.
///
///               the open_after-th failure in a row         the wait is over, and a copy asks
///   kClosed ----------------------------------> kOpen ----------------------------------> kHalfOpen
///    ^  ^ success; a failure                     | ^                                        |    |
///    +--+ before that one                        | +-------- the asking copy fails ---------+    |
///    ^                                           |                                               |
///    +--- success of a try that had begun -------+                                               |
///    +-------------------------- the asking copy succeeds ---------------------------------------+
///
/// kClosed: every copy tries, and waits after its own failures. kOpen: nobody tries. kHalfOpen: one does.
///
/// Threads: any, at once. While the sink is well a call costs one relaxed load.
class CircuitBreaker {
 public:
  enum class State : uint8_t { kClosed, kOpen, kHalfOpen };

  /// Borrows `random`.
  CircuitBreaker(const RetryPolicy& policy, Random& random) : policy_(policy), random_(random) {}

  /// Returns 0 when `copy` may try now, else the time [monotonic ns] at which it may ask again, INT64_MAX
  /// when it is woken instead. Who may try tells what came of it: succeeded() or failed(), or neither when
  /// the run ends.
  int64_t ask(Actor& copy, int64_t now_ns);
  /// Wakes who waits. Returns whether failures had come before.
  bool succeeded();
  struct Failed {
    int64_t again_ns = 0;     ///< When the copy shall ask again.
    bool is_new = false;      ///< The reason is not the one that was given last.
    bool is_open = false;     ///< Nobody tries before that time; ask() says when.
    bool has_opened = false;  ///< It went from kClosed to kOpen.
  };
  /// `not_before_ns`: the component's own wish; INT64_MAX: none.
  Failed failed(const Actor& copy, int64_t now_ns, int64_t not_before_ns, const Status& why);

  struct View {
    State state = State::kClosed;
    uint64_t failures = 0;  ///< In a row.
    std::string reason;     ///< Of the last one; empty while the sink is well.
    uint64_t all_failures = 0;
    bool waits_for_room = false;  ///< The last one was a full disk.
  };
  View view() const;

 private:
  int64_t back_off_ns();

  const RetryPolicy policy_;
  Random& random_;
  std::atomic<bool> is_well_{true};  // Says only that there is nothing to look up: kClosed without a failure.
  mutable std::mutex mutex_;         // Guards what follows.
  State state_ = State::kClosed;
  uint64_t failures_ = 0;
  uint64_t all_failures_ = 0;
  Status why_;
  int64_t open_until_ns_ = 0;
  const Actor* probing_ = nullptr;  // In kHalfOpen.
  std::vector<Actor*> waiting_;
};

/// "closed", "open", "half-open".
const char* state_name(CircuitBreaker::State state);

}  // namespace weir
