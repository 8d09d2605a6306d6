#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

TEST(TopN, GivesTheLargestOfEachGroupAtTheEnd) {
  NodeHarness node("top_n", "n: 2\nby: revenue\nper: [channel]\nrank: place",
                   "channel: string, product: string, revenue: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "channel: string, product: string, revenue: int64, place: int64");
  node.push(R"([["web", "a", 5], ["web", "b", 7], ["app", "c", 1], ["web", "d", 6]])");
  node.push(R"([["web", "e", null], [null, "f", 3], ["app", "g", 9], ["app", "h", 9]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.end();
  EXPECT_THAT(node.pull(),
              IsBatch(R"([[null, "f", 3, 1], ["app", "g", 9, 1], ["app", "h", 9, 2], ["web", "b", 7, 1],
                                       ["web", "d", 6, 2]])"));
}

TEST(TopN, TiesAreBrokenByTheOtherColumnsWhateverTheOrderOfTheRows) {
  for (const char* rows : {R"([[5, "c", 1], [5, "a", 2], [5, "b", 3], [5, "a", 1]])",
                           R"([[5, "a", 1], [5, "b", 3], [5, "a", 2], [5, "c", 1]])"}) {
    NodeHarness node("top_n", "n: 3\nby: [x]", "x: int64, name: string, y: int64");
    node.push(rows);
    node.end();
    EXPECT_THAT(node.pull(), IsBatch(R"([[5, "a", 1], [5, "a", 2], [5, "b", 3]])"));
  }
}

TEST(TopN, TheSmallestFirstWhenItIsSaid) {
  NodeHarness node("top_n", "n: 2\nby: [{column: x, order: asc}, {column: y, nulls: first}]",
                   "x: float64, y: int64");
  node.push("[[2.0, 1], [-1.0, 1], [-1.0, null], [-1.0, 7]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[-1.0, null], [-1.0, 7]]"));
}

TEST(TopN, EachWindowIsForItselfAndClosesAtTheWatermark) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "window_start";
  settings.is_endless = true;
  NodeHarness node("top_n", "n: 1\nby: x",
                   "window_start: timestamp, window_end: timestamp, k: string, x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "a", 1],
                ["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "c", 2],
                ["2025-01-01T00:00:59Z", "2025-01-01T00:02:00Z", "b", 9]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:01:00Z", "2025-01-01T00:02:00Z", "d", 3]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "c", 2]])"));
  node.push(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "e", 3]])");
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", "e", 3]])"));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:59Z", "2025-01-01T00:02:00Z", "b", 9]])"));
}

TEST(TopN, WaitsForRowsThatAreAllowedToComeLater) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "window_start";
  settings.is_endless = true;
  NodeHarness node("top_n", "n: 1\nby: x\nallowed_lateness: 1m",
                   "window_start: timestamp, window_end: timestamp, x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", 1],
                ["2025-01-01T00:01:30Z", "2025-01-01T00:02:30Z", 5]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", 2]])");
  EXPECT_EQ(node.pull("late").size(), 0U);
  node.push(R"([["2025-01-01T00:02:00Z", "2025-01-01T00:03:00Z", 3]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", 2]])"));
}

TEST(TopN, KeepsRowsOfEveryType) {
  NodeHarness node(
      "top_n", "n: 3\nby: x",
      "x: int8, b: bool, f: float32, d: decimal(12,2), day: date32, s: string, l: list<string>, p: "
      "struct<a: int64, b: list<int64>>, q: list<struct<a: int64, b: string>>");
  ASSERT_EQ(node.fault(), "");
  const std::string rows = R"([
    [3, true, 0.5, -12.34, "2025-01-31", "a text of more than twelve bytes", ["x", null, "y"], {"a": 1, "b": [1, 2]},
     [{"a": 1, "b": "one"}, {"a": 2, "b": null}]],
    [2, false, null, null, null, null, [], {"a": null, "b": []}, []],
    [1, null, 1.0, 0.00, "1969-12-31", "", null, null, null]])";
  node.push(rows);
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(rows));
}

TEST(TopN, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("top_n", "n: 3\nby: []", "x: int64").fault(),
              HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(NodeHarness("top_n", "n: 3\nby: x", "x: list<int64>").fault(),
              HasSubstr("by: column 'x' is list<int64>, which has no order"));
  EXPECT_THAT(NodeHarness("top_n", "n: 3\nby: x\nrank: x", "x: int64").fault(),
              HasSubstr("rank: its input has a column 'x' already; choose another name"));
  Settings endless;
  endless.is_endless = true;
  EXPECT_THAT(
      NodeHarness("top_n", "n: 3\nby: x", "x: int64", endless).fault(),
      HasSubstr(
          "its input never ends and has no window_start and window_end, so there is no last row to wait "
          "for; put an aggregate with a window before it, or use a bounded source"));
  EXPECT_THAT(NodeHarness("top_n", "n: 3\nby: x", "x: int64, window_start: int64, window_end: int64").fault(),
              HasSubstr("its input's column 'window_end' is int64, expected timestamp"));
}

}  // namespace
}  // namespace weir::test
