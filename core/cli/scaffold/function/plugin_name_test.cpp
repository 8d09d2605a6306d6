#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, CountsWordsAndKeepsNulls) {
  NodeHarness node(expression("plugin_name(s)", "s: string"));
  node.push(R"([["so it goes"], [""], [" two  words "], [null]])");
  EXPECT_THAT(node.pull(), IsBatch("[[3], [0], [2], [null]]"));
}

TEST(PluginName, SaysWhatItTakes) {
  EXPECT_THAT(NodeHarness(expression("plugin_name(1)", "s: string")).fault(),
              testing::HasSubstr("plugin_name takes one string"));
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(expression("plugin_name(s)", "s: string"),
                  {.rows = R"([["a b"], [null], ["c"], ["d e f"]])",
                   .bad_options = {{"value: plugin_name()", "plugin_name takes one string"}}});
}
