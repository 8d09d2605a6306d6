#include <weir/test/conformance.hpp>

namespace weir::test::apdex_test {
namespace {

using testing::HasSubstr;

// The example of Wikipedia's article on Apdex: 60 satisfied, 30 tolerating and 10 frustrated of 100 samples
// give 0.75.
TEST(Apdex, CountsToleratingUsersByHalf) {
  NodeHarness node(aggregate("apdex(x, 0.5)", "x: float64"));
  ASSERT_EQ(node.fault(), "");
  std::string rows;
  for (int i = 0; i < 60; ++i) rows += "[0.5], ";
  for (int i = 0; i < 30; ++i) rows += "[2.0], ";
  for (int i = 0; i < 9; ++i) rows += "[2.000001], ";
  node.push("[" + rows + "[null], [1e30]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[0.75]]"));
}

TEST(Apdex, SaysWhatItTakes) {
  EXPECT_THAT(NodeHarness(aggregate("apdex(x)", "x: float64")).fault(),
              HasSubstr("apdex takes a number and a constant"));
  EXPECT_THAT(NodeHarness(aggregate("apdex(x, 0)", "x: float64")).fault(), HasSubstr("a constant above 0"));
  EXPECT_THAT(NodeHarness(aggregate("apdex(x, 1)", "x: string")).fault(), HasSubstr("apdex takes a number"));
}

TEST(Apdex, KeepsThePromisesOfEveryComponent) {
  expect_conforms(aggregate("apdex(x, 2)", "x: int32"), {.rows = "[[1], [2], [null], [3], [8], [9], [1]]"});
}

}  // namespace
}  // namespace weir::test::apdex_test
