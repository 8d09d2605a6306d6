#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

TEST(Delay, GivesRowsInTheOrderOfTheirTimesWhenTheWatermarkIsSoMuchLater) {
  Settings settings;
  settings.event_time = "t";
  settings.is_endless = true;
  settings.max_delay = "5s";
  NodeHarness node("delay", "for: 10s", "t: timestamp, x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:02Z", 1], ["2025-01-01T00:00:01Z", 2], ["2025-01-01T00:00:02Z", 3]])");
  node.push(R"([["2025-01-01T00:00:15.999999Z", 4]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:00:16Z", 5], [null, 6]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:01Z", 2]])"));
  EXPECT_EQ(node.pull_errors().size(), 1U);
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:02Z", 1], ["2025-01-01T00:00:02Z", 3],
                                       ["2025-01-01T00:00:15.999999Z", 4], ["2025-01-01T00:00:16Z", 5]])"));
}

TEST(Delay, WithoutEventTimeGoesByTheClock) {
  NodeHarness node("delay", "for: 10s", "x: int64");
  ASSERT_EQ(node.fault(), "");
  node.push("[[1], [2]]");
  EXPECT_EQ(node.pull().size(), 0U);
  node.advance(std::chrono::seconds(9));
  EXPECT_EQ(node.pull().size(), 0U);
  node.advance(std::chrono::seconds(1));
  EXPECT_THAT(node.pull(), IsBatch("[[1], [2]]"));
}

}  // namespace
}  // namespace weir::test
