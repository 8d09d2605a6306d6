#include <algorithm>
#include <iterator>
#include <random>

#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

TEST(Sort, OrdersByColumnsWithNullsLast) {
  NodeHarness node("sort", "by: [{column: a, order: desc}, s]", "a: int64, s: string");
  ASSERT_EQ(node.fault(), "");
  node.push({{"1", "b"}, {"-3", "z"}, {std::nullopt, "x"}});
  node.push({{"1", "a"}, {"2", std::nullopt}, {"2", "c"}});
  EXPECT_EQ(node.take(), Rows{});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"2 | c", "2 | null", "1 | a", "1 | b", "-3 | z", "null | x"}));
}

TEST(Sort, NullsFirstWhereItSaysSo) {
  NodeHarness node("sort", "by: [{column: a, nulls: first}]", "a: float64");
  node.push({{"0.5"}, {std::nullopt}, {"NaN"}, {"-1"}, {"Infinity"}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"null", "-1", "0.5", "Infinity", "NaN"}));
}

TEST(Sort, EqualRowsKeepTheirOrderAcrossRuns) {
  NodeHarness node("sort", "by: a", "a: int64, n: int64");
  node.push({{"1", "1"}, {"0", "2"}});
  node.barrier();  // Ends a run.
  node.push({{"1", "3"}, {"0", "4"}});
  node.barrier();
  node.push({{"0", "5"}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"0 | 2", "0 | 4", "0 | 5", "1 | 1", "1 | 3"}));
}

TEST(Sort, ManyRunsGiveWhatOneSortGives) {
  std::mt19937 random(7);
  NodeHarness node("sort", "by: [s, a]", "a: int64, s: string", {.emit_budget = 1});
  Cells all;
  for (int run = 0; run < 13; ++run) {
    Cells rows;
    for (int i = 0; i < 700; ++i)
      rows.push_back({std::to_string(random() % 100), "text that is long " + std::to_string(random() % 50)});
    node.push(rows);
    node.barrier();
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::ranges::stable_sort(all, [](const auto& x, const auto& y) {
    return x[1] != y[1] ? *x[1] < *y[1] : std::stoi(*x[0]) < std::stoi(*y[0]);
  });
  Rows expected;
  for (const auto& row : all) expected.push_back(*row[0] + " | " + *row[1]);
  node.end();
  EXPECT_GT(node.more_count(), 0U);
  EXPECT_EQ(node.take(), expected);
}

TEST(Sort, InLittleMemoryItMergesSeveralTimesAndGivesTheSame) {
  std::mt19937 random(11);
  NodeHarness node("sort", "by: [a]", "a: int64, n: int64, s: string",
                   {.emit_budget = 1, .granted_bytes = 64 << 10});
  Cells all;
  for (int batch = 0; batch < 40; ++batch) {
    Cells rows;
    for (int i = 0; i < 500; ++i) {
      const std::string number = std::to_string(all.size() + rows.size());
      rows.push_back({std::to_string(random() % 100), number, "text that is long " + number});
    }
    node.push(rows);
    all.insert(all.end(), rows.begin(), rows.end());
  }
  std::ranges::stable_sort(all, {}, [](const auto& row) { return std::stoi(*row[0]); });
  Rows expected;
  for (const auto& row : all) expected.push_back(*row[0] + " | " + *row[1] + " | " + *row[2]);
  node.end();
  Rows given;
  const std::vector<Batch> batches = node.take_batches();
  for (const Batch& batch : batches)
    std::ranges::move(row_texts(node.output(), batch), std::back_inserter(given));
  EXPECT_EQ(given, expected);
  EXPECT_GT(node.more_count(), 2 * batches.size());  // One for each batch, the others for passes before.
}

TEST(Sort, InLittleMemoryItHoldsLittleAtATime) {
  const auto most_rows = [](uint64_t granted_bytes) {
    NodeHarness node("sort", "by: n", "n: int64, s: string", {.granted_bytes = granted_bytes});
    Cells rows;
    for (int i = 0; i < 8000; ++i) rows.push_back({std::to_string(i), std::string(100, 'x')});
    node.push(rows);
    node.end();
    size_t most = 0;
    for (const Batch& batch : node.take_batches()) most = std::max(most, batch.row_count());
    return most;
  };
  EXPECT_EQ(most_rows(0), 8000U);
  EXPECT_LE(most_rows(256 << 10), 256U << 10 >> 4 >> 7);  // A sixteenth, by 100 bytes and more each.
}

TEST(Sort, TextsThatBeginAlikeAreTold) {
  NodeHarness node("sort", "by: [{column: s, order: desc}]", "s: string");
  node.push({{"a"}, {"ab"}, {""}, {"aa"}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"ab", "aa", "a", ""}));
}

TEST(Sort, MistakesAreNamed) {
  EXPECT_EQ(NodeHarness("sort", "by: a", "a: int64", {.is_bounded = false}).fault(),
            "its input never ends, so there is no last row to wait for; sort what an aggregate over windows "
            "gives, or "
            "use a bounded source");
  EXPECT_EQ(NodeHarness("sort", "by: []", "a: int64").fault(), "by: at least one column is needed");
}

}  // namespace
}  // namespace weir::test
