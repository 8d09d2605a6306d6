#include <weir/test/conformance.hpp>

using namespace weir::test;

TEST(PluginName, WritesTheLinesOfEachCheckpointToAFile) {
  NodeHarness node(sink("plugin_name", "column: text\ndirectory: out", "text: string"));
  node.push(R"([["a"], ["b"]])");
  EXPECT_EQ(node.files(), std::vector<std::string>());
  node.checkpoint();
  node.push(R"([["c"]])");
  node.end();
  EXPECT_EQ(node.files(), (std::vector<std::string>{"out/1.txt", "out/2.txt"}));
  EXPECT_EQ(node.read_file("out/1.txt"), "a\nb\n");
  EXPECT_EQ(node.read_file("out/2.txt"), "c\n");
}

TEST(PluginName, KeepsThePromisesOfEveryComponent) {
  expect_conforms(sink("plugin_name", "column: text\ndirectory: out", "text: string, n: int64"),
                  {.rows = R"([["a", 1], ["b", 2], [null, 3], ["d", 4], ["e", 5]])",
                   .bad_options = {{"column: n\ndirectory: out", "'n'"}}});
}
