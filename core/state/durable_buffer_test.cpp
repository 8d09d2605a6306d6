#include "state/durable_buffer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <weir/builder.hpp>
#include <weir/column.hpp>

#include "data/data_calls.hpp"
#include "world/sim_crash.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

const bool kHasHost = (init_data_host(), true);
constexpr uint64_t kSmallSegment = 1500;  // Two batches or three.

Schema schema() { return Schema::parse("n: int64, text: string").value(); }

/// Batch `number` has three rows that follow from its number.
Batch batch_of(uint64_t number) {
  ColumnBuilder<int64_t> n;
  StringBuilder text;
  for (int64_t row = 0; row < 3; ++row) {
    n.append(static_cast<int64_t>(number) * 10 + row);
    text.append("row " + std::to_string(row) + " of batch " + std::to_string(number));
  }
  return Batch::make(3, std::vector<Column>{std::move(n).finish(), std::move(text).finish()});
}

uint64_t number_of(const Batch& batch) {
  const ColumnView<int64_t> n(batch.raw_column(0));
  return static_cast<uint64_t>(n.values()[0]) / 10;
}

bool is_batch(const Batch& batch, uint64_t number) {
  const ColumnView<int64_t> n(batch.raw_column(0));
  const StringColumn text(batch.raw_column(1));
  if (batch.row_count() != 3) return false;
  for (size_t row = 0; row < 3; ++row) {
    if (n.values()[row] != static_cast<int64_t>(number * 10 + row)) return false;
    if (text.view_at(row) != "row " + std::to_string(row) + " of batch " + std::to_string(number))
      return false;
  }
  return true;
}

/// A buffer on a simulated disk, opened.
class DurableBufferTest : public testing::Test {
 protected:
  void open(const BufferMark& mark = {}, uint64_t needed = 0) {
    buffer_ = std::make_unique<DurableBuffer>(disk_, faults_, "b", schema(), kSmallSegment);
    const Status status = buffer_->open(mark, needed);
    ASSERT_TRUE(status.is_ok()) << status.message();
  }
  void append(uint64_t from, uint64_t to) {
    for (uint64_t i = from; i < to; ++i) {
      ASSERT_TRUE(buffer_->append(*batch_of(i), "note " + std::to_string(i)).is_ok());
    }
  }
  BufferMark sync() {
    const Result<BufferMark> mark = buffer_->sync();
    EXPECT_TRUE(mark.is_ok()) << mark.status().message();
    return *mark;
  }
  struct Found {
    std::vector<uint64_t> batches;
    std::vector<BufferReader::Damage> damages;
    uint64_t lost = 0;
  };
  Found read(uint64_t from, uint64_t limit) {
    Found found;
    BufferReader reader(*buffer_, from);
    while (reader.next_batch() < limit) {
      const Result<BufferReader::Read> read = reader.next(limit);
      EXPECT_TRUE(read.is_ok()) << read.status().message();
      if (!read.is_ok()) break;
      if (read->damage) {
        found.lost += read->damage->lost_batches;
        found.damages.push_back(*read->damage);
      }
      if (!read->batch) continue;
      found.batches.push_back(number_of(read->batch));
      EXPECT_TRUE(is_batch(read->batch, found.batches.back()));
      EXPECT_EQ(read->note, "note " + std::to_string(found.batches.back()));
    }
    return found;
  }
  static std::vector<uint64_t> numbers(uint64_t from, uint64_t to) {
    std::vector<uint64_t> all;
    for (; from < to; ++from) all.push_back(from);
    return all;
  }
  std::vector<std::string> files() {
    std::vector<std::string> names;
    const auto entries = disk_.list("b");
    for (const DirectoryEntry& entry : *entries) names.push_back(entry.name);
    return names;
  }

  SimDisk disk_;
  FaultPoints faults_;
  std::unique_ptr<DurableBuffer> buffer_;
};

TEST_F(DurableBufferTest, GivesBatchesInOrderOverManyFiles) {
  open();
  append(0, 20);
  EXPECT_GE(files().size(), 5U);
  EXPECT_EQ(read(0, 20).batches, numbers(0, 20));
  EXPECT_EQ(read(7, 12).batches, numbers(7, 12));
  EXPECT_EQ(files().front(), "00000000000000000000.arrows");
}

TEST_F(DurableBufferTest, ItsFilesAreWholeArrowStreams) {
  open();
  append(0, 6);
  ASSERT_TRUE(buffer_->seal().is_ok());
  uint64_t batches = 0;
  for (const std::string& name : files()) {
    const std::string bytes = *read_all(disk_, "b/" + name);
    std::span<const uint8_t> rest(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    IpcReader reader(IpcTrust::kOwn);
    for (bool is_end = false; !is_end;) {
      const Result<IpcStep> step = reader.read(rest, true);
      ASSERT_TRUE(step.is_ok()) << step.status().message();
      rest = rest.subspan(step->consumed);
      if (step->kind == IpcStep::Kind::kBatch) ++batches;
      is_end = step->kind == IpcStep::Kind::kEnd;
    }
  }
  EXPECT_EQ(batches, 6U);
}

TEST_F(DurableBufferTest, AReaderGoesOnWhileRowsAreAppended) {
  open();
  BufferReader reader(*buffer_, 0);
  for (uint64_t i = 0; i < 12; ++i) {
    EXPECT_FALSE(reader.next(i)->batch);
    append(i, i + 1);
    const Result<BufferReader::Read> read = reader.next(i + 1);
    ASSERT_TRUE(read.is_ok());
    EXPECT_TRUE(is_batch(read->batch, i));
  }
}

TEST_F(DurableBufferTest, ARestartForgetsWhatIsBehindTheMark) {
  open();
  append(0, 7);
  const BufferMark mark = sync();
  append(7, 15);
  open(mark);
  EXPECT_EQ(buffer_->next_batch(), 7U);
  append(7, 9);
  EXPECT_EQ(read(0, 9).batches, numbers(0, 9));
  EXPECT_TRUE(read(0, 9).damages.empty());
}

TEST_F(DurableBufferTest, WithoutAMarkARestartBeginsEmpty) {
  open();
  append(0, 7);
  open();
  EXPECT_TRUE(files().empty());
  EXPECT_EQ(buffer_->size_bytes(), 0U);
}

TEST_F(DurableBufferTest, FilesGoWhenTheReaderNeedsThemNoMore) {
  open();
  append(0, 20);
  const size_t before = files().size();
  ASSERT_TRUE(buffer_->release(10).is_ok());
  EXPECT_LT(files().size(), before);
  EXPECT_EQ(read(10, 20).batches, numbers(10, 20));
  ASSERT_TRUE(buffer_->release(20).is_ok());
  EXPECT_EQ(files().size(), 1U) << "the open one stays";
  ASSERT_TRUE(buffer_->seal().is_ok());
  EXPECT_TRUE(files().empty());
  append(20, 22);
  EXPECT_EQ(read(20, 22).batches, numbers(20, 22));
}

TEST_F(DurableBufferTest, AMarkOutlivesItsFile) {
  open();
  append(0, 4);
  const BufferMark mark = sync();
  ASSERT_TRUE(buffer_->release(4).is_ok());
  ASSERT_TRUE(buffer_->seal().is_ok());
  open(mark, 4);
  append(4, 6);
  EXPECT_EQ(read(4, 6).batches, numbers(4, 6));
}

TEST_F(DurableBufferTest, TheOldestFileIsDroppedWholeAndItsUnreadRowsCounted) {
  open();
  append(0, 20);
  sync();
  BufferReader reader(*buffer_, 0);
  ASSERT_TRUE(reader.next(20)->batch);
  const uint64_t in_first = buffer_->find(0)->end;
  const Result<std::optional<uint64_t>> dropped = buffer_->drop_oldest(20);
  ASSERT_TRUE(dropped.is_ok() && *dropped);
  EXPECT_EQ(**dropped, (in_first - 1) * 3);
  const Result<BufferReader::Read> next = reader.next(20);
  EXPECT_FALSE(next->damage);
  EXPECT_TRUE(is_batch(next->batch, in_first));
}

TEST_F(DurableBufferTest, RowsOfAFileFromBeforeTheRestartAreCountedToo) {
  open();
  append(0, 20);
  const BufferMark mark = sync();
  open(mark, 1);
  const uint64_t in_first = buffer_->find(0)->end;
  const Result<std::optional<uint64_t>> dropped = buffer_->drop_oldest(20);
  ASSERT_TRUE(dropped.is_ok() && *dropped);
  EXPECT_EQ(**dropped, (in_first - 1) * 3);
}

TEST_F(DurableBufferTest, WhatIsNotCommittedIsNeverDropped) {
  open();
  append(0, 20);
  const Result<std::optional<uint64_t>> dropped = buffer_->drop_oldest(1);
  ASSERT_TRUE(dropped.is_ok());
  EXPECT_FALSE(*dropped);
}

TEST_F(DurableBufferTest, AMissingFileIsReportedAndTheRestGiven) {
  open();
  append(0, 20);
  const uint64_t second = buffer_->find(0)->end;
  const DurableBuffer::Place place = *buffer_->find(second);
  ASSERT_TRUE(disk_.unlink(place.path).is_ok());
  const Found found = read(0, 20);
  EXPECT_EQ(found.lost, place.end - place.first);
  EXPECT_EQ(found.batches.size() + found.lost, 20U);
  ASSERT_EQ(found.damages.size(), 1U);
  EXPECT_EQ(found.damages[0].path, place.path);
}

TEST_F(DurableBufferTest, AFullDiskLeavesItAsItWas) {
  open();
  append(0, 2);
  disk_.fail_next("write", ENOSPC);
  EXPECT_EQ(buffer_->append(*batch_of(2), "note 2").code(), Code::kNoSpace);
  append(2, 8);
  EXPECT_EQ(read(0, 8).batches, numbers(0, 8));
}

/// A file that never got a batch and is sealed would have the name of the next one, which would go with it.
TEST_F(DurableBufferTest, AFileWithoutABatchIsNotKept) {
  open();
  append(0, 3);
  ASSERT_TRUE(buffer_->seal().is_ok());
  disk_.fail_call(disk_.call_count() + 3, ENOSPC);  // Open, the header, and then no room for the batch.
  EXPECT_EQ(buffer_->append(*batch_of(3), "note 3").code(), Code::kNoSpace);
  ASSERT_TRUE(buffer_->seal().is_ok());
  append(3, 6);
  sync();
  EXPECT_EQ(read(0, 3).batches, numbers(0, 3));
  ASSERT_TRUE(buffer_->release(3).is_ok());
  EXPECT_EQ(read(3, 6).batches, numbers(3, 6));
}

/// One file of three batches in which something is damaged: each batch comes whole or is said to be lost.
TEST_F(DurableBufferTest, EveryFlippedByteIsReportedOrHarmless) {
  open();
  append(0, 3);
  const BufferMark mark = sync();
  const std::string path = buffer_->find(0)->path;
  const std::string whole = *read_all(disk_, path);
  int reported = 0;
  int harmless = 0;
  for (size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x41);
    ASSERT_TRUE(write_atomic(disk_, faults_, "test", path, damaged).is_ok());
    open(mark);
    const Found found = read(0, 3);
    ASSERT_EQ(found.batches.size() + found.lost, 3U) << "byte " << at;
    ASSERT_TRUE(std::ranges::is_sorted(found.batches)) << "byte " << at;
    ASSERT_LE(found.lost, 1U) << "byte " << at << ": one damaged message costs itself";
    ASSERT_EQ(found.damages.size(), found.lost) << "byte " << at;
    ++(found.lost > 0 ? reported : harmless);
  }
  std::printf("%d flips reported, %d without a batch behind them\n", reported, harmless);
  EXPECT_GT(reported, harmless);
}

TEST_F(DurableBufferTest, EveryTruncationIsReported) {
  open();
  append(0, 3);
  const BufferMark mark = sync();
  const std::string path = buffer_->find(0)->path;
  const std::string whole = *read_all(disk_, path);
  for (size_t size = 0; size < whole.size(); ++size) {
    ASSERT_TRUE(write_atomic(disk_, faults_, "test", path, whole.substr(0, size)).is_ok());
    open(mark);
    const Found found = read(0, 3);
    ASSERT_EQ(found.batches.size() + found.lost, 3U) << "size " << size;
    ASSERT_FALSE(found.damages.empty()) << "size " << size;
  }
}

/// Appends, marks, reads and releases until the disk says no more. What a manifest would hold is in `mark`
/// and `needed`.
void work(DurableBuffer& buffer, BufferMark& mark, uint64_t& needed) {
  BufferReader reader(buffer, needed);
  for (uint64_t i = mark.next_batch; i < 30; ++i) {
    if (!buffer.append(*batch_of(i), "note " + std::to_string(i)).is_ok()) return;
    if (i % 3 != 2) continue;
    const Result<BufferMark> synced = buffer.sync();
    if (!synced.is_ok()) return;
    mark = *synced;
    for (uint64_t reads = 0; reads < 2 && reader.next_batch() < mark.next_batch; ++reads) {
      const Result<BufferReader::Read> read = reader.next(mark.next_batch);
      if (!read.is_ok() || read->damage) return;
    }
    needed = reader.next_batch();
    if (!buffer.release(needed).is_ok()) return;
  }
}

struct Crashes {
  int crashes = 0;
  int wrong = 0;
};

Crashes crash_at_every_call(const char* skipped) {
  Crashes counts;
  uint64_t calls = 0;
  for (uint64_t at = 1; calls == 0 || at <= calls; ++at) {
    SimDisk disk;
    FaultPoints faults;
    BufferMark mark;
    uint64_t needed = 0;
    if (skipped != nullptr) faults.arm(skipped, FaultMode::kSkip, FaultPoints::kEveryHit);
    if (calls > 0) disk.crash_at_call(at);
    try {
      DurableBuffer buffer(disk, faults, "b", schema(), kSmallSegment);
      if (buffer.open(mark, needed).is_ok()) work(buffer, mark, needed);
    } catch (const SimCrash&) {
      ++counts.crashes;
    }
    if (calls == 0) {
      calls = disk.call_count();
      at = 0;
    }
    disk.crash_at_call(0);
    disk.crash(at + 1);
    DurableBuffer buffer(disk, faults, "b", schema(), kSmallSegment);
    if (!buffer.open(mark, needed).is_ok()) {
      ++counts.wrong;
      continue;
    }
    BufferReader reader(buffer, needed);
    uint64_t expected = needed;
    while (reader.next_batch() < mark.next_batch) {
      const Result<BufferReader::Read> read = reader.next(mark.next_batch);
      if (!read.is_ok() || read->damage || !is_batch(read->batch, expected)) break;
      ++expected;
    }
    if (expected != mark.next_batch) ++counts.wrong;
  }
  return counts;
}

TEST(DurableBufferCrash, WhatWasMarkedSurvivesAPowerLossAtEveryCall) {
  const Crashes counts = crash_at_every_call(nullptr);
  std::printf("%d power losses\n", counts.crashes);
  EXPECT_GE(counts.crashes, 100);
  EXPECT_EQ(counts.wrong, 0);
}

TEST(DurableBufferCrash, TheTestIsRedWithoutASync) {
  EXPECT_GT(crash_at_every_call("buffer.segment.sync").wrong, 0);
  EXPECT_GT(crash_at_every_call("buffer.dir.sync").wrong, 0);
}

TEST(BufferMarkTest, IsItsBytes) {
  const BufferMark mark{7, 4, 1000, -5, true};
  EXPECT_EQ(*BufferMark::parse(mark.bytes()), mark);
  EXPECT_EQ(BufferMark::parse(mark.bytes() + "x").status().code(), Code::kCorrupt);
  EXPECT_EQ(BufferMark::parse("").status().code(), Code::kCorrupt);
}

}  // namespace
}  // namespace weir
