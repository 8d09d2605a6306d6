#include "runtime/edge.hpp"

#include <gtest/gtest.h>

#include "runtime/counting_actor.hpp"
#include "runtime/executors.hpp"
#include "world/clock.hpp"

namespace weir {
namespace {

class EdgeTest : public testing::Test {
 protected:
  EdgeTest() { edge_.connect(producer_, consumer_); }
  static EdgeItem item(int64_t bytes, uint64_t epoch = 0) {
    EdgeItem made;
    made.kind = EdgeItem::Kind::kSignal;
    made.charge_bytes = bytes;
    made.signal = {WEIR_SIGNAL_BARRIER, 0, 0, epoch};
    return made;
  }
  Edge::Push push(int64_t bytes, uint64_t epoch = 0) {
    EdgeItem made = item(bytes, epoch);
    return edge_.push(made);
  }

  SimClock clock_;
  std::unique_ptr<Executor> executor_ = make_sim_executor(1, clock_);
  CountingActor producer_{*executor_};
  CountingActor consumer_{*executor_};
  Edge edge_{100};
};

TEST_F(EdgeTest, GivesItemsInTheOrderTheyCame) {
  for (uint64_t i = 1; i <= 200; ++i) ASSERT_EQ(push(0, i), Edge::Push::kAccepted);
  for (uint64_t i = 1; i <= 200; ++i) {
    ASSERT_NE(edge_.front(), nullptr);
    EXPECT_EQ(edge_.front()->signal.epoch, i);
    edge_.pop();
  }
  EXPECT_EQ(edge_.front(), nullptr);
}

TEST_F(EdgeTest, RefusesWhatItsBudgetCannotHold) {
  EXPECT_EQ(push(60), Edge::Push::kAccepted);
  EXPECT_EQ(push(60), Edge::Push::kFull);
  EXPECT_EQ(edge_.queued_bytes(), 60);
}

TEST_F(EdgeTest, TakesOneItemLargerThanItsBudgetWhenEmpty) {
  EXPECT_EQ(push(1000), Edge::Push::kAccepted);
  EXPECT_EQ(push(1), Edge::Push::kFull);
}

TEST_F(EdgeTest, AlwaysHasRoomForSignals) {
  EXPECT_EQ(push(1000), Edge::Push::kAccepted);
  EXPECT_EQ(push(0), Edge::Push::kAccepted);
}

TEST_F(EdgeTest, WakesAWaitingProducerWhenHalfItsBudgetIsFree) {
  EXPECT_EQ(push(40), Edge::Push::kAccepted);
  EXPECT_EQ(push(60), Edge::Push::kAccepted);
  EXPECT_EQ(push(10), Edge::Push::kFull);
  edge_.pop();
  executor_->drain();
  EXPECT_EQ(producer_.slices(), 0);  // 60 of 100 are still queued.
  edge_.pop();
  executor_->drain();
  EXPECT_EQ(producer_.slices(), 1);
}

TEST_F(EdgeTest, WakesTheConsumerForEachItem) {
  push(1);
  executor_->drain();
  EXPECT_EQ(consumer_.slices(), 1);
}

}  // namespace
}  // namespace weir
