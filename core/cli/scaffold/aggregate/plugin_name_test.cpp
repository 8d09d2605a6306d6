#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, IsTheDistanceBetweenTheEndsAndLeavesNullsOut) {
  NodeHarness node(aggregate("plugin_name(x)", "x: float64"));
  node.push("[[3], [null], [-1]]");
  node.push("[[2]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[4.0]]"));
}

TEST(PluginName, IsNullWithoutValues) {
  NodeHarness node(aggregate("plugin_name(x)", "x: float64"));
  node.push("[[null]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[null]]"));
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(aggregate("plugin_name(x)", "x: float64, s: string"),
                  {.rows = R"([[1, "a"], [5, "b"], [null, "c"], [-2, "d"]])",
                   .bad_options = {{"compute: {result: plugin_name(s)}", "plugin_name takes one float64"}}});
}
