#include "world/sim_disk.hpp"

#include <cerrno>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "world/random.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

using ::testing::ElementsAre;

constexpr uint64_t kSeeds = 1000;

std::unique_ptr<File> create(SimDisk& disk, const std::string& path) {
  return disk.open(path, OpenMode::kCreate).value();
}

// A file whose name and content last.
std::unique_ptr<File> create_durably(SimDisk& disk, const std::string& path, const std::string& bytes) {
  std::unique_ptr<File> file = create(disk, path);
  WEIR_CHECK(file->append(bytes).is_ok() && file->sync().is_ok());
  WEIR_CHECK(disk.sync_dir(directory_of(path)).is_ok());
  return file;
}

TEST(SimDisk, SyncedBytesUnderASyncedNameAlwaysSurvive) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    create_durably(disk, "a", std::string(9000, 'x'));
    disk.crash(seed);
    ASSERT_EQ(read_all(disk, "a").value(), std::string(9000, 'x')) << seed;
  }
}

TEST(SimDisk, UnsyncedBytesMayVanishSurviveOrTear) {
  const std::string kept(5000, 'k');
  const std::string added(20'000, 'u');
  std::map<std::string, int> fates;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    auto file = create_durably(disk, "a", kept);
    ASSERT_TRUE(file->append(added).is_ok());
    disk.crash(seed);
    const std::string found = read_all(disk, "a").value();
    ASSERT_EQ(found.substr(0, kept.size()), kept) << "synced bytes before the write, seed " << seed;
    const std::string rest = found.substr(kept.size());
    ASSERT_EQ(rest.find_first_not_of(std::string("u\0", 2)), std::string::npos);
    if (rest.empty())
      ++fates["gone"];
    else if (rest == added)
      ++fates["whole"];
    else if (rest.find('\0') != std::string::npos)
      ++fates["holes"];
    else
      ++fates["short"];
  }
  EXPECT_GT(fates["gone"], 100);
  EXPECT_GT(fates["whole"], 100);
  EXPECT_GT(fates["holes"], 50);
  EXPECT_GT(fates["short"], 100);
}

TEST(SimDisk, ALaterUnsyncedWriteMaySurviveAnEarlierOne) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    auto file = create_durably(disk, "a", "..");
    ASSERT_TRUE(file->pwrite("1", 1, 0).is_ok());
    ASSERT_TRUE(file->pwrite("2", 1, 1).is_ok());
    disk.crash(seed);
    found.insert(read_all(disk, "a").value());
  }
  EXPECT_THAT(found, ElementsAre("..", ".2", "1.", "12"));
}

TEST(SimDisk, AnUnsyncedTruncateMayBeUndone) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    auto file = create_durably(disk, "a", "abc");
    ASSERT_TRUE(file->truncate(1).is_ok());
    EXPECT_EQ(file->size().value(), 1U);
    disk.crash(seed);
    found.insert(read_all(disk, "a").value());
  }
  EXPECT_THAT(found, ElementsAre("a", "abc"));
}

// Runs `change` on a disk that holds a (durable, "A") and b (durable, "B"), and returns what crashes leave.
template <class Change>
std::set<std::string> outcomes(Change change) {
  std::set<std::string> found;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    create_durably(disk, "a", "A");
    create_durably(disk, "b", "B");
    change(disk);
    disk.crash(seed);
    std::string picture;
    const std::vector<DirectoryEntry> entries = disk.list("/").value();
    for (const DirectoryEntry& entry : entries) {
      if (entry.kind == FileInfo::Kind::kFile)
        picture += entry.name + read_all(disk, entry.name).value() + " ";
    }
    found.insert(picture);
  }
  return found;
}

TEST(SimDisk, ANewNameMayVanishUntilItsDirectoryIsSynced) {
  const auto create_c = [](SimDisk& disk) {
    auto file = create(disk, "c");
    WEIR_CHECK(file->append("C").is_ok() && file->sync().is_ok());
  };
  EXPECT_THAT(outcomes(create_c), ElementsAre("aA bB ", "aA bB cC "));
  EXPECT_THAT(outcomes([&](SimDisk& disk) {
                create_c(disk);
                WEIR_CHECK(disk.sync_dir(".").is_ok());
              }),
              ElementsAre("aA bB cC "));
}

TEST(SimDisk, ARenameMayVanishUntilItsDirectoryIsSynced) {
  EXPECT_THAT(outcomes([](SimDisk& disk) { WEIR_CHECK(disk.rename("a", "b").is_ok()); }),
              ElementsAre("aA bB ", "bA "));
  EXPECT_THAT(outcomes([](SimDisk& disk) {
                WEIR_CHECK(disk.rename("a", "b").is_ok() && disk.sync_dir("/").is_ok());
              }),
              ElementsAre("bA "));
}

TEST(SimDisk, UnsyncedNamesSurviveIndependently) {
  EXPECT_THAT(
      outcomes([](SimDisk& disk) { WEIR_CHECK(disk.rename("a", "c").is_ok() && disk.unlink("b").is_ok()); }),
      ElementsAre("aA ", "aA bB ", "bB cA ", "cA "));
}

TEST(SimDisk, ARenameAcrossDirectoriesNeedsBothSynced) {
  const auto after = [](std::vector<std::string> synced) {
    std::set<std::string> found;
    for (uint64_t seed = 0; seed < kSeeds; ++seed) {
      SimDisk disk;
      WEIR_CHECK(make_dirs(disk, "d").is_ok());
      create_durably(disk, "a", "A");
      WEIR_CHECK(disk.rename("a", "d/a").is_ok());
      for (const std::string& directory : synced) WEIR_CHECK(disk.sync_dir(directory).is_ok());
      disk.crash(seed);
      std::string picture = disk.stat("a").value().exists() ? "old" : "";
      picture += disk.stat("d/a").value().exists() ? "new" : "";
      found.insert(picture);
    }
    return found;
  };
  EXPECT_THAT(after({}), ElementsAre("new", "old"));
  EXPECT_THAT(after({"d"}), ElementsAre("new", "oldnew"));
  EXPECT_THAT(after({"/"}), ElementsAre("", "new"));
  EXPECT_THAT(after({"d", "/"}), ElementsAre("new"));
}

TEST(SimDisk, ADirectoryWithoutASyncedParentTakesItsFilesWithIt) {
  const auto found = outcomes([](SimDisk& disk) {
    WEIR_CHECK(disk.make_dir("d", 0755).is_ok());
    create_durably(disk, "d/x", "X");
    WEIR_CHECK(disk.rename("d/x", "d/y").is_ok());
  });
  EXPECT_THAT(found, ElementsAre("aA bB "));
  int lost = 0;
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    ASSERT_TRUE(disk.make_dir("d", 0755).is_ok());
    create_durably(disk, "d/x", "X");
    disk.crash(seed);
    lost += disk.stat("d/x").value().exists() ? 0 : 1;
  }
  EXPECT_GT(lost, 300);
  EXPECT_LT(lost, 700);
}

TEST(SimDisk, AFailedSyncPoisonsTheHandleAndLosesTheBytes) {
  for (uint64_t seed = 0; seed < kSeeds; ++seed) {
    SimDisk disk;
    auto file = create_durably(disk, "a", "old");
    ASSERT_TRUE(file->append("+new").is_ok());
    disk.fail_next("sync", EIO);
    ASSERT_EQ(file->sync().message(), "cannot sync 'a': Input/output error");
    const std::string refusal =
        "'a' failed to sync before, so bytes written earlier may be lost; it is not written or synced again";
    ASSERT_EQ(file->sync().message(), refusal);
    ASSERT_EQ(file->append("x").message(), refusal);
    ASSERT_EQ(read_all(disk, "a").value(), "old+new");
    // Another handle may sync with success: it does not bring back what the kernel has dropped.
    ASSERT_TRUE(disk.open("a", OpenMode::kUpdate).value()->sync().is_ok());
    disk.crash(seed);
    ASSERT_EQ(read_all(disk, "a").value(), "old");
  }
}

TEST(SimDisk, FilesOpenedBeforeACrashAreDead) {
  SimDisk disk;
  auto file = create_durably(disk, "a", "A");
  ASSERT_TRUE(file->try_lock().is_ok());
  disk.crash(1);
  char byte = 0;
  EXPECT_EQ(file->pread(&byte, 1, 0).status().message(), "cannot read 'a': Input/output error");
  EXPECT_EQ(file->append("x").code(), Code::kIo);
  EXPECT_EQ(file->close().code(), Code::kIo);
  EXPECT_TRUE(disk.open("a", OpenMode::kUpdate).value()->try_lock().is_ok());
}

TEST(SimDisk, ASeedRepeatsItsOutcome) {
  const auto run = [](uint64_t seed) {
    SimDisk disk;
    auto file = create_durably(disk, "a", "");
    for (int i = 0; i < 50; ++i) WEIR_CHECK(file->append(std::string(777, 'a')).is_ok());
    disk.crash(seed);
    return read_all(disk, "a").value();
  };
  std::set<std::string> different;
  for (uint64_t seed = 0; seed < 50; ++seed) {
    ASSERT_EQ(run(seed), run(seed));
    different.insert(run(seed));
  }
  EXPECT_GT(different.size(), 10U);
}

TEST(SimDisk, TheNthCallFailsOrCrashes) {
  SimDisk disk;
  auto file = create(disk, "a");
  disk.fail_call(3, ENOSPC);  // 1 open, 2 stat, 3 write
  const Status full = file->append("1234");
  EXPECT_EQ(full.code(), Code::kNoSpace);
  EXPECT_EQ(full.message(), "cannot write 'a': No space left on device");
  EXPECT_EQ(read_all(disk, "a").value(), "12") << "half of a failed write is there";
  disk.crash_at_call(disk.call_count() + 1);
  try {
    (void)disk.rename("a", "b");
    FAIL() << "it must throw";
  } catch (const SimCrash& crash) {
    EXPECT_EQ(crash.where, "rename a b");
  }
  // The power is off until crash() says what is left.
  EXPECT_THROW((void)disk.stat("a"), SimCrash);
  disk.crash(1);
  EXPECT_EQ(disk.stat("b").value().kind, FileInfo::Kind::kAbsent);
}

TEST(SimDisk, BehavesLikeARealOneOtherwise) {
  SimClock clock(42);
  SimDisk disk(&clock);
  EXPECT_EQ(disk.open("x/a", OpenMode::kCreate).status().message(),
            "cannot open 'x/a': No such file or directory");
  ASSERT_TRUE(disk.make_dir("d", 0700).is_ok());
  EXPECT_EQ(disk.make_dir("d", 0700).code(), Code::kExists);
  EXPECT_EQ(disk.open("d", OpenMode::kUpdate).status().message(), "cannot open 'd': Is a directory");
  auto file = create(disk, "d/./a");
  EXPECT_TRUE(file->append("123").is_ok());
  EXPECT_EQ(disk.open("/d/a", OpenMode::kNew).status().code(), Code::kExists);
  const FileInfo info = disk.stat("d/a").value();
  EXPECT_EQ(info.size_bytes, 3U);
  EXPECT_EQ(info.modified_us, 42);
  EXPECT_EQ(info.permissions, 0644U);
  EXPECT_EQ(disk.remove_dir("d").message(), "cannot remove directory 'd': Directory not empty");
  EXPECT_EQ(disk.unlink("d").message(), "cannot remove 'd': Is a directory");
  EXPECT_EQ(disk.open("d/a/b", OpenMode::kRead).status().message(), "cannot open 'd/a/b': Not a directory");
  EXPECT_EQ(disk.open("d/a", OpenMode::kRead).value()->append("x").code(), Code::kIo);
  EXPECT_TRUE(disk.unlink("d/a").is_ok());
  EXPECT_EQ(file->size().value(), 3U) << "an open file outlives its name";
  EXPECT_TRUE(disk.remove_dir("d").is_ok());
  EXPECT_THAT(disk.list("/").value(), ElementsAre());
}

}  // namespace
}  // namespace weir
