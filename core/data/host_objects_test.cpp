// Buffers, columns and batches as the ABI promises them, and the accounts that pay for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include <weir/ext_ipc.h>
#include <weir/batch.hpp>
#include <weir/builder.hpp>
#include <weir/text.hpp>

#include "data/batch.hpp"
#include "data/buffer.hpp"
#include "data/column.hpp"
#include "data/data_calls.hpp"
#include "data/footprint.hpp"
#include "data/memory.hpp"
#include "data/sample_batch.hpp"

namespace weir {
namespace {

class HostObjects : public testing::Test {
 protected:
  void SetUp() override { init_data_host(); }
};

Column numbers(size_t rows) {
  ColumnBuilder<int64_t> builder(rows);
  for (size_t i = 0; i < rows; ++i) builder.values()[i] = static_cast<int64_t>(i);
  return std::move(builder).finish();
}

TEST(MemoryAccount, ChargesEveryAccountAboveAndRemembersThePeak) {
  const auto run = MemoryAccount::make("run");
  const auto node = MemoryAccount::make("node", run);
  ASSERT_TRUE(node->try_charge(100));
  ASSERT_TRUE(run->try_charge(10));
  node->uncharge(60);
  EXPECT_EQ(node->now_bytes(), 40U);
  EXPECT_EQ(node->peak_bytes(), 100U);
  EXPECT_EQ(run->now_bytes(), 50U);
  EXPECT_EQ(run->peak_bytes(), 110U);
}

TEST(MemoryAccount, RefusesPastALimitAnywhereAndThenChargesNobody) {
  const auto run = MemoryAccount::make("run", nullptr, 100);
  const auto node = MemoryAccount::make("node", run, 1000);
  EXPECT_TRUE(node->try_charge(100));
  EXPECT_FALSE(node->try_charge(1));
  EXPECT_FALSE(node->try_charge(SIZE_MAX));
  EXPECT_EQ(node->now_bytes(), 100U);
  EXPECT_EQ(run->now_bytes(), 100U);
}

TEST(MemoryAccount, CountsExactlyFromManyThreads) {
  const auto run = MemoryAccount::make("run");
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      const auto node = MemoryAccount::make("node", run);
      for (int i = 0; i < 10000; ++i) {
        ASSERT_TRUE(node->try_charge(7));
        node->uncharge(7);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(run->now_bytes(), 0U);
  EXPECT_LE(run->peak_bytes(), 28U);
}

TEST_F(HostObjects, TheInnermostScopeOfTheThreadPays) {
  const auto outer = MemoryAccount::make("outer");
  const auto inner = MemoryAccount::make("inner");
  Buffer kept;
  {
    const AccountScope first(*outer);
    {
      const AccountScope second(*inner);
      kept = Buffer::allocate(1000);
      std::thread([&] { EXPECT_EQ(&current_account(), &process_account()); }).join();
    }
    EXPECT_EQ(&current_account(), outer.get());
    kept.data()[999] = 1;
  }
  EXPECT_EQ(&current_account(), &process_account());
  EXPECT_EQ(outer->now_bytes(), 0U);
  EXPECT_EQ(inner->now_bytes(), buffer_footprint(kept.get()));
  kept = Buffer();
  EXPECT_EQ(inner->now_bytes(), 0U);
}

TEST_F(HostObjects, AContextPaysWhenItIsNamed) {
  const auto account = MemoryAccount::make("instance");
  weir_context context{account.get()};
  const Buffer buffer = Buffer::allocate(64, &context);
  EXPECT_GT(account->now_bytes(), 0U);
}

TEST_F(HostObjects, ABufferKeepsItsAccountAlive) {
  auto account = MemoryAccount::make("instance");
  weir_context context{account.get()};
  const Buffer buffer = Buffer::allocate(64, &context);
  const std::weak_ptr<MemoryAccount> watched = account;
  account.reset();
  EXPECT_FALSE(watched.expired());
}

TEST_F(HostObjects, BuffersAreAlignedAndReadableToTheNext64) {
  for (const size_t size : {size_t{0}, size_t{1}, size_t{63}, size_t{64}, size_t{65}, size_t{1} << 20}) {
    const Buffer buffer = Buffer::allocate(size);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, 0U);
    EXPECT_EQ(buffer.size(), size);
    unsigned sum = 0;
    for (size_t i = size; i < (size + 63) / 64 * 64; ++i) sum += buffer.data()[i] | 1U;
    EXPECT_EQ(sum > 0, size % 64 != 0);
  }
}

TEST_F(HostObjects, ALimitOrAnAbsurdSizeGivesNoBuffer) {
  const auto account = MemoryAccount::make("small", nullptr, 1000);
  EXPECT_EQ(buffer_new(*account, 1000), nullptr);
  EXPECT_EQ(buffer_new(process_account(), SIZE_MAX), nullptr);
  EXPECT_EQ(buffer_new(process_account(), SIZE_MAX / 2 - 256), nullptr);
  EXPECT_EQ(account->now_bytes(), 0U);
}

TEST_F(HostObjects, AnImportedBufferReleasesItsOwnerOnceAndIsNeverSole) {
  int released = 0;
  uint8_t bytes[4] = {1, 2, 3, 4};
  const size_t before = process_account().now_bytes();
  weir_buffer* buffer =
      host()->buffer_import(host(), bytes, 4, [](void* owner) { ++*static_cast<int*>(owner); }, &released);
  EXPECT_EQ(host()->buffer_is_sole(buffer), 0);
  EXPECT_EQ(process_account().now_bytes(), before);
  host()->buffer_retain(buffer);
  host()->buffer_release(buffer);
  EXPECT_EQ(released, 0);
  host()->buffer_release(buffer);
  EXPECT_EQ(released, 1);
}

TEST_F(HostObjects, AColumnIsWritableOnlyWhileNobodyElseSeesItsBytes) {
  const Buffer values = Buffer::allocate(64);
  EXPECT_TRUE(values.is_sole());
  ColumnParts parts(Type::kInt64, WEIR_LAYOUT_FIXED, 8);
  parts.values(values.data()).keep(values);
  Column column = parts.make();
  auto* raw = const_cast<weir_column*>(column.get());
  EXPECT_EQ(host()->column_writable(raw), nullptr);  // `values` and `parts` hold the buffer too.
  column = numbers(8);
  raw = const_cast<weir_column*>(column.get());
  EXPECT_EQ(host()->column_writable(raw), column->values);
  {
    const Column shared = column;
    EXPECT_EQ(host()->column_writable(raw), nullptr);
  }
  {
    const Buffer mask = Buffer::retain(column->buffers[0]);
    EXPECT_EQ(host()->column_writable(raw), nullptr);
  }
  EXPECT_EQ(host()->column_writable(raw), column->values);
}

TEST_F(HostObjects, AColumnCopiesItsArraysAndFreesEverythingAtTheEnd) {
  const size_t before = process_account().now_bytes();
  {
    const Batch batch = SampleBatch(40).make();
    EXPECT_GT(process_account().now_bytes(), before);
    const Batch shared = batch.share();
    EXPECT_FALSE(batch_is_sole(batch.get()));
  }
  EXPECT_EQ(process_account().now_bytes(), before);
}

TEST_F(HostObjects, ABatchRetainsColumnsAndHiddenColumns) {
  Column column = numbers(8);
  Column hidden = numbers(8);
  weir_batch like{};
  like.row_count = 8;
  like.entered_ns = 5;
  like.origin = {3, 0, 10, 18};
  like.row_watermark = hidden.get();
  const Column columns[] = {column};
  const Batch batch = Batch::make(like, columns);
  EXPECT_TRUE(batch_is_sole(batch.get()));
  EXPECT_EQ(batch->entered_ns, 5);
  EXPECT_EQ(batch->origin.end, 18);
  auto* raw = const_cast<weir_column*>(hidden.get());
  EXPECT_EQ(host()->column_writable(raw), nullptr);
}

TEST_F(HostObjects, PinnedBytesCountASharedBufferOnce) {
  const Column column = numbers(1000);
  const Column once[] = {column};
  const Column twice[] = {column, column};
  const size_t one = pinned_bytes(*Batch::make(1000, once));
  const size_t two = pinned_bytes(*Batch::make(1000, twice));
  EXPECT_GE(one, 8000U);
  EXPECT_LT(one, 8400U);
  EXPECT_LT(two - one, 300U);  // Another struct, no other buffer.
}

TEST_F(HostObjects, PinnedBytesHoldForMoreBuffersThanTheFirstGuess) {
  std::vector<Column> columns;
  for (int i = 0; i < 300; ++i) columns.push_back(numbers(10));
  size_t expected = 0;
  for (const Column& column : columns) expected += buffer_footprint(column->buffers[0]);
  const size_t pinned = pinned_bytes(*Batch::make(10, columns));
  EXPECT_GE(pinned, expected);
  EXPECT_LT(pinned, expected + size_t{300} * 200);
}

// Rows that are each a text of 20 bytes within a buffer of `read_bytes`.
Batch views_into(size_t read_bytes, size_t rows = 100) {
  const Buffer read = Buffer::allocate(read_bytes);
  std::memset(read.data(), 'x', read_bytes);
  StringBuilder builder;
  for (size_t i = 0; i < rows; ++i)
    builder.append_view(read.get(), {reinterpret_cast<const char*>(read.data()) + 20 * i, 20});
  const Column columns[] = {std::move(builder).finish()};
  return Batch::make(rows, columns);
}

TEST_F(HostObjects, UsedBytesAreWhatTheRowsReferTo) {
  EXPECT_EQ(used_bytes(*views_into(1 << 20)), 100 * 16 + 100 * 20U);
  const Column columns[] = {numbers(100)};
  EXPECT_EQ(used_bytes(*Batch::make(100, columns)), 800U);
}

TEST_F(HostObjects, CompactsOnlyWhatPinsMoreThanFourTimesWhatItUses) {
  const Batch wasteful = compact_if_wasteful(views_into(1 << 20));
  EXPECT_LE(pinned_bytes(*wasteful), kCompactFloorBytes);
  const StringColumn texts(wasteful.raw_column(0));
  ASSERT_EQ(texts.size(), 100U);
  for (size_t i = 0; i < 100; ++i) EXPECT_EQ(texts[i], std::string(20, 'x'));

  Batch thrifty = views_into(100'000, 1000);
  const weir_batch* before = thrifty.get();
  EXPECT_EQ(compact_if_wasteful(std::move(thrifty)).get(), before);
}

TEST_F(HostObjects, CompactionLeavesThriftyColumnsShared) {
  const Batch read = views_into(1 << 20);
  const Column columns[] = {read.column(0), numbers(100)};
  const Batch compacted = compact_if_wasteful(Batch::make(100, columns));
  EXPECT_NE(compacted.columns()[0].get(), columns[0].get());
  EXPECT_EQ(compacted.columns()[1].get(), columns[1].get());
}

TEST_F(HostObjects, ServesTheExtensionsOfThisRoomByName) {
  EXPECT_NE(host()->extension(host(), as_str(WEIR_IPC_EXTENSION)), nullptr);
  EXPECT_EQ(host()->extension(host(), as_str("weir.ipc/2")), nullptr);
}

}  // namespace
}  // namespace weir
