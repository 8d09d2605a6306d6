#include "runtime/turn_clock.hpp"

#include <numeric>

namespace weir {

int32_t TurnClock::add(NodeMetrics& metrics) {
  shares_.push_back({&metrics});
  return static_cast<int32_t>(shares_.size()) - 1;
}

void TurnClock::begin_slice() { slice_began_ns_ = last_read_ns_ = clock_.monotonic_ns(); }

void TurnClock::begin_round() {
  if (is_timed_ && round_turns_ > 0) {
    const bool are_turns_short = round_ns_ < kShortTurnNs * round_turns_;
    untimed_left_ = are_turns_short ? kSampledRounds : 0;
    round_ns_ = 0;
    round_turns_ = 0;
  }
  is_timed_ = untimed_left_ == 0;
  if (!is_timed_) --untimed_left_;
}

void TurnClock::read_turn() {
  const int64_t now_ns = clock_.monotonic_ns();
  if (turn_ != kNone) {
    shares_[static_cast<size_t>(turn_)].timed_ns += now_ns - last_read_ns_;
    round_ns_ += now_ns - last_read_ns_;
    ++round_turns_;
  }
  last_read_ns_ = now_ns;
}

void TurnClock::end_slice() {
  last_read_ns_ = clock_.monotonic_ns();
  unshared_ns_ += last_read_ns_ - slice_began_ns_;
  const int64_t timed_ns =
      std::accumulate(shares_.begin(), shares_.end(), int64_t{0},
                      [](int64_t sum, const Share& share) { return sum + share.timed_ns; });
  // What ran before the first timed round waits for its proportions.
  if (timed_ns == 0) return;
  const double factor = static_cast<double>(unshared_ns_) / static_cast<double>(timed_ns);
  for (Share& share : shares_) {
    share.metrics->busy_ns.add_alone(static_cast<uint64_t>(static_cast<double>(share.timed_ns) * factor));
    share.timed_ns = 0;
  }
  unshared_ns_ = 0;
}

}  // namespace weir
