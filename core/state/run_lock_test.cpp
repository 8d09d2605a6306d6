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

}  // namespace
}  // namespace weir
