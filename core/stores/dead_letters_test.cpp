#include "stores/dead_letters.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>

#include <weir/builder.hpp>

#include "data/data_calls.hpp"
#include "world/sim_crash.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

const bool kHasHost = (init_data_host(), true);

Schema schema() {
  return Schema::parse(
             "time: timestamp, run: string, node: string, port: string, component: string, code: string, "
             "message: string, partition: string, offset: int64, column: string, raw: binary")
      .value();
}

DeadLetter letter(int64_t number, const std::string& node = "sane", const std::string& code = "bad-number") {
  return {number,
          "run-1",
          node,
          "errors",
          "filter",
          code,
          "found 'x', expected a number",
          "a.csv",
          number * 10,
          "price",
          "raw \x01" + std::to_string(number)};
}

Batch batch_of(const std::vector<DeadLetter>& rows) {
  ColumnBuilder<int64_t> time{DataType(Type::kTimestamp)};
  ColumnBuilder<int64_t> offset;
  std::vector<StringBuilder> texts(8);
  StringBuilder raw(Type::kBinary);
  for (const DeadLetter& row : rows) {
    time.append(row.time_us);
    offset.append_optional(row.offset);
    const std::string* const values[] = {&row.run,  &row.node,    &row.port,      &row.component,
                                         &row.code, &row.message, &row.partition, &row.column};
    for (size_t i = 0; i < 8; ++i) values[i]->empty() ? texts[i].append_null() : texts[i].append(*values[i]);
    raw.append(row.raw);
  }
  std::vector<Column> columns;
  columns.push_back(std::move(time).finish());
  for (size_t i = 0; i < 7; ++i) columns.push_back(std::move(texts[i]).finish());
  columns.push_back(std::move(offset).finish());
  columns.push_back(std::move(texts[7]).finish());
  columns.push_back(std::move(raw).finish());
  return Batch::make(rows.size(), columns);
}

struct Store {
  SimDisk disk;
  FaultPoints faults;
  std::optional<DeadLetters> dead;
  explicit Store(size_t segment_bytes = DeadLetters::kSegmentBytes) { open(segment_bytes); }
  void open(size_t segment_bytes = DeadLetters::kSegmentBytes) {
    dead.emplace(disk, faults, "/state/dead", schema(), segment_bytes);
  }
  std::vector<DeadLetter> rows(std::vector<std::string>* notes = nullptr,
                               const DeadLetterFilter& filter = {}) {
    std::vector<DeadLetter> found;
    const auto read = dead->for_each(filter, [&found](const DeadLetter& row) {
      found.push_back(row);
      return true;
    });
    EXPECT_TRUE(read.is_ok()) << read.status().message();
    if (notes != nullptr) *notes = read->notes;
    return found;
  }
};

TEST(DeadLetters, GiveBackWhatTheyWereGiven) {
  Store store;
  EXPECT_TRUE(store.rows().empty());
  DeadLetter bare = letter(2);
  bare.offset.reset();
  bare.column.clear();
  ASSERT_TRUE(store.dead->append(batch_of({letter(1), bare})).is_ok());
  ASSERT_TRUE(store.dead->append(batch_of({letter(3, "events")})).is_ok());
  EXPECT_EQ(store.rows(), (std::vector<DeadLetter>{letter(1), bare, letter(3, "events")}));
  EXPECT_EQ(store.rows(nullptr, {"events", "", ""}), (std::vector<DeadLetter>{letter(3, "events")}));
}

TEST(DeadLetters, AreCountedByNodeAndCode) {
  Store store;
  ASSERT_TRUE(
      store.dead->append(batch_of({letter(5), letter(2), letter(3, "sane", "late"), letter(4, "events")}))
          .is_ok());
  EXPECT_EQ(store.dead->list()->counts, (std::vector<DeadLetterCount>{{"events", "bad-number", 1, 4, 4},
                                                                      {"sane", "bad-number", 2, 2, 5},
                                                                      {"sane", "late", 1, 3, 3}}));
}

TEST(DeadLetters, ShowingStopsWhenToldTo) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1), letter(2), letter(3)})).is_ok());
  std::vector<int64_t> seen;
  const auto read = store.dead->for_each({}, [&seen](const DeadLetter& row) {
    seen.push_back(row.time_us);
    return seen.size() < 2;
  });
  EXPECT_EQ(read->rows, 2U);
  EXPECT_EQ(seen, (std::vector<int64_t>{1, 2}));
}

TEST(DeadLetters, EachProcessAndEachSizeBeginsAStream) {
  Store store(1);
  std::vector<DeadLetter> all;
  for (int64_t i = 1; i <= 3; ++i) {
    all.push_back(letter(i));
    ASSERT_TRUE(store.dead->append(batch_of({all.back()})).is_ok());
  }
  ASSERT_TRUE(store.dead->close().is_ok());
  store.open();
  all.push_back(letter(4));
  ASSERT_TRUE(store.dead->append(batch_of({all.back()})).is_ok());
  EXPECT_EQ(store.disk.list("/state/dead")->size(), 4U);
  std::vector<std::string> notes;
  EXPECT_EQ(store.rows(&notes), all);
  EXPECT_TRUE(notes.empty());
}

TEST(DeadLetters, ATornTailIsReportedAndTheRestRead) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1), letter(2)})).is_ok());
  const std::string path = "/state/dead/00000001.arrows";
  const size_t whole = read_all(store.disk, path)->size();
  ASSERT_TRUE(store.dead->append(batch_of({letter(3)})).is_ok());
  const std::string bytes = read_all(store.disk, path).value();
  for (size_t size = whole + 1; size < bytes.size(); ++size) {
    ASSERT_TRUE(write_atomic(store.disk, store.faults, "test", path, bytes.substr(0, size)).is_ok());
    std::vector<std::string> notes;
    EXPECT_EQ(store.rows(&notes), (std::vector<DeadLetter>{letter(1), letter(2)}));
    ASSERT_EQ(notes.size(), 1U);
    EXPECT_EQ(notes[0], "'" + path + "' was read up to row 2; its last " + std::to_string(size - whole) +
                            " bytes are left out: they are no whole message");
  }
}

TEST(DeadLetters, AStreamWithoutItsEndIsReportedWhenAnotherFollows) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
  store.open();  // As after a kill.
  ASSERT_TRUE(store.dead->append(batch_of({letter(2)})).is_ok());
  std::vector<std::string> notes;
  EXPECT_EQ(store.rows(&notes), (std::vector<DeadLetter>{letter(1), letter(2)}));
  EXPECT_EQ(notes,
            std::vector<std::string>{"'/state/dead/00000001.arrows' has no end: its run was killed, or "
                                     "its last rows were cut off"});
  EXPECT_EQ(store.dead->remove({}).value(), 2U);  // What is there is whole.
}

TEST(DeadLetters, WhatWasSyncedSurvivesACrashAnywhere) {
  const auto live = [](SimDisk& disk, uint64_t crash_at) {
    FaultPoints faults;
    int64_t synced = 0;
    disk.crash_at_call(crash_at);
    try {
      DeadLetters dead(disk, faults, "/state/dead", schema(), 3000);
      for (int64_t i = 1; i <= 6; ++i) {
        if (!dead.append(batch_of({letter(i)})).is_ok() || !dead.sync().is_ok()) return synced;
        synced = i;
      }
      (void)dead.close();
    } catch (const SimCrash&) {
    }
    return synced;
  };
  SimDisk undisturbed;
  EXPECT_EQ(live(undisturbed, UINT64_MAX), 6);
  for (uint64_t call = 1; call <= undisturbed.call_count(); ++call) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      Store store;
      const int64_t synced = live(store.disk, call);
      store.disk.crash(seed);
      const auto rows = store.rows();
      ASSERT_GE(static_cast<int64_t>(rows.size()), synced) << "call " << call << " seed " << seed;
      for (size_t i = 0; i < rows.size(); ++i) EXPECT_EQ(rows[i], letter(static_cast<int64_t>(i) + 1));
    }
  }
}

TEST(DeadLetters, EveryStepIsNeeded) {
  for (const char* step : {"dead.segment.write", "dead.segment.sync", "dead.dir.sync"}) {
    bool is_missed = false;
    for (uint64_t seed = 1; seed <= 50 && !is_missed; ++seed) {
      Store store;
      store.faults.arm(step, FaultMode::kSkip, FaultPoints::kEveryHit);
      ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
      ASSERT_TRUE(store.dead->sync().is_ok());
      store.disk.crash(seed);
      is_missed = store.rows().empty();
    }
    EXPECT_TRUE(is_missed) << step;
  }
}

TEST(DeadLetters, ARunThatGoesOnCutsBackToItsCheckpoint) {
  Store store(1);
  ASSERT_TRUE(store.dead->sync().is_ok());
  const std::string nothing = store.dead->mark();
  ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
  ASSERT_TRUE(store.dead->append(batch_of({letter(2)})).is_ok());
  ASSERT_TRUE(store.dead->sync().is_ok());
  const std::string mark = store.dead->mark();
  ASSERT_TRUE(store.dead->append(batch_of({letter(3)})).is_ok());
  ASSERT_TRUE(store.dead->append(batch_of({letter(4)})).is_ok());
  store.open();
  ASSERT_TRUE(store.dead->cut_back_to(mark).is_ok());
  std::vector<std::string> notes;
  EXPECT_EQ(store.rows(&notes), (std::vector<DeadLetter>{letter(1), letter(2)}));
  EXPECT_TRUE(notes.empty());
  ASSERT_TRUE(store.dead->append(batch_of({letter(5)})).is_ok());
  EXPECT_EQ(store.rows().size(), 3U);
  store.open();
  ASSERT_TRUE(store.dead->cut_back_to(nothing).is_ok());
  EXPECT_TRUE(store.rows().empty());
  EXPECT_EQ(store.dead->cut_back_to("x").message(),
            "the place in '/state/dead' that the checkpoint names is no such place");
}

TEST(DeadLetters, WhatWasRetriedIsRemoved) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1), letter(2, "events"), letter(3)})).is_ok());
  ASSERT_TRUE(store.dead->close().is_ok());
  ASSERT_TRUE(store.dead->append(batch_of({letter(4, "events")})).is_ok());
  const std::string mark = store.dead->mark();
  EXPECT_EQ(store.dead->remove({"sane", "", ""}).value(), 2U);
  EXPECT_EQ(store.rows(), (std::vector<DeadLetter>{letter(2, "events"), letter(4, "events")}));
  EXPECT_EQ(store.dead->remove({"sane", "", ""}).value(), 0U);
  store.open();
  ASSERT_TRUE(store.dead->cut_back_to(mark).is_ok());
  EXPECT_EQ(store.rows(), (std::vector<DeadLetter>{letter(2, "events")}));
  EXPECT_EQ(store.dead->remove({}).value(), 1U);
  EXPECT_TRUE(store.disk.list("/state/dead")->empty());
}

/// Takes letter 1 away and keeps letter 2, with the power failing at one of the calls or behind them. Returns
/// whether it was seen: letter 2 is lost, or letter 1 is there when the removal was through.
bool is_removal_wrong(const char* skipped, uint64_t call, uint64_t seed) {
  Store store;
  EXPECT_TRUE(store.dead->append(batch_of({letter(1), letter(2, "events")})).is_ok());
  EXPECT_TRUE(store.dead->close().is_ok());
  if (skipped != nullptr) store.faults.arm(skipped, FaultMode::kSkip, FaultPoints::kEveryHit);
  store.disk.crash_at_call(store.disk.call_count() + call);
  bool is_through = false;
  try {
    is_through = store.dead->remove({"sane", "", ""}).is_ok();
  } catch (const SimCrash&) {
  }
  store.disk.crash_at_call(0);
  store.disk.crash(seed);
  const auto rows = store.rows();
  return std::ranges::find(rows, letter(2, "events")) == rows.end() ||
         (is_through && std::ranges::find(rows, letter(1)) != rows.end());
}

TEST(DeadLetters, EveryStepOfARemovalIsNeeded) {
  constexpr uint64_t kCalls = 30;
  const auto is_missed = [](const char* step) {
    for (uint64_t call = 1; call <= kCalls; ++call) {
      for (uint64_t seed = 1; seed <= 10; ++seed) {
        if (is_removal_wrong(step, call, seed)) return true;
      }
    }
    return false;
  };
  EXPECT_FALSE(is_missed(nullptr));
  // The file that was there goes after them.
  for (const char* harmless : {"dead.kept.sync_before_rename", "dead.kept.close"})
    EXPECT_FALSE(is_missed(harmless)) << harmless;
  for (const char* step : {"dead.kept.write", "dead.kept.sync", "dead.kept.rename", "dead.kept.sync_dir",
                           "dead.segment.remove"}) {
    EXPECT_TRUE(is_missed(step)) << step;
  }
}

TEST(DeadLetters, ARunThatHadRejectedNothingAtItsCheckpointLeavesThoseOfOthersAlone) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
  ASSERT_TRUE(store.dead->close().is_ok());
  store.open();
  ASSERT_TRUE(store.dead->sync().is_ok());
  const std::string mark = store.dead->mark();
  ASSERT_TRUE(store.dead->append(batch_of({letter(2)})).is_ok());
  ASSERT_TRUE(store.dead->sync().is_ok());
  store.open();
  ASSERT_TRUE(store.dead->cut_back_to(mark).is_ok());
  EXPECT_EQ(store.rows(), (std::vector<DeadLetter>{letter(1)}));
}

TEST(DeadLetters, CuttingBackForgetsWhatWasNotSynced) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
  ASSERT_TRUE(store.dead->sync().is_ok());
  const std::string mark = store.dead->mark();
  ASSERT_TRUE(store.dead->append(batch_of({letter(2)})).is_ok());
  ASSERT_TRUE(store.dead->cut_back_to(mark).is_ok());
  ASSERT_TRUE(store.dead->append(batch_of({letter(3)})).is_ok());
  ASSERT_TRUE(store.dead->close().is_ok());
  std::vector<std::string> notes;
  EXPECT_EQ(store.rows(&notes), (std::vector<DeadLetter>{letter(1), letter(3)}));
  EXPECT_TRUE(notes.empty());
}

TEST(DeadLetters, WhatTheDiskHasNoRoomForIsKeptUntilThereIs) {
  int refused = 0;
  for (const char* const call : {"open", "write", "make_dir"}) {
    for (uint64_t times = 1; times <= 3; ++times) {
      Store store;
      store.disk.fail_next(call, ENOSPC, times);
      for (int64_t number = 1; number <= 3; ++number) {
        const Status status = store.dead->append(batch_of({letter(number)}));
        if (!status.is_ok()) ++refused;
        EXPECT_TRUE(status.is_ok() || status.code() == Code::kNoSpace) << status.message();
      }
      while (!store.dead->flush().is_ok()) {
      }
      ASSERT_TRUE(store.dead->close().is_ok());
      std::vector<std::string> notes;
      EXPECT_EQ(store.rows(&notes), (std::vector<DeadLetter>{letter(1), letter(2), letter(3)}))
          << call << times;
      EXPECT_TRUE(notes.empty()) << notes.front();
    }
  }
  EXPECT_GE(refused, 12);
}

TEST(DeadLetters, NothingIsRemovedFromADamagedStream) {
  Store store;
  ASSERT_TRUE(store.dead->append(batch_of({letter(1)})).is_ok());
  const std::string path = "/state/dead/00000001.arrows";
  const std::string bytes = read_all(store.disk, path).value() + "rest";
  store.open();
  ASSERT_TRUE(write_atomic(store.disk, store.faults, "test", path, bytes).is_ok());
  EXPECT_EQ(store.dead->remove({}).status().message(),
            "nothing was removed from it, as its damaged rest would go too: '" + path +
                "' was read up to row 1; its last 4 bytes are left out: they are no whole message");
  EXPECT_EQ(store.rows().size(), 1U);
}

}  // namespace
}  // namespace weir
