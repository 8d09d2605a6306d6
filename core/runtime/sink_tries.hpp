#pragma once
// What one copy of a sink still wants to hand over, and when it tries again.
#include <weir/abi.h>

#include <cstdint>
#include <string>
#include <weir/status.hpp>

#include "runtime/circuit_breaker.hpp"
#include "runtime/disk_room.hpp"
#include "world/clock.hpp"

namespace weir {

/// The tries of one thing (a batch, a flush, a commit) until it succeeds or `max_elapsed` has passed since
/// the first failure; then the next thing begins anew. For room on a disk there is no limit: meanwhile the
/// sources stand still.
///
/// Threads: confined to the slice of its stage copy.
class SinkTries {
 public:
  /// Borrows all of them. `copy` is woken when another copy finds the sink well again.
  SinkTries(CircuitBreaker& breaker, const RetryPolicy& policy, const Clock& clock, DiskRoom& room,
            Actor& copy)
      : breaker_(breaker), policy_(policy), clock_(clock), room_(room), copy_(copy) {}

  enum class Next {
    kTry,     ///< Now; then say succeeded() or failed().
    kWait,    ///< Not before what was put into `wake`, whatever wakes the copy before.
    kGiveUp,  ///< The time is over; the next thing has all of it again.
  };
  Next next(weir_wake& wake);
  /// Returns what people shall read of it, or nothing.
  std::string succeeded();
  /// `wake`: until when the component itself wants to be left alone, if it says so; afterwards, when next()
  /// is to be called. Returns what people shall read of it, or nothing.
  std::string failed(weir_wake& wake, const Status& why);
  /// "no answer: given up after 10m", of what failed last.
  Status given_up() const;

 private:
  Next wait_until(int64_t time_ns, weir_wake& wake) const;
  Next give_up();
  void start_anew();
  int64_t end_of_patience(bool waits_for_room, int64_t now_ns) const;

  CircuitBreaker& breaker_;
  const RetryPolicy& policy_;
  const Clock& clock_;
  DiskRoom& room_;
  Actor& copy_;
  int64_t again_ns_ = 0;    // Not before this.
  int64_t give_up_ns_ = 0;  // 0: neither a try has failed nor was one refused. INT64_MAX: never.
  bool is_over_ = false;    // The last try has failed.
  std::string reason_;
};

}  // namespace weir
