#include "runtime/checkpoint_steps.hpp"

#include <gtest/gtest.h>

namespace weir::checkpoint_steps_test {
namespace {

TEST(CheckpointSteps, WhatACheckpointTakesIsNoPartOfTheDistanceToTheNext) {
  EXPECT_EQ(next_checkpoint_step_ns(1000, 100, 1000), 1100);
  EXPECT_EQ(next_checkpoint_step_ns(1000, 100, 1033), 1100);
  EXPECT_EQ(next_checkpoint_step_ns(1000, 100, 1099), 1100);
}

TEST(CheckpointSteps, OneThatTakesLongerThanAStepLeavesStepsOut) {
  EXPECT_EQ(next_checkpoint_step_ns(1000, 100, 1100), 1200);
  EXPECT_EQ(next_checkpoint_step_ns(1000, 100, 1250), 1300);
}

}  // namespace
}  // namespace weir::checkpoint_steps_test
