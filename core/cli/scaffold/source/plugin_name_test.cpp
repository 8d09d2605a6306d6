#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, GivesOneRowForEachDay) {
  NodeHarness node(source("plugin_name", "from: 2024-02-28T00:00:00Z\ndays: 3"));
  EXPECT_THAT(node.pull(), IsBatch(R"([["2024-02-28", 3], ["2024-02-29", 4], ["2024-03-01", 5]])"));
  node.run();
  EXPECT_TRUE(node.is_complete());
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(source("plugin_name", "from: 2000-01-01T00:00:00Z\ndays: 20000"),
                  {.bad_options = {{"from: 2000-01-01T00:00:00Z\ndays: -1", "days"}}});
}
