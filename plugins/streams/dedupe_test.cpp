#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kDedupeColumns = "t: timestamp, id: string, x: int64";

Settings dedupe_in_time(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "duplicates", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  return settings;
}

TEST(Dedupe, LetsTheFirstRowOfEachKeyPass) {
  Settings settings;
  settings.outputs = {"out", "duplicates"};
  NodeHarness node("dedupe", "by: [id]", "id: string, x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["a", 1], ["b", 2], ["a", 3]])");
  node.push(R"([["b", 4], [null, 5], [null, 6]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", 1], ["b", 2], [null, 5]])"));
  EXPECT_THAT(node.pull("duplicates"), IsBatch(R"([["a", 3], ["b", 4], [null, 6]])"));
}

// 10:19 is 9 s from 10:10, which passed, and 10:21 is 11 s from it: 10:19, which did not pass, counts for
// nothing.
TEST(Dedupe, WithinATimeOfARowThatPassed) {
  Settings settings = dedupe_in_time();
  settings.max_delay = "1h";
  NodeHarness node("dedupe", "by: [id]\nwithin: 10s", kDedupeColumns, settings);
  ASSERT_EQ(node.fault(), "");
  node.push(
      R"([["2025-01-01T10:10:10Z", "a", 1], ["2025-01-01T10:10:19Z", "a", 2], ["2025-01-01T10:10:20Z", "b", 3],
                ["2025-01-01T10:10:21Z", "a", 4], ["2025-01-01T10:10:00.000001Z", "a", 5],
                ["2025-01-01T10:10:00Z", "a", 6], ["2025-01-01T10:09:51Z", "a", 7]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T10:10:10Z", "a", 1], ["2025-01-01T10:10:20Z", "b", 3],
                                       ["2025-01-01T10:10:21Z", "a", 4], ["2025-01-01T10:10:00Z", "a", 6]])"));
  EXPECT_THAT(node.pull("duplicates"),
              IsBatch(R"([["2025-01-01T10:10:19Z", "a", 2], ["2025-01-01T10:10:00.000001Z", "a", 5],
                          ["2025-01-01T10:09:51Z", "a", 7]])"));
}

TEST(Dedupe, KnowsRowsThatAreLateByLessThanTheTime) {
  NodeHarness node("dedupe", "by: [id]\nwithin: 10s", kDedupeColumns, dedupe_in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:01Z", "a", 1], ["2025-01-01T00:00:11Z", "b", 2]])");
  node.push(R"([["2025-01-01T00:00:02Z", "a", 3], ["2025-01-01T00:00:01Z", "a", 4]])");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-01-01T00:00:01Z", "a", 1], ["2025-01-01T00:00:11Z", "b", 2]])"));
  EXPECT_THAT(node.pull("duplicates"), IsBatch(R"([["2025-01-01T00:00:02Z", "a", 3]])"));
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:00:01Z", "a", 4]])"));
}

TEST(Dedupe, RejectsRowsWithoutATime) {
  NodeHarness node("dedupe", "by: [id]\nwithin: 10s", kDedupeColumns, dedupe_in_time());
  node.push(R"([[null, "a", 1], ["2025-01-01T00:00:00Z", "a", 2]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "a", 2]])"));
  const std::vector<Rejected> rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].code, "missing-event-time");
  EXPECT_EQ(rejected[0].message, "the row has no event time");
  EXPECT_EQ(rejected[0].column, "t");
}

TEST(Dedupe, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("dedupe", "by: []", kDedupeColumns, dedupe_in_time()).fault(),
              HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(
      NodeHarness("dedupe", "by: [id]", kDedupeColumns, dedupe_in_time(true)).fault(),
      HasSubstr("within: is needed, because its input never ends and every key would be kept for ever; for "
                "example within: 1h"));
  EXPECT_THAT(
      NodeHarness("dedupe", "by: [id]\nwithin: 1m", kDedupeColumns).fault(),
      HasSubstr("within: its input carries no event time; declare event_time at a node before it, for "
                "example event_time: {column: ts}"));
}

}  // namespace
}  // namespace weir::test
