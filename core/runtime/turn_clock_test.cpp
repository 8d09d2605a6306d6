#include "runtime/turn_clock.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace weir {
namespace {

/// A clock that counts how often it is read.
class CountingClock final : public Clock {
 public:
  int64_t now_us() const override { return 0; }
  int64_t monotonic_ns() const override {
    ++reads;
    return now_ns;
  }
  int64_t now_ns = 1000;
  mutable int reads = 0;
};

class TurnClockTest : public testing::Test {
 protected:
  TurnClockTest() : outer(turns.add(outer_metrics)), inner(turns.add(inner_metrics)) {}

  /// The outer operator works, hands on to the inner one, and ends.
  void round(int64_t outer_ns, int64_t inner_ns) {
    turns.begin_round();
    const int32_t nobody = turns.begin_turn(outer);
    clock.now_ns += outer_ns;
    const int32_t before = turns.begin_turn(inner);
    clock.now_ns += inner_ns;
    turns.begin_turn(before);
    turns.begin_turn(nobody);
  }

  CountingClock clock;
  NodeMetrics outer_metrics;
  NodeMetrics inner_metrics;
  TurnClock turns{clock};
  const int32_t outer;
  const int32_t inner;
};

TEST_F(TurnClockTest, LongTurnsAreTimedEachByItself) {
  turns.begin_slice();
  round(100'000, 300'000);
  round(300'000, 300'000);
  turns.end_slice();
  EXPECT_EQ(outer_metrics.busy_ns.get(), 400'000U);
  EXPECT_EQ(inner_metrics.busy_ns.get(), 600'000U);
}

TEST_F(TurnClockTest, ShortTurnsShareTheSlicesTime) {
  turns.begin_slice();
  for (int i = 0; i < 1600; ++i) round(10, 30);
  turns.end_slice();
  EXPECT_EQ(outer_metrics.busy_ns.get(), 16'000U);
  EXPECT_EQ(inner_metrics.busy_ns.get(), 48'000U);
  EXPECT_LT(clock.reads, 500);  // Each turn by itself: 6,400.
}

TEST_F(TurnClockTest, TheTimeBeforeTheFirstTimedRoundIsNotLost) {
  turns.begin_slice();
  round(10, 10);
  turns.end_slice();
  for (int i = 0; i < 15; ++i) {
    turns.begin_slice();
    round(10, 10);
    turns.end_slice();
  }
  EXPECT_EQ(outer_metrics.busy_ns.get() + inner_metrics.busy_ns.get(), 20U);
  for (int i = 0; i < 2; ++i) {
    turns.begin_slice();
    round(10, 10);
    turns.end_slice();
  }
  EXPECT_EQ(outer_metrics.busy_ns.get() + inner_metrics.busy_ns.get(), 18U * 20);
}

TEST_F(TurnClockTest, AfterALongTurnEveryRoundIsTimed) {
  turns.begin_slice();
  round(10, 10);
  for (int i = 0; i < 16; ++i) round(10, 10);
  round(100'000, 100'000);
  clock.reads = 0;
  round(10, 10);
  EXPECT_EQ(clock.reads, 4);
}

}  // namespace
}  // namespace weir
