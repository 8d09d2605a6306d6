#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, MakesARowOfEachText) {
  NodeHarness node(decoder("plugin_name"));
  node.push_bytes("one;two;thr");
  node.push_bytes("ee");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["one"], ["two"], ["three"]])"));
}

TEST(PluginName, RejectsAnEmptyTextWithItsPlace) {
  NodeHarness node(decoder("plugin_name"));
  node.push_bytes("one;;two;");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["one"], ["two"]])"));
  const auto rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].code, "empty-text");
  EXPECT_EQ(rejected[0].offset, 4);
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(decoder("plugin_name"),
                  {.bytes = "one;two;;three;a text that is longer than twelve bytes;five",
                   .bad_options = {{"separator: ab", "separator"}}});
}
