#pragma once
// Which operator of a stage is at work, and how its busy time is known without reading the clock for each
// batch.
#include <cstdint>
#include <utility>
#include <vector>

#include "telemetry/metrics.hpp"
#include "world/clock.hpp"

namespace weir {

/// Shares out the time that a stage runs among its operators. Their busy times add up to the stage's.
///
/// Reading the clock costs as much as handing a small batch on. So where turns are short only one round in
/// kSampledRounds is timed, turn by turn; the whole slice's time is known, and is shared out in the
/// proportions of the timed rounds. Where turns are long every round is timed.
///
/// Threads: confined to the slice of its stage copy.
class TurnClock {
 public:
  /// Borrows `clock`.
  explicit TurnClock(const Clock& clock) : clock_(clock) {}
  /// Adds an operator, and returns its number. Borrows `metrics`.
  int32_t add(NodeMetrics& metrics);

  void begin_slice();
  /// Shares out what has run since begin_slice().
  void end_slice();
  /// A round is what one input of the stage causes.
  void begin_round();
  /// The time runs for this operator from now on (kNone: for nobody); returns whose it was.
  int32_t begin_turn(int32_t next) {
    if (is_timed_) read_turn();
    return std::exchange(turn_, next);
  }
  /// When the clock was last read: less than a round ago where rounds are long.
  int64_t last_read_ns() const { return last_read_ns_; }

  static constexpr int32_t kNone = -1;

 private:
  static constexpr uint32_t kSampledRounds = 16;
  static constexpr int64_t kShortTurnNs = 2000;

  struct Share {
    NodeMetrics* metrics;
    int64_t timed_ns = 0;  // Since time was last shared out.
  };
  void read_turn();

  const Clock& clock_;
  std::vector<Share> shares_;
  int32_t turn_ = kNone;
  bool is_timed_ = true;
  uint32_t untimed_left_ = 0;  // Rounds until the next timed one.
  uint32_t round_turns_ = 0;   // Of a timed round.
  int64_t round_ns_ = 0;       // Of a timed round.
  int64_t slice_began_ns_ = 0;
  int64_t last_read_ns_ = 0;
  int64_t unshared_ns_ = 0;
};

}  // namespace weir
