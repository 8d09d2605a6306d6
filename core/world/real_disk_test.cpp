#include "world/real_disk.hpp"

#include <cstdlib>
#include <filesystem>

#include <sys/stat.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/whole_file.hpp"

namespace weir {
namespace {

using ::testing::ElementsAre;

class RealDiskTest : public ::testing::Test {
 protected:
  RealDiskTest() {
    std::string name = ::testing::TempDir() + "weir-disk-XXXXXX";
    WEIR_CHECK(::mkdtemp(name.data()) != nullptr);
    root_ = name;
  }
  ~RealDiskTest() override { std::filesystem::remove_all(root_); }
  std::string at(const std::string& name) const { return root_ + "/" + name; }

  RealDisk disk_;
  FaultPoints faults_;
  std::string root_;
};

TEST_F(RealDiskTest, WritesReadsAndCutsAFile) {
  auto file = disk_.open(at("a"), OpenMode::kCreate).value();
  ASSERT_TRUE(file->append("hello ").is_ok());
  ASSERT_TRUE(file->append("world").is_ok());
  ASSERT_TRUE(file->pwrite("J", 1, 0).is_ok());
  ASSERT_TRUE(file->truncate(9).is_ok());
  EXPECT_EQ(file->size().value(), 9U);
  std::string read(20, '.');
  EXPECT_EQ(file->pread(read.data(), read.size(), 6).value(), 3U);
  EXPECT_EQ(read.substr(0, 4), "wor.");
  EXPECT_TRUE(file->sync().is_ok());
  EXPECT_TRUE(file->close().is_ok());
  EXPECT_EQ(read_all(disk_, at("a")).value(), "Jello wor");
}

TEST_F(RealDiskTest, EachOpenModeDoesWhatItSays) {
  ASSERT_TRUE(write_atomic(disk_, faults_, "t", at("a"), "abc").is_ok());
  EXPECT_EQ(disk_.open(at("a"), OpenMode::kNew).status().code(), Code::kExists);
  EXPECT_EQ(disk_.open(at("a"), OpenMode::kUpdate).value()->size().value(), 3U);
  EXPECT_EQ(disk_.open(at("a"), OpenMode::kCreate).value()->size().value(), 0U);
  EXPECT_TRUE(disk_.open(at("b"), OpenMode::kNew, 0600).is_ok());
  EXPECT_EQ(disk_.stat(at("b")).value().permissions, 0600U);
  EXPECT_EQ(disk_.open(at("b"), OpenMode::kRead).value()->append("x").code(), Code::kIo);
}

TEST_F(RealDiskTest, NoFileTakesThePlaceOfAPipe) {
  ASSERT_TRUE(write_atomic(disk_, faults_, "t", at("a"), "abc").is_ok());
  ASSERT_EQ(::mkfifo(at("pipe").c_str(), 0600), 0);
  EXPECT_EQ(disk_.rename(at("a"), at("pipe")).message(),
            "'" + at("pipe") + "' is a device or a pipe, and no file may take its place");
  EXPECT_EQ(disk_.stat(at("pipe")).value().kind, FileInfo::Kind::kOther);
  EXPECT_EQ(read_all(disk_, at("a")).value(), "abc");
}

TEST_F(RealDiskTest, FaultsNameThePathAndTheReason) {
  EXPECT_EQ(disk_.open(at("no"), OpenMode::kRead).status().message(),
            "cannot open '" + at("no") + "': No such file or directory");
  EXPECT_EQ(disk_.unlink(at("no")).message(), "cannot remove '" + at("no") + "': No such file or directory");
  EXPECT_EQ(disk_.rename(at("no"), at("a")).message(),
            "cannot rename to '" + at("a") + "' from '" + at("no") + "': No such file or directory");
  EXPECT_EQ(disk_.list(at("no")).status().message(),
            "cannot list '" + at("no") + "': No such file or directory");
  EXPECT_EQ(disk_.sync_dir(at("no")).code(), Code::kNotFound);
}

TEST_F(RealDiskTest, AFailedSyncPoisonsTheHandle) {
  // The null device takes writes and cannot be synced.
  auto file = disk_.open("/dev/null", OpenMode::kUpdate).value();
  EXPECT_EQ(file->sync().message(), "cannot sync '/dev/null': Invalid argument");
  const std::string refusal =
      "'/dev/null' failed to sync before, so bytes written earlier may be lost; "
      "it is not written or synced again";
  EXPECT_EQ(file->sync().message(), refusal);
  EXPECT_EQ(file->append("x").message(), refusal);
  EXPECT_EQ(file->truncate(0).message(), refusal);
}

TEST_F(RealDiskTest, AClosedFileIsNotUsedAgain) {
  auto file = disk_.open(at("a"), OpenMode::kCreate).value();
  EXPECT_TRUE(file->close().is_ok());
  EXPECT_EQ(file->append("x").message(), "'" + at("a") + "' is used after it was closed");
  EXPECT_TRUE(file->close().is_ok());
}

TEST_F(RealDiskTest, ListsByName) {
  ASSERT_TRUE(make_dirs(disk_, at("d/e")).is_ok());
  ASSERT_TRUE(disk_.open(at("d/b"), OpenMode::kCreate).is_ok());
  ASSERT_TRUE(disk_.open(at("d/a"), OpenMode::kCreate).is_ok());
  EXPECT_THAT(disk_.list(at("d")).value(), ElementsAre(DirectoryEntry{"a", FileInfo::Kind::kFile},
                                                       DirectoryEntry{"b", FileInfo::Kind::kFile},
                                                       DirectoryEntry{"e", FileInfo::Kind::kDirectory}));
  EXPECT_TRUE(disk_.unlink(at("d/a")).is_ok());
  EXPECT_FALSE(disk_.stat(at("d/a")).value().exists());
  EXPECT_EQ(disk_.remove_dir(at("d")).code(), Code::kIo);
  EXPECT_TRUE(disk_.remove_dir(at("d/e")).is_ok());
}

TEST_F(RealDiskTest, OneLockAtATime) {
  auto first = disk_.open(at("lock"), OpenMode::kUpdate).value();
  auto second = disk_.open(at("lock"), OpenMode::kUpdate).value();
  EXPECT_TRUE(first->try_lock().is_ok());
  const Status refused = second->try_lock();
  EXPECT_EQ(refused.code(), Code::kUnavailable);
  EXPECT_EQ(refused.message(), "cannot lock '" + at("lock") + "': Resource temporarily unavailable");
  EXPECT_TRUE(first->close().is_ok());
  EXPECT_TRUE(second->try_lock().is_ok());
}

TEST_F(RealDiskTest, AFullDiskSaysSo) {
  auto full = disk_.open("/dev/full", OpenMode::kUpdate).value();
  const Status fault = full->append("x");
  EXPECT_EQ(fault.code(), Code::kNoSpace);
  EXPECT_EQ(fault.message(), "cannot write '/dev/full': No space left on device");
}

TEST_F(RealDiskTest, ReadsAFileThatHidesItsSize) {
  EXPECT_THAT(read_all(disk_, "/proc/self/status").value(), ::testing::HasSubstr("Pid:"));
}

}  // namespace
}  // namespace weir
