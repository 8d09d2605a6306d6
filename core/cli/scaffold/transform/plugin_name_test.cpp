#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, KeepsValuesBetweenTheBoundsAndNulls) {
  NodeHarness node("plugin_name", "column: t\nlowest: 0\nhighest: 10", "id: int64, t: float64");
  node.push("[[1, -5], [2, 5], [3, 15], [4, null]]");
  EXPECT_THAT(node.pull(), IsBatch("[[1, 0.0], [2, 5.0], [3, 10.0], [4, null]]"));
}

TEST(PluginName, RejectsWhatIsNoNumber) {
  NodeHarness node("plugin_name", "column: t\nlowest: 0\nhighest: 10", "t: float64");
  node.push(R"([[1], ["NaN"], [2]])");
  EXPECT_THAT(node.pull(), IsBatch("[[1.0], [2.0]]"));
  const auto rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].message, "found NaN, expected a number");
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(transform("plugin_name", "column: t\nlowest: 0\nhighest: 10", "t: float64"),
                  {.rows = R"([[-1], [5], [null], [99], ["NaN"]])",
                   .bad_options = {{"column: t\nlowest: 2\nhighest: 1", "lowest: it is above highest"}}});
}
