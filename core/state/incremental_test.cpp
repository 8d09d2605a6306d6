// Checkpoints that write what changed: what comes back is what was there, whatever happened in between.
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "state/test_life.hpp"
#include "state/test_seeds.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

using test::Life;
using test::page_name;

void fill(Life& life, uint64_t keys) {
  for (uint64_t i = 0; i < keys; ++i) life.count(0, page_name(i), i % 2 == 0);
}

TEST(Incremental, ACheckpointWritesWhatChanged) {
  Life life;
  fill(life, 20'000);
  life.checkpoint();
  const uint64_t whole = life.bytes_of_epoch();
  for (uint64_t i = 0; i < 20'000; i += 100) life.count(0, page_name(i), true);
  life.checkpoint();
  EXPECT_LT(life.bytes_of_epoch(), whole / 10);
  EXPECT_EQ(life.newest().pages.size(), 2U);
  EXPECT_EQ(life.restored(), life.model);
}

TEST(Incremental, WhatDidNotChangeIsNotWritten) {
  Life life;
  fill(life, 100);
  life.checkpoint();
  life.checkpoint();
  life.checkpoint();
  EXPECT_EQ(life.bytes_of_epoch(), 0U);
  ASSERT_EQ(life.newest().pages.size(), 1U);
  EXPECT_EQ(life.newest().pages[0].id.epoch, 1U);
  EXPECT_EQ(life.restored(), life.model);
}

TEST(Incremental, AnyHistoryComesBack) {
  for (uint32_t seed = 1; seed <= test::last_history_seed(12); ++seed) {
    SCOPED_TRACE(seed);
    Life life;
    std::mt19937 random(seed);
    const auto below = [&random](uint64_t bound) { return random() % bound; };
    const uint64_t keys = 200 + below(5000);
    for (int step = 0; step < 40; ++step) {
      for (uint64_t i = below(step == 0 ? 8000 : 800); i > 0; --i) {
        const int64_t ns = static_cast<int64_t>(below(4)) * 60 + step;
        const std::string page = page_name(below(keys));
        switch (below(12)) {
          case 0:
            life.remove(ns, page);
            break;
          case 1:
            life.move(ns, page, ns + 1);
            break;
          case 2:
            if (below(200) == 0) life.remove_upto(static_cast<int64_t>(below(100)));
            break;
          default:
            life.count(ns, page, below(3) == 0);
        }
      }
      if (below(5) == 0) {  // One that does not come about.
        life.begin();
      } else {
        life.checkpoint();
        ASSERT_EQ(life.restored(), life.model) << "step " << step;
      }
    }
    EXPECT_EQ(Life::read(*life.state), life.model);
  }
}

TEST(Incremental, TheDiskHoldsAFewTimesTheState) {
  Life life;
  for (uint64_t i = 0; i < 20'000; ++i) life.count(0, page_name(i), true);
  life.checkpoint();
  const uint64_t whole = life.bytes_of_epoch();
  std::mt19937 random(1);
  for (int step = 0; step < 100; ++step) {
    for (int i = 0; i < 2000; ++i) life.count(0, page_name(random() % 20'000), true);
    life.checkpoint();
    uint64_t total = 0;
    for (const PageInfo& page : life.newest().pages) total += page.size_bytes;
    ASSERT_LT(total, whole * 9 / 2);
    // Nothing but what the manifest names is left.
    ASSERT_EQ(life.disk.list("/c")->size(), life.newest().pages.size() + 1);
  }
  EXPECT_LE(life.newest().pages.size(), 65U);
}

TEST(Incremental, AlsoWhenLittleChangesForLong) {
  Life life;
  fill(life, 5'000);
  life.checkpoint();
  for (int step = 0; step < 300; ++step) {
    life.count(0, page_name(static_cast<uint64_t>(step)), true);
    life.checkpoint();
    ASSERT_LE(life.newest().pages.size(), 74U);
  }
  EXPECT_EQ(life.restored(), life.model);
}

TEST(Incremental, AfterAFaultTheStateIsWrittenWhole) {
  for (const char* step : {"checkpoint.page.sync", "checkpoint.page.rename", "checkpoint.dir.sync",
                           "checkpoint.manifest.sync"}) {
    Life life;
    fill(life, 2'000);
    life.checkpoint();
    life.count(0, page_name(7), true);
    life.begin();
    life.faults.arm(step, FaultMode::kError);
    EXPECT_FALSE(life.store.commit({}).is_ok());
    life.faults.clear();
    life.count(0, page_name(8), true);
    life.checkpoint();
    EXPECT_EQ(life.newest().pages.size(), 1U);
    EXPECT_EQ(life.restored(), life.model);
  }
}

TEST(Incremental, WhatEndedIsNotNamedAnyMore) {
  Life life;
  fill(life, 100);
  life.checkpoint();
  ASSERT_TRUE(life.store.begin(++life.epoch).is_ok());
  ASSERT_TRUE(life.store.commit({}).is_ok());
  ASSERT_TRUE(life.store.drop_before(life.epoch).is_ok());
  EXPECT_TRUE(life.newest().pages.empty());
  EXPECT_EQ(life.disk.list("/c")->size(), 1U);
}

TEST(Incremental, APageOfAnEarlierEpochStaysAsLongAsItIsNamed) {
  Life life;
  fill(life, 1'000);
  life.checkpoint();
  life.count(0, page_name(1), true);
  life.checkpoint();
  // Were the step that keeps it left out, the state would be lost.
  life.count(0, page_name(2), true);
  life.faults.arm("checkpoint.drop.staying", FaultMode::kSkip, FaultPoints::kEveryHit);
  life.checkpoint();
  EXPECT_EQ(life.store.latest().status().code(), Code::kCorrupt);
}

TEST(Incremental, AChangeThatIsNotWrittenIsMissed) {
  Life life;
  fill(life, 1'000);
  life.checkpoint();
  life.count(0, page_name(1), true);
  life.faults.arm("state.dirty.mark", FaultMode::kSkip, FaultPoints::kEveryHit);
  life.checkpoint();
  life.faults.clear();
  EXPECT_NE(life.restored(), life.model);
}

TEST(Incremental, EveryCutAndEveryFlippedByteOfAChainIsNoticed) {
  Life life;
  fill(life, 12);
  life.checkpoint();
  life.count(0, page_name(3), true);
  life.remove(0, page_name(4));
  life.checkpoint();
  ASSERT_EQ(life.newest().pages.size(), 2U);
  uint64_t tried = 0;
  const std::vector<DirectoryEntry> entries = life.disk.list("/c").value();
  for (const DirectoryEntry& entry : entries) {
    const std::string path = "/c/" + entry.name;
    const std::string whole = read_all(life.disk, path).value();
    const auto expect_noticed = [&](const std::string& bytes) {
      ++tried;
      ASSERT_TRUE(write_atomic(life.disk, life.faults, "test", path, bytes).is_ok());
      ASSERT_EQ(CheckpointStore(life.disk, life.faults, "/c").latest().status().code(), Code::kCorrupt);
    };
    for (size_t at = 0; at < whole.size(); ++at) {
      std::string flipped = whole;
      flipped[at] = static_cast<char>(flipped[at] ^ (1 << (at % 8)));
      expect_noticed(flipped);
      expect_noticed(whole.substr(0, at));
    }
    ASSERT_TRUE(write_atomic(life.disk, life.faults, "test", path, whole).is_ok());
  }
  std::printf("[ COUNTS   ] %lu damaged files, all noticed\n", static_cast<unsigned long>(tried));
  EXPECT_EQ(life.restored(), life.model);
}

TEST(Incremental, SumsAreWhatNotices) {
  Life life;
  for (uint64_t i = 0; i < 12; ++i) life.count(0, page_name(i), false);
  life.checkpoint();
  const std::string path = "/c/" + life.newest().pages[0].file;
  std::string bytes = read_all(life.disk, path).value();
  const size_t at = bytes.find("a page with");
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'b';
  ASSERT_TRUE(write_atomic(life.disk, life.faults, "test", path, bytes).is_ok());
  life.faults.arm("checkpoint.page.check", FaultMode::kSkip, FaultPoints::kEveryHit);
  EXPECT_NE(life.restored(), life.model);
}

}  // namespace
}  // namespace weir
