#include "runtime/stall_watch.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr int64_t kSecondNs = 1'000'000'000;

TEST(StallWatch, IsPatientForTenSeconds) {
  StallWatch watch;
  EXPECT_FALSE(watch.looks_stalled(5 * kSecondNs, 7, true));
  EXPECT_FALSE(watch.looks_stalled(14 * kSecondNs, 7, true));
  EXPECT_TRUE(watch.looks_stalled(15 * kSecondNs, 7, true));
}

TEST(StallWatch, BeginsAnewWhenSomethingRan) {
  StallWatch watch;
  EXPECT_FALSE(watch.looks_stalled(0, 7, true));
  EXPECT_FALSE(watch.looks_stalled(9 * kSecondNs, 8, true));
  EXPECT_FALSE(watch.looks_stalled(18 * kSecondNs, 8, true));
  EXPECT_TRUE(watch.looks_stalled(19 * kSecondNs, 8, true));
}

TEST(StallWatch, NothingToDoIsNoStall) {
  StallWatch watch;
  EXPECT_FALSE(watch.looks_stalled(0, 7, false));
  EXPECT_FALSE(watch.looks_stalled(100 * kSecondNs, 7, false));
  EXPECT_FALSE(watch.looks_stalled(101 * kSecondNs, 7, true));
}

}  // namespace
}  // namespace weir
