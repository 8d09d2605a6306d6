#include "state/checkpoint.hpp"

#include <unistd.h>

#include <filesystem>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xxhash.h>

#include "world/real_disk.hpp"
#include "world/sim_crash.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

const std::string kDirectory = "/state/checkpoints";

/// Adds `count` pages with sections that depend on the epoch, and commits.
Status write_checkpoint(CheckpointStore& store, uint64_t epoch, uint32_t count = 2) {
  WEIR_RETURN_IF_ERROR(store.begin(epoch));
  for (uint32_t copy = 0; copy < count; ++copy) {
    WEIR_ASSIGN_OR_RETURN(auto page, store.new_page({0, "per_page", "panes", copy}, {1, 3, 32, {8, 16}}));
    WEIR_RETURN_IF_ERROR(page->add(copy, 1, "bytes of epoch " + std::to_string(epoch)));
    WEIR_RETURN_IF_ERROR(page->add(200, 2, std::string(3000, static_cast<char>('a' + epoch))));
    WEIR_RETURN_IF_ERROR(store.add_page(std::move(page)));
  }
  Manifest manifest;
  manifest.run = "run-" + std::to_string(epoch);
  manifest.plan_fingerprint = "f00d";
  manifest.sources = {
      {"events", "a.ndjson.gz", 4096, std::string("\0tok\n", 5), 3, "id,at", 60'000'000, true}};
  manifest.sinks = {{"report", 0, "part-7"}};
  manifest.formats = {{"events", "{id: int64}"}};
  manifest.totals = {{"events", 0, 100, 1}};
  manifest.notes = {{"clock", std::string(8, '\1')}};
  return store.commit(std::move(manifest));
}

/// Reads every section of every page of a manifest, and compares.
void expect_whole(CheckpointStore& store, const Manifest& manifest) {
  for (const PageInfo& page : manifest.pages) {
    Result<PageReader> reader = store.open_page(page);
    ASSERT_TRUE(reader.is_ok()) << reader.status().message();
    EXPECT_EQ(reader->id(), page.id);
    EXPECT_EQ(reader->state(), (PageState{1, 3, 32, {8, 16}}));
    ASSERT_EQ(reader->sections().size(), 2U);
    EXPECT_EQ(reader->sections()[0].group, page.id.copy);
    EXPECT_EQ(reader->sections()[1].rows, 2U);
    EXPECT_EQ(reader->read(reader->sections()[0]).value(),
              "bytes of epoch " + std::to_string(manifest.epoch));
    EXPECT_EQ(reader->read(reader->sections()[1]).value(),
              std::string(3000, static_cast<char>('a' + manifest.epoch)));
  }
}

struct Fixture {
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store{disk, faults, kDirectory};
  Fixture() { EXPECT_TRUE(store.open().is_ok()); }
  /// What a new process finds.
  Result<CheckpointStore::Latest> latest() { return CheckpointStore(disk, faults, kDirectory).latest(); }
};

TEST(Checkpoint, TheNewestIsFoundWithAllThatWasStored) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1).is_ok());
  ASSERT_TRUE(write_checkpoint(at.store, 2).is_ok());
  const auto latest = at.latest();
  ASSERT_TRUE(latest.is_ok());
  EXPECT_TRUE(latest->skipped.empty());
  const Manifest& manifest = latest->manifest.value();
  EXPECT_EQ(manifest.epoch, 2U);
  EXPECT_EQ(manifest.run, "run-2");
  EXPECT_EQ(manifest.sources[0].token, std::string("\0tok\n", 5));
  EXPECT_EQ(manifest.sources[0].watermark_us, 60'000'000);
  EXPECT_TRUE(manifest.sources[0].is_ended);
  EXPECT_EQ(manifest.pages.size(), 2U);
  EXPECT_EQ(parse_manifest(manifest_bytes(manifest)).value(), manifest);
  expect_whole(at.store, manifest);
}

TEST(Checkpoint, NoneIsNoFault) {
  SimDisk disk;
  FaultPoints faults;
  CheckpointStore store(disk, faults, kDirectory);
  EXPECT_FALSE(store.latest()->manifest.has_value());
  ASSERT_TRUE(store.open().is_ok());
  EXPECT_FALSE(store.latest()->manifest.has_value());
  EXPECT_EQ(store.next_epoch(), 1U);
}

TEST(Checkpoint, AnEpochIsNotWrittenTwice) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 3).is_ok());
  EXPECT_EQ(at.store.begin(3).message(), "checkpoint 3 begins after checkpoint 3 was committed");
  CheckpointStore next(at.disk, at.faults, kDirectory);
  ASSERT_TRUE(next.latest().is_ok());
  EXPECT_EQ(next.next_epoch(), 4U);
  EXPECT_FALSE(next.begin(3).is_ok());
}

TEST(Checkpoint, APageOfAnEarlierEpochIsRefused) {
  Fixture at;
  ASSERT_TRUE(at.store.begin(1).is_ok());
  auto page = at.store.new_page({0, "n", "s", 0}, {}).value();
  ASSERT_TRUE(at.store.begin(2).is_ok());
  EXPECT_EQ(at.store.add_page(std::move(page)).message(),
            "a page of checkpoint 1 came when checkpoint 2 had begun");
}

TEST(Checkpoint, DropLeavesTheNewerOnes) {
  Fixture at;
  for (uint64_t epoch = 1; epoch <= 3; ++epoch) ASSERT_TRUE(write_checkpoint(at.store, epoch).is_ok());
  ASSERT_TRUE(at.store.drop_before(3).is_ok());
  EXPECT_EQ(at.disk.list(kDirectory)->size(), 3U);
  const auto latest = at.latest();
  expect_whole(at.store, latest->manifest.value());
  EXPECT_EQ(latest->manifest->epoch, 3U);
}

/// Lets `damage` loose on every file of checkpoint 2 in turn; the older one must be found each time.
void expect_noticed(const std::function<std::vector<std::string>(const std::string&)>& damage) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1, 1).is_ok());
  ASSERT_TRUE(write_checkpoint(at.store, 2, 1).is_ok());
  const auto entries = at.disk.list(kDirectory).value();
  for (const DirectoryEntry& entry : entries) {
    if (!entry.name.starts_with("00000000000000000002")) continue;
    const std::string path = kDirectory + "/" + entry.name;
    const std::string whole = read_all(at.disk, path).value();
    for (const std::string& bytes : damage(whole)) {
      ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", path, bytes).is_ok());
      const auto latest = at.latest();
      ASSERT_TRUE(latest.is_ok());
      ASSERT_EQ(latest->manifest->epoch, 1U);
      ASSERT_EQ(latest->skipped.size(), 1U);
      EXPECT_TRUE(latest->skipped[0].starts_with("checkpoint 2 is not used: '/state/checkpoints/"))
          << latest->skipped[0];
      if (!entry.name.ends_with(".page")) continue;
      // Whoever reads the page alone notices as well.
      Result<PageReader> page = PageReader::open(at.disk, path);
      bool is_noticed = !page.is_ok();
      for (size_t i = 0; !is_noticed && i < page->sections().size(); ++i) {
        is_noticed = !page->read(page->sections()[i]).is_ok();
      }
      ASSERT_TRUE(is_noticed);
    }
    ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", path, whole).is_ok());
  }
  EXPECT_EQ(at.latest()->manifest->epoch, 2U);
}

TEST(Checkpoint, EveryLengthOfACutFileIsNoticed) {
  expect_noticed([](const std::string& whole) {
    std::vector<std::string> cut;
    for (size_t size = 0; size < whole.size(); ++size) cut.push_back(whole.substr(0, size));
    cut.push_back(whole + "x");
    return cut;
  });
}

TEST(Checkpoint, EveryFlippedByteIsNoticed) {
  expect_noticed([](const std::string& whole) {
    std::vector<std::string> flipped;
    for (size_t at = 0; at < whole.size(); ++at) {
      flipped.push_back(whole);
      flipped.back()[at] = static_cast<char>(flipped.back()[at] ^ (1 << (at % 8)));
    }
    return flipped;
  });
}

TEST(Checkpoint, SaysWhyNoneIsWhole) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1, 1).is_ok());
  const std::string page = kDirectory + "/00000000000000000001-000000.page";
  const size_t size = read_all(at.disk, page)->size();
  ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", page, "short").is_ok());
  EXPECT_EQ(at.latest().status().message(),
            "no checkpoint in '/state/checkpoints' is whole; checkpoint 1 is not used: '" + page +
                "' has 5 bytes, its manifest says " + std::to_string(size) +
                ". Restore the files, or start over with --from-scratch");
}

TEST(Checkpoint, ADiskThatCannotBeReadSaysNothingOfWhatLiesOnIt) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1, 1).is_ok());
  at.disk.fail_next("read", EIO);
  const Status status = at.latest().status();
  EXPECT_EQ(status.code(), Code::kIo);
  EXPECT_THAT(std::string(status.message()), testing::StartsWith("checkpoint 1 cannot be read now: "));
  EXPECT_TRUE(at.latest()->manifest.has_value());
}

/// A restore has more pages at hand than a process may have files open.
TEST(Checkpoint, APageThatIsNotReadIsNotOpen) {
  const auto open_files = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
  };
  const std::string folder =
      std::filesystem::temp_directory_path() / ("weir-pages-" + std::to_string(getpid()));
  RealDisk disk;
  FaultPoints faults;
  CheckpointStore store(disk, faults, folder);
  ASSERT_TRUE(store.open().is_ok());
  ASSERT_TRUE(write_checkpoint(store, 1, 1).is_ok());
  const auto latest = store.latest();
  const auto before = open_files();
  Result<PageReader> reader = store.open_page(latest->manifest->pages.front());
  ASSERT_TRUE(reader.is_ok());
  ASSERT_TRUE(reader->read(reader->sections().front()).is_ok());
  EXPECT_EQ(open_files(), before);
  std::filesystem::remove_all(folder);
}

/// Whoever goes on from a manifest tells queues, commits files and forgets what came before.
TEST(Checkpoint, WhatIsFoundSurvivesAPowerLossThoughItsWriterDiedBefore) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Fixture at;
    at.faults.arm("checkpoint.manifest.sync_dir", FaultMode::kError);
    EXPECT_FALSE(write_checkpoint(at.store, 1, 1).is_ok());  // The name is there, and not safe.
    at.faults.clear();
    ASSERT_TRUE(at.latest()->manifest.has_value());
    at.disk.crash(seed);
    EXPECT_TRUE(at.latest()->manifest.has_value()) << "seed " << seed;
  }
}

/// As another version would write it.
std::string manifest_of_format(uint8_t format) {
  std::string bytes = manifest_bytes(Manifest());
  bytes[8] = static_cast<char>(format);
  bytes.resize(bytes.size() - sizeof(uint64_t));
  const uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  return bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
}

TEST(Checkpoint, OneOfANewerVersionIsRefusedAndNotTakenForADamagedOne) {
  EXPECT_EQ(parse_manifest(manifest_of_format(9)).status().message(),
            "it has manifest format 9, this version of weir reads 1");
  std::string damaged = manifest_bytes(Manifest());
  damaged[8] = 9;
  EXPECT_EQ(parse_manifest(damaged).status().message(), "its sum does not match");

  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1, 1).is_ok());
  const std::string newer = "/state/checkpoints/00000000000000000002.manifest";
  ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", newer, manifest_of_format(9)).is_ok());
  const Status refused = at.latest().status();
  EXPECT_EQ(refused.code(), Code::kUnsupported);
  EXPECT_THAT(std::string(refused.message()),
              testing::StartsWith("checkpoint 2 in '/state/checkpoints' cannot be read: "));
  EXPECT_THAT(
      std::string(refused.message()),
      testing::EndsWith("it has manifest format 9, this version of weir reads 1. Run the version that wrote "
                        "it, or begin again with --from-scratch, which forgets all state"));
}

/// As another version would write it, its manifest too.
TEST(Checkpoint, APageOfANewerVersionIsRefusedBeforeAnyStateIsRestored) {
  Fixture at;
  ASSERT_TRUE(write_checkpoint(at.store, 1, 1).is_ok());
  Manifest manifest = at.store.manifest(1).value();
  ASSERT_FALSE(manifest.pages.empty());
  PageInfo& page = manifest.pages.front();
  const std::string path = "/state/checkpoints/" + page.file;
  std::string bytes = read_all(at.disk, path).value();
  bytes[8] = 9;
  ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", path, bytes).is_ok());
  EXPECT_EQ(at.latest().status().code(), Code::kCorrupt);
  page.xxh3 = XXH3_64bits(bytes.data(), bytes.size());
  ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", "/state/checkpoints/00000000000000000001.manifest",
                           manifest_bytes(manifest))
                  .is_ok());
  const Status refused = at.latest().status();
  EXPECT_EQ(refused.code(), Code::kUnsupported);
  EXPECT_EQ(
      refused.message(),
      "checkpoint 1 in '/state/checkpoints' cannot be read: '" + path +
          "' has page format 9, this version of weir reads 2 and 3. Run the version that wrote it, or begin "
          "again with --from-scratch, which forgets all state");
}

/// The life of a store: two checkpoints, the first dropped after the second. Returns the last epoch whose
/// commit answered success.
uint64_t live(SimDisk& disk, FaultPoints& faults, uint64_t crash_at) {
  uint64_t committed = 0;
  disk.crash_at_call(crash_at);
  try {
    CheckpointStore store(disk, faults, kDirectory);
    if (!store.open().is_ok()) return 0;
    for (uint64_t epoch = 1; epoch <= 3; ++epoch) {
      if (!write_checkpoint(store, epoch).is_ok()) return committed;
      committed = epoch;
      if (!store.drop_before(epoch).is_ok()) return committed;
    }
  } catch (const SimCrash&) {
  }
  return committed;
}

uint64_t calls_of_a_life() {
  SimDisk disk;
  FaultPoints faults;
  EXPECT_EQ(live(disk, faults, UINT64_MAX), 3U);
  return disk.call_count();
}

TEST(Checkpoint, ACrashAtAnyCallLeavesTheOldOneOrTheNewOneWhole) {
  const uint64_t calls = calls_of_a_life();
  ASSERT_GT(calls, 40U);
  for (uint64_t call = 1; call <= calls; ++call) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      SimDisk disk;
      FaultPoints faults;
      const uint64_t committed = live(disk, faults, call);
      disk.crash(seed);
      CheckpointStore store(disk, faults, kDirectory);
      const auto latest = store.latest();
      ASSERT_TRUE(latest.is_ok()) << "call " << call << " seed " << seed << ": " << latest.status().message();
      EXPECT_TRUE(latest->skipped.empty())
          << "call " << call << " seed " << seed << ": " << latest->skipped[0];
      const uint64_t found = latest->manifest ? latest->manifest->epoch : 0;
      EXPECT_TRUE(found == committed || found == committed + 1) << "call " << call << " seed " << seed;
      if (latest->manifest) expect_whole(store, *latest->manifest);
      // And life goes on.
      ASSERT_TRUE(store.open().is_ok());
      const uint64_t next = store.next_epoch();
      ASSERT_TRUE(write_checkpoint(store, next).is_ok());
      EXPECT_EQ(store.latest()->manifest->epoch, next);
    }
  }
}

/// Whether some seed shows, after a power loss, that a committed checkpoint is gone when a step is left out.
bool is_missed(const char* step) {
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    SimDisk disk;
    FaultPoints faults;
    CheckpointStore store(disk, faults, kDirectory);
    EXPECT_TRUE(store.open().is_ok());
    EXPECT_TRUE(write_checkpoint(store, 1).is_ok());
    faults.arm(step, FaultMode::kSkip, FaultPoints::kEveryHit);
    const bool is_committed = write_checkpoint(store, 2).is_ok();
    faults.clear();
    disk.crash(seed);
    const auto latest = store.latest();
    const bool is_found = latest.is_ok() && latest->manifest && latest->manifest->epoch == 2;
    if (is_committed != is_found) return true;
  }
  return false;
}

TEST(Checkpoint, EveryDurableStepIsNeeded) {
  for (const char* step : {"checkpoint.page.sync", "checkpoint.page.rename", "checkpoint.manifest.sync",
                           "checkpoint.manifest.rename", "checkpoint.manifest.sync_dir",
                           "checkpoint.page.write", "checkpoint.manifest.write"}) {
    EXPECT_TRUE(is_missed(step)) << step;
  }
  EXPECT_FALSE(is_missed("no.such.step"));
}

TEST(Checkpoint, ThePagesAreThereBeforeTheManifest) {
  // Between the manifest's rename and the last sync of the directory any of its names may be lost.
  const auto is_damaged = [](bool is_skipped) {
    for (uint64_t seed = 1; seed <= 50; ++seed) {
      SimDisk disk;
      FaultPoints faults;
      CheckpointStore store(disk, faults, kDirectory);
      EXPECT_TRUE(store.open().is_ok());
      EXPECT_TRUE(write_checkpoint(store, 1).is_ok());
      if (is_skipped) faults.arm("checkpoint.dir.sync", FaultMode::kSkip, FaultPoints::kEveryHit);
      faults.arm("checkpoint.manifest.sync_dir", FaultMode::kCrash);
      EXPECT_THROW((void)write_checkpoint(store, 2), SimCrash);
      disk.crash(seed);
      if (!store.latest()->skipped.empty()) return true;
    }
    return false;
  };
  EXPECT_FALSE(is_damaged(false));
  EXPECT_TRUE(is_damaged(true));
}

TEST(Checkpoint, DropSyncsBetweenManifestsAndPages) {
  const auto is_damaged = [](bool is_skipped) {
    for (uint64_t seed = 1; seed <= 50; ++seed) {
      SimDisk disk;
      FaultPoints faults;
      CheckpointStore store(disk, faults, kDirectory);
      EXPECT_TRUE(store.open().is_ok());
      EXPECT_TRUE(write_checkpoint(store, 1).is_ok());
      EXPECT_TRUE(write_checkpoint(store, 2).is_ok());
      if (is_skipped) faults.arm("checkpoint.drop.sync", FaultMode::kSkip, FaultPoints::kEveryHit);
      EXPECT_TRUE(store.drop_before(2).is_ok());
      faults.clear();
      disk.crash(seed);
      const auto entries = disk.list(kDirectory).value();
      bool has_manifest = false;
      size_t pages = 0;
      for (const DirectoryEntry& entry : entries) {
        if (!entry.name.starts_with("00000000000000000001")) continue;
        if (entry.name.ends_with(".manifest")) has_manifest = true;
        if (entry.name.ends_with(".page")) ++pages;
      }
      if (has_manifest && pages < 2) return true;
    }
    return false;
  };
  EXPECT_FALSE(is_damaged(false));
  EXPECT_TRUE(is_damaged(true));
}

TEST(Checkpoint, ACrashWhileAllAreDroppedNeverBringsAnOlderOneBack) {
  const auto drop_all = [](SimDisk& disk, uint64_t crash_at, uint64_t seed) -> uint64_t {
    FaultPoints faults;
    CheckpointStore store(disk, faults, kDirectory);
    EXPECT_TRUE(store.open().is_ok());
    for (uint64_t epoch = 1; epoch <= 3; ++epoch) EXPECT_TRUE(write_checkpoint(store, epoch).is_ok());
    const uint64_t before = disk.call_count();
    try {
      disk.crash_at_call(before + crash_at);
      EXPECT_TRUE(store.drop_before(UINT64_MAX).is_ok());
    } catch (const SimCrash&) {
    }
    const uint64_t calls = disk.call_count() - before;
    disk.crash_at_call(0);
    disk.crash(seed);
    return calls;
  };
  SimDisk undisturbed;
  const uint64_t calls = drop_all(undisturbed, 1'000'000, 1);
  for (uint64_t call = 1; call <= calls; ++call) {
    for (uint64_t seed = 1; seed <= 20; ++seed) {
      SimDisk disk;
      FaultPoints faults;
      drop_all(disk, call, seed);
      const auto latest = CheckpointStore(disk, faults, kDirectory).latest();
      ASSERT_TRUE(latest.is_ok()) << latest.status().message();
      EXPECT_TRUE(!latest->manifest || latest->manifest->epoch == 3U) << "call " << call << " seed " << seed;
    }
  }
}

TEST(Checkpoint, AFailedStepIsNoCommit) {
  for (const char* step : {"checkpoint.page.sync", "checkpoint.dir.sync", "checkpoint.manifest.sync"}) {
    Fixture at;
    ASSERT_TRUE(write_checkpoint(at.store, 1).is_ok());
    at.faults.arm(step, FaultMode::kError);
    EXPECT_EQ(write_checkpoint(at.store, 2).message(),
              "fault point '" + std::string(step) + "' was told to fail");
    EXPECT_EQ(at.latest()->manifest->epoch, 1U);
    EXPECT_TRUE(write_checkpoint(at.store, 3).is_ok());
    EXPECT_EQ(at.latest()->manifest->epoch, 3U);
  }
}

}  // namespace
}  // namespace weir
