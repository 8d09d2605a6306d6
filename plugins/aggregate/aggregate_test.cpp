#include <gtest/gtest.h>

#include <weir/builder.hpp>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

TEST(Aggregate, GivesOneRowForEachGroupInOrderOfTheKey) {
  NodeHarness node("aggregate", "{by: [page], compute: {views: count(), total: sum(n)}}",
                   "page: string, n: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "page: string, views: int64, total: int64");
  node.push({{"b", "1"}, {"a", "2"}, {"b", std::nullopt}});
  node.push({{std::nullopt, "7"}, {"a", "3"}});
  EXPECT_EQ(node.take(), Rows{});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"null | 1 | 7", "a | 2 | 5", "b | 2 | 1"}));
}

TEST(Aggregate, WithoutGroupsAndWindowsAnEmptyInputHasOneRow) {
  NodeHarness node("aggregate", "compute: {n: count(), total: sum(x), top: max(x)}", "x: int64");
  node.end();
  EXPECT_EQ(node.take(), (Rows{"0 | null | null"}));
  EXPECT_EQ(node.binding().single_copy, 1U);
}

TEST(Aggregate, WithGroupsAnEmptyInputHasNoRow) {
  NodeHarness node("aggregate", "{by: [x], compute: {n: count()}}", "x: int64");
  node.end();
  EXPECT_EQ(node.take(), Rows{});
}

TEST(Aggregate, WindowsCloseAtTheWatermark) {
  NodeHarness node("aggregate", "{by: [k], window: {tumbling: 1m}, compute: {n: count()}}",
                   "t: timestamp, k: string", {.event_time = "t"});
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "window_start: timestamp, window_end: timestamp, k: string, n: int64");
  EXPECT_EQ(node.output().event_time, 0);
  node.push({{"1970-01-01T00:01:00Z", "b"},
             {"1970-01-01T00:00:59.999999Z", "a"},
             {"1970-01-01T00:00:00Z", "a"},
             {"1969-12-31T23:59:59Z", "a"}});
  node.watermark(59'999'999);
  EXPECT_EQ(node.take(), (Rows{"1969-12-31T23:59:00Z | 1970-01-01T00:00:00Z | a | 1"}));
  node.watermark(60'000'000);
  EXPECT_EQ(node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 2"}));
  node.end();
  EXPECT_EQ(node.take(), (Rows{"1970-01-01T00:01:00Z | 1970-01-01T00:02:00Z | b | 1"}));
}

/// The batch with a watermark for each row, as sources of endless input give it.
Batch with_watermarks(Batch batch, const std::vector<int64_t>& each) {
  ColumnBuilder<int64_t> made;
  for (const int64_t time : each) made.append(time);
  const Column watermarks = std::move(made).finish();
  weir_batch view = *batch;
  view.row_watermark = watermarks.get();
  return Batch::make(view, batch.columns());
}

TEST(Aggregate, ARowIsLateByWhatCameBeforeItInItsPartition) {
  NodeHarness node("aggregate", "{window: {tumbling: 1m}, compute: {n: count()}}", "t: timestamp",
                   {.event_time = "t"});
  EXPECT_EQ(node.binding().needs_row_watermark, 1U);
  node.push(with_watermarks(
      node.batch({{"1970-01-01T00:00:01Z"}, {"1970-01-01T00:00:02Z"}, {"1970-01-01T00:00:03Z"}}),
      {0, 60'000'000, 59'999'999}));
  EXPECT_EQ(node.columns(1), "t: timestamp");
  EXPECT_EQ(node.take(1), (Rows{"1970-01-01T00:00:02Z"}));
  node.end();
  EXPECT_EQ(node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | 2"}));
}

TEST(Aggregate, ARowForAWindowThatIsClosedIsLate) {
  NodeHarness node("aggregate", "{window: {tumbling: 1m}, compute: {n: count()}}", "t: timestamp",
                   {.event_time = "t"});
  node.watermark(60'000'000);
  node.push({{"1970-01-01T00:00:59Z"}, {"1970-01-01T00:01:00Z"}});
  EXPECT_EQ(node.take(1), (Rows{"1970-01-01T00:00:59Z"}));
  node.end();
  EXPECT_EQ(node.take(), (Rows{"1970-01-01T00:01:00Z | 1970-01-01T00:02:00Z | 1"}));
}

TEST(Aggregate, ARowWithoutEventTimeIsRejected) {
  NodeHarness node("aggregate", "{window: {tumbling: 1m}, compute: {n: count()}}", "t: timestamp",
                   {.event_time = "t"});
  node.push({{"1970-01-01T00:00:59Z"}, {std::nullopt}, {"1970-01-01T00:00:58Z"}});
  EXPECT_EQ(node.take_rejections(),
            (Rows{"1 missing-event-time: the row has no event time, so no window takes it [t]"}));
  node.end();
  EXPECT_EQ(node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | 2"}));
}

TEST(Aggregate, ARowWhoseArgumentFailsIsRejectedOnce) {
  NodeHarness node("aggregate", "compute: {a: sum(CAST(s AS int64)), b: max(CAST(s AS int64)), n: count()}",
                   "s: string");
  node.push({{"1"}, {"x"}, {"3"}});
  EXPECT_EQ(node.take_rejections().size(), 1U);
  node.end();
  EXPECT_EQ(node.take(), (Rows{"4 | 3 | 2"}));
}

TEST(Aggregate, FiltersChooseRowsForOneColumn) {
  NodeHarness node(
      "aggregate",
      "{by: [k], compute: {n: count(), big: \"count() FILTER (WHERE x > 1)\", s: \"sum(x) FILTER "
      "(WHERE x > 100)\"}}",
      "k: string, x: int64");
  node.push({{"a", "1"}, {"a", "2"}, {"b", "3"}, {"a", std::nullopt}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"a | 3 | 1 | null", "b | 1 | 1 | null"}));
}

TEST(Aggregate, KeysMayBeExpressions) {
  NodeHarness node("aggregate", "{by: {even: \"x % 2 = 0\", k: k}, compute: {n: count()}}",
                   "k: string, x: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "even: bool, k: string, n: int64");
  node.push({{"a", "1"}, {"a", "2"}, {"a", "3"}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"false | a | 2", "true | a | 1"}));
  EXPECT_EQ(node.binding().key_count, 0U);  // There is nothing to exchange the input's rows by.
  EXPECT_EQ(node.binding().single_copy, 1U);
}

TEST(Aggregate, GroupsLeaveInPortionsOfTheEmitBudget) {
  NodeHarness node("aggregate", "{by: [x], compute: {n: count()}}", "x: int64", {.emit_budget = 1});
  for (int from = 0; from < 20'000; from += 5'000) {
    Cells rows;
    for (int i = 0; i < 5'000; ++i) rows.push_back({std::to_string(from + i)});
    node.push(rows);
  }
  node.end();
  const std::vector<Batch> batches = node.take_batches();
  ASSERT_EQ(batches.size(), 3U);
  EXPECT_EQ(batches[0].row_count(), 8192U);
  EXPECT_EQ(batches[2].row_count(), 20'000U - 2 * 8192U);
  EXPECT_EQ(node.more_count(), 3U);
}

TEST(Aggregate, APartialCopyGivesEverythingBeforeABarrier) {
  NodeHarness node("aggregate", "{by: [k], compute: {n: count()}}", "k: string", {.mode = WEIR_MODE_PARTIAL});
  EXPECT_EQ(node.columns(), "k: string, window_end: timestamp, n.count: int64");
  node.push({{"a"}, {"b"}, {"a"}});
  node.watermark(1'000'000);
  EXPECT_EQ(node.take_batches().size(), 0U);
  node.barrier();
  EXPECT_EQ(node.take_batches().size(), 1U);
  node.end();
  EXPECT_EQ(node.take_batches().size(), 0U);
}

TEST(Aggregate, OnlyWhatIsReadIsNeeded) {
  NodeHarness node("aggregate", "{by: [k], compute: {n: sum(x)}}", "k: string, x: int64, other: string");
  EXPECT_EQ(node.needed({1, 0}), (std::vector<uint8_t>{1, 1, 0}));
}

TEST(Aggregate, AnOverflowNamesTheColumn) {
  NodeHarness node("aggregate", "compute: {total: sum(x)}", "x: int64");
  node.push({{"9223372036854775807"}, {"1"}});
  EXPECT_EQ(node.end(), WEIR_FAILED);
  EXPECT_EQ(
      node.fault(),
      "compute.total: the sum does not fit into int64; sum(CAST(x AS decimal(38,0))) holds up to 38 digits");
}

TEST(Aggregate, AnOverflowThatIsTakenBackIsNone) {
  NodeHarness node("aggregate", "compute: {total: sum(x)}", "x: int64");
  node.push({{"9223372036854775807"}, {"1"}, {"-2"}});
  node.end();
  EXPECT_EQ(node.take(), (Rows{"9223372036854775806"}));
}

TEST(Aggregate, MistakesAreNamed) {
  EXPECT_EQ(
      NodeHarness("aggregate", "{window: {tumbling: 1m}, compute: {n: count()}}", "t: timestamp").fault(),
      "window: its input carries no event time; declare event_time at a node before it, for example "
      "event_time: {column: ts}");
  EXPECT_EQ(NodeHarness("aggregate", "{by: [a, a], compute: {n: count()}}", "a: int64").fault(),
            "by: 'a' stands there twice");
  EXPECT_EQ(NodeHarness("aggregate", "{by: [a], compute: {a: count()}}", "a: int64").fault(),
            "two columns of its output would be called 'a'");
  EXPECT_EQ(NodeHarness("aggregate", "compute: {}", "a: int64").fault(),
            "compute: at least one aggregate is needed where there is no 'by'");
  EXPECT_EQ(NodeHarness("aggregate", "compute: {n: sum(s)}", "s: string").fault(),
            "sum: sum takes one number, found (string)");
}

}  // namespace
}  // namespace weir::test
