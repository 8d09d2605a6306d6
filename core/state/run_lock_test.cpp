#include "state/run_lock.hpp"

#include <filesystem>
#include <optional>

#include <gtest/gtest.h>

#include "world/world.hpp"

namespace weir {
namespace {

TEST(RunLock, ASecondOneIsToldWhoHasIt) {
  const std::filesystem::path directory =
      std::filesystem::path(::testing::TempDir()) / "weir_run_lock" / "shop";
  std::filesystem::remove_all(directory);
  Disk& disk = real_world().disk;
  {
    std::optional<Result<RunLock>> first = RunLock::take(disk, directory, 4711);
    ASSERT_TRUE(first->is_ok()) << first->status().message();
    const Result<RunLock> second = RunLock::take(disk, directory, 4712);
    EXPECT_EQ(second.status().code(), Code::kUnavailable);
    EXPECT_EQ(second.status().message(),
              "'" + directory.string() + "' is in use: already running as PID 4711");
  }
  EXPECT_TRUE(RunLock::take(disk, directory, 1).is_ok());
  std::filesystem::remove_all(directory.parent_path());
}

TEST(RunLock, TellsWhenItsFileIsNotTheOneOfItsName) {
  const std::filesystem::path directory =
      std::filesystem::path(::testing::TempDir()) / "weir_run_lock_lost" / "shop";
  std::filesystem::remove_all(directory);
  Disk& disk = real_world().disk;
  const Result<RunLock> first = RunLock::take(disk, directory, 4711);
  ASSERT_TRUE(first.is_ok()) << first.status().message();
  EXPECT_TRUE(first->check().is_ok());
  std::filesystem::remove(directory / "lock");
  EXPECT_EQ(
      first->check().message(),
      "'" + (directory / "lock").string() +
          "' was removed while this run held it: another may be at work on the same state, so nothing more "
          "is committed here");
  const Result<RunLock> second = RunLock::take(disk, directory, 4712);
  ASSERT_TRUE(second.is_ok()) << second.status().message();
  EXPECT_EQ(first->check().code(), Code::kUnavailable);
  EXPECT_TRUE(second->check().is_ok());
  std::filesystem::remove_all(directory.parent_path());
}

}  // namespace
}  // namespace weir
