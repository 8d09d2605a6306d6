#include "world/fault_point.hpp"

#include <csignal>
#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/sim_crash.hpp"

namespace weir {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

Status run_step(FaultPoints& faults, int& runs) {
  return faults.step("state.page.sync", [&] {
    ++runs;
    return Status::ok();
  });
}

TEST(FaultPoints, NothingIsCountedWhileNothingIsArmed) {
  FaultPoints faults;
  int runs = 0;
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_FALSE(faults.skip("a.b"));
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(faults.hits(), IsEmpty());
}

TEST(FaultPoints, ARecordedRunNamesEveryPointItReached) {
  FaultPoints faults;
  faults.record();
  int runs = 0;
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_TRUE(faults.reach("a.b").is_ok());
  EXPECT_THAT(faults.hits(), ElementsAre(Pair("a.b", 1), Pair("state.page.sync", 2)));
  EXPECT_EQ(runs, 2);
}

TEST(FaultPoints, SkipLeavesTheStepOutAndAnswersSuccess) {
  FaultPoints faults;
  faults.arm("state.page.sync", FaultMode::kSkip, FaultPoints::kEveryHit);
  int runs = 0;
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_TRUE(faults.skip("state.page.sync"));
  EXPECT_FALSE(faults.skip("another"));
  EXPECT_EQ(runs, 0);
}

TEST(FaultPoints, ErrorActsAtTheHitThatWasNamedOnly) {
  FaultPoints faults;
  faults.arm("state.page.sync", FaultMode::kError, 2);
  int runs = 0;
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  const Status fault = run_step(faults, runs);
  EXPECT_EQ(fault.code(), Code::kIo);
  EXPECT_EQ(fault.message(), "fault point 'state.page.sync' was told to fail");
  EXPECT_TRUE(run_step(faults, runs).is_ok());
  EXPECT_EQ(runs, 2);
}

TEST(FaultPoints, CrashThrowsBeforeTheStep) {
  FaultPoints faults;
  faults.arm("state.page.sync", FaultMode::kCrash);
  int runs = 0;
  try {
    (void)run_step(faults, runs);
    FAIL() << "it must throw";
  } catch (const SimCrash& crash) {
    EXPECT_EQ(crash.where, "state.page.sync");
  }
  EXPECT_EQ(runs, 0);
}

TEST(FaultPoints, KillEndsTheProcessBySignal) {
  FaultPoints faults;
  faults.arm("a.b", FaultMode::kKill);
  EXPECT_EXIT((void)faults.reach("a.b"), ::testing::KilledBySignal(SIGKILL), "");
}

TEST(FaultPoints, ExitEndsTheProcessAsIfKilled) {
  FaultPoints faults;
  faults.arm("a.b", FaultMode::kExit);
  EXPECT_EXIT((void)faults.reach("a.b"), ::testing::ExitedWithCode(137), "");
}

TEST(FaultPoints, ModeNoneOnlyCounts) {
  FaultPoints faults;
  faults.arm("a.b", FaultMode::kNone);
  EXPECT_TRUE(faults.reach("a.b").is_ok());
  EXPECT_THAT(faults.hits(), ElementsAre(Pair("a.b", 1)));
}

TEST(FaultPoints, ClearForgetsEverything) {
  FaultPoints faults;
  faults.arm("a.b", FaultMode::kError, FaultPoints::kEveryHit);
  faults.clear();
  EXPECT_TRUE(faults.reach("a.b").is_ok());
  EXPECT_THAT(faults.hits(), IsEmpty());
}

TEST(FaultPoints, AreArmedFromText) {
  FaultPoints faults;
  ASSERT_TRUE(faults.arm_from_text("a.b:2:error,c.d:0:skip").is_ok());
  EXPECT_TRUE(faults.reach("a.b").is_ok());
  EXPECT_FALSE(faults.reach("a.b").is_ok());
  EXPECT_TRUE(faults.skip("c.d"));
}

TEST(FaultPoints, TextThatSaysNothingUsefulIsRefusedWhole) {
  FaultPoints faults;
  for (const char* bad : {"a.b", "a.b:1", "a.b:x:kill", "a.b:1:explode", ":1:kill", ""}) {
    const Status fault = faults.arm_from_text(std::string("c.d:1:error,") + bad);
    EXPECT_EQ(fault.code(), Code::kInvalid);
    EXPECT_EQ(fault.message(), std::string("WEIR_FAULT: found '") + bad +
                                   "', expected name:hit:mode with mode kill, exit, skip or error, "
                                   "such as state.manifest.sync:1:kill");
  }
  EXPECT_TRUE(faults.reach("c.d").is_ok());
}

TEST(FaultPoints, AreArmedFromTheEnvironment) {
  ::setenv("WEIR_FAULT", "a.b:1:error", 1);
  FaultPoints faults;
  EXPECT_TRUE(faults.arm_from_environment().is_ok());
  ::unsetenv("WEIR_FAULT");
  EXPECT_FALSE(faults.reach("a.b").is_ok());
  EXPECT_TRUE(FaultPoints().arm_from_environment().is_ok());
}

}  // namespace
}  // namespace weir
