#include "state/timer_table.hpp"

#include <algorithm>
#include <map>
#include <random>
#include <tuple>

#include <gtest/gtest.h>
#include <weir/batch.hpp>

#include "state/test_keys.hpp"

namespace weir {
namespace {

using test::fixed;
using test::KeyFields;
using test::Keys;
using test::views;

using Fired = std::tuple<int64_t, std::string, int64_t>;  // Time, key, namespace.

class TimerTableTest : public testing::Test {
 protected:
  static KeyShape shape() {
    const KeyFields fields("key: string");
    return KeyShape::make(fields.data(), fields.size()).value();
  }
  void set(const test::Texts& keys, std::vector<int64_t> times, DueBy clock = DueBy::kEvent,
           std::vector<int64_t> namespaces = {}) {
    Keys rows({views(keys)});
    if (!namespaces.empty()) rows.namespaces(std::move(namespaces));
    const Status status = table_.set(rows.get(), times.data(), clock);
    ASSERT_TRUE(status.is_ok()) << status.message();
  }
  std::vector<Fired> take(int64_t upto, size_t max_rows = 1000, DueBy clock = DueBy::kEvent) {
    const auto batch = table_.take_due(clock, upto, max_rows);
    EXPECT_TRUE(batch.is_ok()) << batch.status().message();
    std::vector<Fired> fired;
    if (batch->keys.row_count == 0) return fired;
    const StringColumn keys(*batch->keys.columns[0]);
    for (size_t i = 0; i < keys.size(); ++i) {
      const std::string key = keys.is_null(i) ? "none" : std::string(keys.view_at(i));
      fired.emplace_back(batch->times[i], key, batch->keys.namespaces[i]);
    }
    return fired;
  }

  const std::shared_ptr<MemoryAccount> account_ = MemoryAccount::make("join");
  TimerTable table_{"due", shape(), *account_};
};

TEST_F(TimerTableTest, FiresByTimeThenKeyThenNamespace) {
  set({"b", "a", std::nullopt, "a", "c"}, {20, 20, 20, 20, 10}, DueBy::kEvent, {0, 7, 0, -7, 0});
  EXPECT_EQ(table_.next_us(DueBy::kEvent), 10);
  EXPECT_TRUE(take(9).empty());
  EXPECT_EQ(take(20),
            (std::vector<Fired>{{10, "c", 0}, {20, "none", 0}, {20, "a", -7}, {20, "a", 7}, {20, "b", 0}}));
  EXPECT_TRUE(take(INT64_MAX).empty());
  EXPECT_EQ(table_.count(), 0U);
  EXPECT_EQ(table_.next_us(DueBy::kEvent), INT64_MAX);
}

TEST_F(TimerTableTest, GivesNoMoreThanItIsAskedFor) {
  set({"a", "b", "c"}, {1, 2, 3});
  EXPECT_EQ(take(3, 2), (std::vector<Fired>{{1, "a", 0}, {2, "b", 0}}));
  EXPECT_EQ(take(3, 2), (std::vector<Fired>{{3, "c", 0}}));
}

TEST_F(TimerTableTest, AKeyHasOneTimeOnOneClock) {
  set({"a", "b"}, {10, 10});
  set({"a"}, {30});
  set({"b"}, {5}, DueBy::kWall);
  EXPECT_EQ(table_.count(), 2U);
  EXPECT_EQ(take(20), std::vector<Fired>{});
  EXPECT_EQ(take(20, 10, DueBy::kWall), (std::vector<Fired>{{5, "b", 0}}));
  set({"a", "a"}, {40, 35});  // The later row counts.
  EXPECT_EQ(take(INT64_MAX), (std::vector<Fired>{{35, "a", 0}}));
}

TEST_F(TimerTableTest, WhatIsCancelledDoesNotFire) {
  set({"a", "b", "c"}, {1, 2, 3});
  Keys gone({views({"b", "nobody", "b"})});
  ASSERT_TRUE(table_.cancel(gone.get()).is_ok());
  EXPECT_EQ(take(10), (std::vector<Fired>{{1, "a", 0}, {3, "c", 0}}));
  set({"only"}, {1});
  Keys twice({views({"only", "only"})});
  ASSERT_TRUE(table_.cancel(twice.get()).is_ok());
  EXPECT_EQ(table_.count(), 0U);
}

TEST_F(TimerTableTest, AgreesWithASortedListWhateverHappens) {
  std::mt19937_64 random(7);
  std::map<std::pair<std::string, int64_t>, int64_t> expected;  // (key, namespace) -> time.
  for (int step = 0; step < 3000; ++step) {
    const std::string key = "a key that is longer than twelve bytes " + std::to_string(random() % 60);
    const auto ns = static_cast<int64_t>(random() % 3);
    const auto time = static_cast<int64_t>(random() % 1000);
    switch (random() % 8) {
      case 0: {
        Keys gone({views({key})});
        ASSERT_TRUE(table_.cancel(gone.namespaces({ns}).get()).is_ok());
        expected.erase({key, ns});
        break;
      }
      case 1: {
        std::vector<Fired> due;
        const auto upto = static_cast<int64_t>(random() % 400);
        for (const auto& [who, when] : expected)
          if (when <= upto) due.emplace_back(when, who.first, who.second);
        std::ranges::sort(due);
        ASSERT_EQ(take(upto), due);
        for (const auto& [when, who, where] : due) expected.erase({who, where});
        break;
      }
      default:
        set({key}, {time}, DueBy::kEvent, {ns});
        expected[{key, ns}] = time;
    }
    ASSERT_EQ(table_.count(), expected.size());
  }
}

TEST_F(TimerTableTest, IsChargedAndGivesBackWhatItHeld) {
  const size_t before = account_->now_bytes();
  EXPECT_EQ(before, table_.held_bytes());
  for (int round = 0; round < 50; ++round) {
    test::Texts keys;
    std::vector<int64_t> times;
    for (int i = 0; i < 1000; ++i) {
      keys.emplace_back("a key that is longer than twelve bytes " + std::to_string(i));
      times.push_back(round * 1000 + i);
    }
    set(keys, times);
    EXPECT_GE(account_->now_bytes(), table_.held_bytes());
    take(round * 1000 + 1000);
  }
  EXPECT_LT(table_.held_bytes(), 100'000U);
}

TEST_F(TimerTableTest, SaysWhoHasNoMemory) {
  const auto narrow = MemoryAccount::make("join", nullptr, 20'000);
  TimerTable table("due", shape(), *narrow);
  Status status;
  for (int64_t i = 0; i < 10'000 && status.is_ok(); ++i) {
    Keys key({views({"k" + std::to_string(i)})});
    status = table.set(key.get(), &i, DueBy::kEvent);
  }
  EXPECT_EQ(status.code(), Code::kNoSpace);
  EXPECT_EQ(std::string(status.message()).find("state 'due' cannot grow beyond "), 0U);
  // What was set before is still there, and fires.
  const size_t kept = table.count();
  EXPECT_GT(kept, 10U);
  const auto due = table.take_due(DueBy::kEvent, INT64_MAX, 5);
  ASSERT_TRUE(due.is_ok()) << due.status().message();
  EXPECT_EQ(table.count(), kept - 5);
}

TEST_F(TimerTableTest, RefusesOtherKeys) {
  Keys wrong({fixed<int64_t>({1})});
  const int64_t time = 1;
  EXPECT_EQ(table_.set(wrong.get(), &time, DueBy::kEvent).code(), Code::kInvalid);
  EXPECT_EQ(table_.cancel(wrong.get()).code(), Code::kInvalid);
}

}  // namespace
}  // namespace weir
