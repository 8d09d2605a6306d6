#include "runtime/actor.hpp"

#include <gtest/gtest.h>

#include "runtime/counting_actor.hpp"
#include "runtime/executors.hpp"
#include "world/clock.hpp"

namespace weir {
namespace {

class ActorTest : public testing::Test {
 protected:
  SimClock clock_;
  std::unique_ptr<Executor> executor_ = make_sim_executor(1, clock_);
  CountingActor actor_{*executor_};
};

TEST_F(ActorTest, RunsOnceForAllNotesBeforeItsSlice) {
  actor_.notify();
  actor_.notify();
  executor_->drain();
  EXPECT_EQ(actor_.slices(), 1);
}

TEST_F(ActorTest, DoesNotRunWhileItIsHeld) {
  actor_.hold();
  actor_.notify();
  executor_->drain();
  EXPECT_EQ(actor_.slices(), 0);

  actor_.release();
  executor_->drain();
  EXPECT_EQ(actor_.slices(), 0);

  actor_.notify();
  executor_->drain();
  EXPECT_EQ(actor_.slices(), 1);
}

TEST_F(ActorTest, RetiresWhileItIsHeld) {
  actor_.hold();
  EXPECT_TRUE(actor_.retire());
  actor_.notify();
  executor_->drain();
  EXPECT_EQ(actor_.slices(), 0);
}

}  // namespace
}  // namespace weir
