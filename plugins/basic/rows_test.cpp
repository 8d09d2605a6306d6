#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

TEST(Filter, KeepsRowsWhoseConditionIsTrueAndNotNull) {
  NodeHarness node("filter", "where: x > 1", "x: int64, s: string");
  ASSERT_EQ(node.fault(), "");
  node.push({{"1", "a"}, {"2", "b"}, {std::nullopt, "c"}, {"3", std::nullopt}});
  EXPECT_EQ(node.take(), (Rows{"2 | b", "3 | null"}));
}

TEST(Filter, NeedsACondition) {
  EXPECT_EQ(NodeHarness("filter", "{}", "x: int64").fault(),
            "filter needs the option 'where' (expression) (for example where: \"latency_ms < 60000\")");
}

TEST(Select, KeepsColumnsInTheOrderGiven) {
  NodeHarness node("select", "columns: [c, a]", "a: int64, b: string, c: float64");
  EXPECT_EQ(node.columns(), "c: float64, a: int64");
  node.push({{"1", "x", "0.5"}});
  EXPECT_EQ(node.take(), (Rows{"0.5 | 1"}));
}

TEST(Select, RefusesAColumnTwice) {
  EXPECT_EQ(NodeHarness("select", "columns: [a, a]", "a: int64").fault(), "columns: 'a' stands there twice");
  EXPECT_EQ(NodeHarness("select", "columns: []", "a: int64").fault(),
            "columns: at least one column is needed");
}

TEST(Map, SetsRenamesAndDropsAndKeepsTheOrderOfColumns) {
  NodeHarness node("map", "{set: {b: \"b * 2\", d: \"a + 1\"}, rename: {a: first}, drop: [c]}",
                   "a: int64, b: int64, c: string");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "first: int64, b: int64, d: int64");
  node.push({{"1", "10", "x"}});
  EXPECT_EQ(node.take(), (Rows{"1 | 20 | 2"}));
}

TEST(Map, EveryExpressionReadsTheInputAsItCame) {
  NodeHarness node("map", "set: {a: b, b: a}", "a: int64, b: int64");
  node.push({{"1", "2"}});
  EXPECT_EQ(node.take(), (Rows{"2 | 1"}));
}

TEST(Map, EventTimeStaysWithItsColumn) {
  NodeHarness node("map", "{rename: {t: at}, drop: [x]}", "x: int64, t: timestamp", {.event_time = "t"});
  EXPECT_EQ(node.output().event_time, 0);
  EXPECT_EQ(node.columns(), "at: timestamp");
}

TEST(Map, MistakesAreNamed) {
  EXPECT_EQ(NodeHarness("map", "{}", "a: int64").fault(), "one of set, drop, rename and cast is needed");
  EXPECT_EQ(NodeHarness("map", "rename: {b: c}", "a: int64").fault(),
            "rename: no column 'b' in its input (a)");
  EXPECT_EQ(NodeHarness("map", "{rename: {a: c}, drop: [a]}", "a: int64, b: int64").fault(),
            "rename: column 'a' is dropped as well");
  EXPECT_EQ(NodeHarness("map", "rename: {a: b}", "a: int64, b: int64").fault(),
            "two columns would be called 'b'");
  EXPECT_EQ(NodeHarness("map", "drop: [a]", "a: int64").fault(), "no column would be left");
}

TEST(Map, CastsAndRejectsWhatDoesNotFit) {
  NodeHarness node("map", "{cast: {a: int32, b: string, d: float64}, set: {d: s}, rename: {a: n}}",
                   "a: string, b: float64, s: string");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "n: int32, b: string, s: string, d: float64");
  node.push({{" 12 ", "0.5", "1e3"}, {"1.5", std::nullopt, "2"}, {"x", "1", "3"}, {std::nullopt, "2", "y"}});
  EXPECT_EQ(node.take(), (Rows{"12 | 0.5 | 1e3 | 1000", "2 | null | 2 | 2"}));
  EXPECT_EQ(node.take_rejections(),
            (Rows{"2 bad-cast: 'x' is no int32 [a]", "3 bad-cast: 'y' is no float64 [d]"}));
}

TEST(Map, CastsBetweenNumbersBoolsAndTimes) {
  NodeHarness node("map", "cast: {a: uint8, b: int64, t: date32, c: bool}",
                   "a: int64, b: float64, t: timestamp, c: string");
  node.push({{"255", "-2.5", "1969-12-31T23:59:59Z", "True"}, {"256", "0", "1970-01-01T00:00:00Z", "f"}});
  EXPECT_EQ(node.take(), (Rows{"255 | -3 | 1969-12-31 | true"}));
  EXPECT_EQ(node.take_rejections(), (Rows{"1 bad-cast: '256' is no uint8 [a]"}));
}

TEST(Map, CastsThatItDoesNotKnowPointToTheExpression) {
  EXPECT_EQ(NodeHarness("map", "cast: {t: string}", "t: timestamp").fault(),
            "cast: column 't' is timestamp; write set: {t: \"CAST(t AS string)\"}");
  EXPECT_EQ(NodeHarness("map", "cast: {x: string}", "t: timestamp").fault(), "cast: no column 'x' (t)");
}

TEST(Merge, PassesRowsOn) {
  NodeHarness node("merge", "{}", "a: int64");
  node.push({{"1"}, {"2"}});
  EXPECT_EQ(node.take(), (Rows{"1", "2"}));
}

TEST(Limit, AnswersFinishedWithTheLastRow) {
  NodeHarness node("limit", "rows: 3", "a: int64");
  EXPECT_EQ(node.push({{"1"}, {"2"}}), WEIR_DONE);
  EXPECT_EQ(node.push({{"3"}, {"4"}}), WEIR_FINISHED);
  EXPECT_EQ(node.push({{"5"}}), WEIR_FINISHED);
  EXPECT_EQ(node.take(), (Rows{"1", "2", "3"}));
  EXPECT_EQ(node.binding().single_copy, 1U);
}

TEST(Limit, ZeroPassesNothing) {
  NodeHarness node("limit", "rows: 0", "a: int64");
  EXPECT_EQ(node.push({{"1"}}), WEIR_FINISHED);
  EXPECT_EQ(node.take(), Rows{});
}

TEST(Route, TheFirstTrueConditionWinsAndTheRestGoesToElse) {
  NodeHarness node("route", "routes: {big: a > 10, even: \"a % 2 = 0\"}", "a: int64");
  ASSERT_EQ(node.fault(), "");
  node.push({{"12"}, {"4"}, {"3"}, {std::nullopt}, {"11"}});
  EXPECT_EQ(node.take(0), (Rows{"12", "11"}));
  EXPECT_EQ(node.take(1), (Rows{"4"}));
  EXPECT_EQ(node.take(2), (Rows{"3", "null"}));
}

TEST(Route, ARowThatFailsBeforeItsPortIsFoundIsRejected) {
  NodeHarness node("route", "routes: {short: \"length(s) < 2\", seven: \"CAST(s AS int64) = 7\"}",
                   "s: string");
  node.push({{"7"}, {"007"}, {"abc"}});
  EXPECT_EQ(node.take(0), (Rows{"7"}));
  EXPECT_EQ(node.take(1), (Rows{"007"}));
  EXPECT_EQ(node.take(2), Rows{});
  EXPECT_EQ(node.take_rejections().size(), 1U);
}

TEST(Route, NamesThatCannotBePortsAreRefused) {
  EXPECT_EQ(NodeHarness("route", "routes: {else: a > 1}", "a: int64").fault(),
            "routes: 'else' is a port that every route node has; choose another name");
  EXPECT_EQ(NodeHarness("route", "routes: {Big: a > 1}", "a: int64").fault(),
            "routes: 'Big' cannot name a port; names are [a-z][a-z0-9_]*");
}

Cells numbers(int from, int to) {
  Cells rows;
  for (int i = from; i < to; ++i) rows.push_back({std::to_string(i)});
  return rows;
}

TEST(Sample, KeepsAboutTheShareWhateverTheBatches) {
  NodeHarness whole("sample", "share: 0.25", "a: int64");
  whole.push(numbers(0, 4000));
  const Rows kept = whole.take();
  EXPECT_NEAR(static_cast<double>(kept.size()), 1000, 100);
  NodeHarness parts("sample", "share: 0.25", "a: int64");
  for (int from = 0; from < 4000; from += 500) parts.push(numbers(from, from + 500));
  EXPECT_EQ(parts.take(), kept);
}

TEST(Sample, EqualFloatsAreOneKey) {
  for (const char* const share : {"0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8", "0.9"}) {
    NodeHarness node("sample", "{share: " + std::string(share) + ", key: f}", "f: float64");
    node.push({{"0.0"}, {"-0.0"}});
    const size_t zeros = node.take().size();
    EXPECT_TRUE(zeros == 0 || zeros == 2) << share;
  }
}

TEST(Sample, KeepsAllRowsOfAKeyOrNone) {
  NodeHarness node("sample", "{share: 0.5, key: a}", "a: int64");
  for (int round = 0; round < 3; ++round) node.push(numbers(0, 1000));
  const Rows kept = node.take();
  ASSERT_EQ(kept.size() % 3, 0U);
  EXPECT_NEAR(static_cast<double>(kept.size()) / 3, 500, 60);
  EXPECT_TRUE(std::equal(kept.begin(), kept.begin() + static_cast<ptrdiff_t>(kept.size() / 3),
                         kept.begin() + static_cast<ptrdiff_t>(kept.size() / 3)));
  EXPECT_EQ(node.binding().single_copy, 0U);
}

TEST(Sample, AShareOfOneKeepsAllAndOfZeroNone) {
  NodeHarness all("sample", "share: 1", "a: int64");
  all.push(numbers(0, 100));
  EXPECT_EQ(all.take().size(), 100U);
  NodeHarness none("sample", "share: 0", "a: int64");
  none.push(numbers(0, 100));
  EXPECT_EQ(none.take().size(), 0U);
}

}  // namespace
}  // namespace weir::test
