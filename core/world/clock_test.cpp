#include "world/clock.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(SimClock, StandsStillUntilItIsMoved) {
  SimClock clock(1'000'000);
  EXPECT_EQ(clock.now_us(), 1'000'000);
  EXPECT_EQ(clock.monotonic_ns(), 0);
  clock.advance_us(5);
  EXPECT_EQ(clock.now_us(), 1'000'005);
  EXPECT_EQ(clock.monotonic_ns(), 5'000);
}

TEST(SimClock, WallTimeMayJumpBackWhileMonotonicTimeDoesNot) {
  SimClock clock(1'000'000);
  clock.advance_ns(2'000);
  clock.jump_wall_us(-500'000);
  EXPECT_EQ(clock.now_us(), 500'002);
  EXPECT_EQ(clock.monotonic_ns(), 2'000);
}

TEST(RealClock, KnowsTheCenturyAndNeverGoesBack) {
  const RealClock clock;
  EXPECT_GT(clock.now_us(), 1'600'000'000'000'000);
  const int64_t before = clock.monotonic_ns();
  EXPECT_GE(clock.monotonic_ns(), before);
}

}  // namespace
}  // namespace weir
