#include "runtime/time_tracker.hpp"

#include <gtest/gtest.h>

#include <string>

namespace weir {
namespace {

std::string text_of(const std::optional<weir_signal>& signal) {
  if (!signal) return "";
  return signal->kind == WEIR_SIGNAL_IDLE ? "idle" : std::to_string(signal->time);
}

class TimeTrackerTest : public testing::Test {
 protected:
  std::string told() { return text_of(times_.take_signal()); }
  TimeTracker times_{EventTime{0, 10, {}}};
};

TEST_F(TimeTrackerTest, TheSlowestPartitionHoldsTheWatermarkBack) {
  times_.found(1, INT64_MIN);
  times_.found(2, INT64_MIN);
  times_.advance(1, 100);
  EXPECT_EQ(told(), "");
  times_.advance(2, 50);
  EXPECT_EQ(told(), "40");
  times_.ended(2);
  EXPECT_EQ(told(), "90");
}

TEST_F(TimeTrackerTest, AnIdlePartitionIsSetAsideAndRowsBringItBack) {
  times_.found(1, INT64_MIN);
  times_.found(2, INT64_MIN);
  times_.advance(1, 100);
  times_.idle(2);
  EXPECT_EQ(told(), "90");
  EXPECT_EQ(text_of(times_.come_back(2)), "");
  times_.advance(2, 60);
  EXPECT_EQ(told(), "");
  times_.advance(1, 200);
  EXPECT_EQ(told(), "");  // The one that came back holds it, but never takes it back.
  times_.advance(2, 150);
  EXPECT_EQ(told(), "140");
}

TEST_F(TimeTrackerTest, WhenAllAreIdleThatIsToldOnceAndTheWatermarkAgainBeforeRows) {
  times_.found(1, INT64_MIN);
  times_.advance(1, 100);
  EXPECT_EQ(told(), "90");
  times_.idle(1);
  EXPECT_EQ(told(), "idle");
  EXPECT_EQ(told(), "");
  EXPECT_EQ(text_of(times_.come_back(1)), "90");
  EXPECT_EQ(text_of(times_.come_back(1)), "");
}

TEST_F(TimeTrackerTest, APartitionThatIsFoundWhileOthersAreIdleIsWaitedFor) {
  times_.found(1, INT64_MIN);
  times_.advance(1, 100);
  times_.idle(1);
  EXPECT_EQ(told(), "idle");
  times_.found(2, INT64_MIN);
  EXPECT_EQ(told(), std::to_string(INT64_MIN));
}

TEST_F(TimeTrackerTest, ASourceWithoutPartitionsCanBeIdle) {
  EXPECT_EQ(told(), "");
  times_.idle(TimeTracker::kItself);
  EXPECT_EQ(told(), "idle");
}

}  // namespace
}  // namespace weir
