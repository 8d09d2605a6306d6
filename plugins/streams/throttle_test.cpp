#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kThrottleColumns = "t: timestamp, k: string, x: int64";

Settings throttle_in_time() {
  Settings settings;
  settings.outputs = {"out", "throttled", "late"};
  settings.event_time = "t";
  settings.max_delay = "10s";
  return settings;
}

TEST(Throttle, LetsSoManyRowsOfAKeyPassInEachPeriodOfEventTime) {
  NodeHarness node("throttle", "by: [k]\nrows: 2\nevery: 10s", kThrottleColumns, throttle_in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(
      R"([["2025-01-01T00:00:00Z", "a", 1], ["2025-01-01T00:00:09Z", "a", 2], ["2025-01-01T00:00:05Z", "a", 3],
                ["2025-01-01T00:00:05Z", "b", 4], ["2025-01-01T00:00:10Z", "a", 5]])");
  node.push(R"([["2025-01-01T00:00:11Z", "a", 6], ["2025-01-01T00:00:12Z", "a", 7]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "a", 1], ["2025-01-01T00:00:09Z", "a", 2],
                                       ["2025-01-01T00:00:05Z", "b", 4], ["2025-01-01T00:00:10Z", "a", 5],
                                       ["2025-01-01T00:00:11Z", "a", 6]])"));
  EXPECT_THAT(node.pull("throttled"),
              IsBatch(R"([["2025-01-01T00:00:05Z", "a", 3], ["2025-01-01T00:00:12Z", "a", 7]])"));
}

// Each row: 8 bytes of time, those of the text, 8 of the number.
TEST(Throttle, CountsBytesOfValues) {
  NodeHarness node("throttle", "bytes: 40\nevery: 1m", kThrottleColumns, throttle_in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "1234", 1], ["2025-01-01T00:00:01Z", "12345", 2],
                ["2025-01-01T00:00:02Z", "1234", 3], ["2025-01-01T00:00:03Z", null, 4]])");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-01-01T00:00:00Z", "1234", 1], ["2025-01-01T00:00:02Z", "1234", 3]])"));
}

TEST(Throttle, ARowWhosePeriodEndedIsLate) {
  NodeHarness node("throttle", "rows: 1\nevery: 10s", kThrottleColumns, throttle_in_time());
  node.push(
      R"([["2025-01-01T00:00:01Z", "a", 1], ["2025-01-01T00:00:20Z", "a", 2], ["2025-01-01T00:00:09Z", "a", 3]])");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-01-01T00:00:01Z", "a", 1], ["2025-01-01T00:00:20Z", "a", 2]])"));
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:00:09Z", "a", 3]])"));
}

TEST(Throttle, WithoutEventTimeGoesByTheClock) {
  Settings settings;
  settings.outputs = {"out", "throttled"};
  NodeHarness node("throttle", "rows: 2\nevery: 1h", "x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push("[[1], [2], [3]]");
  EXPECT_THAT(node.pull(), IsBatch("[[1], [2]]"));
  EXPECT_THAT(node.pull("throttled"), IsBatch("[[3]]"));
  node.advance(std::chrono::hours(1));
  node.push("[[4]]");
  EXPECT_THAT(node.pull(), IsBatch("[[4]]"));
}

TEST(Throttle, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("throttle", "every: 1s", kThrottleColumns).fault(),
              HasSubstr("rows: it or 'bytes' must say how much may pass, for example rows: 100"));
}

}  // namespace
}  // namespace weir::test
