// Components of this tree keep the promises of every component, and the run finds those that do not.
#include <gtest/gtest-spi.h>
#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

const std::string kRows =
    R"([[1, "a"], [2, "b"], [3, "a"], [null, null], [5, "c"], [6, "b"], [7, "a"], [8, null]])";

TEST(Conformance, OfAMapTransform) {
  expect_conforms(transform("to_celsius", "column: t", "t: float64"),
                  {.rows = "[[32.0], [212.0], [null], [50.0]]", .bad_options = {{"column: x", "'x'"}}});
}

TEST(Conformance, OfANodeWithState) {
  expect_conforms(transform("aggregate", "by: [s]\ncompute: {n: count(), x: sum(x)}", "x: int64, s: string"),
                  {.rows = kRows, .bad_options = {{"by: [z]\ncompute: {n: count()}", "'z'"}}});
}

TEST(Conformance, OfANodeThatKeepsRows) {
  expect_conforms(transform("sort", "by: [x]", "x: int64, s: string"), {.rows = kRows});
}

TEST(Conformance, OfASource) {
  expect_conforms(source("generator", "seed: 1\nrows: 50000\ncolumns: {id: sequence}"),
                  {.bad_options = {{"seed: 1\nrows: many\ncolumns: {id: sequence}", "rows"}}});
}

TEST(Conformance, OfADecoder) {
  expect_conforms(decoder("ndjson", "columns: {x: int64}"),
                  {.bytes = "{\"x\":1}\n{\"x\":2}\nnothing\n{\"x\":4}\n",
                   .bad_options = {{"columns: {x: int65}", "int65"}}});
}

TEST(Conformance, OfAnEncoder) {
  expect_conforms(encoder("csv", "", "x: int64, s: string"), {.rows = kRows});
}

TEST(Conformance, OfATransactionalSink) {
  expect_conforms(sink("file", "path: out.csv\nformat: csv", "x: int64, s: string"), {.rows = kRows});
}

/// How many failures `run` reports, taken off this test.
template <class Run>
int failures_of(Run run) {
  testing::TestPartResultArray found;
  {
    const testing::ScopedFakeTestPartResultReporter reporter(
        testing::ScopedFakeTestPartResultReporter::INTERCEPT_ONLY_CURRENT_THREAD, &found);
    run();
  }
  return found.size();
}

TEST(Conformance, FindsRowsThatDependOnBatchesOrAreForgotten) {
  const Subject forgetful = transform("number_rows", "", "t: int64");
  const Trial trial = {.rows = "[[1], [2], [3], [4]]"};
  EXPECT_GT(failures_of([&] { expect_same_rows_however_cut(forgetful, trial); }), 0);
  EXPECT_GT(failures_of([&] { expect_same_rows_after_a_restart(forgetful, trial); }), 0);
}

TEST(Conformance, FindsAFaultThatNamesNoOption) {
  const Trial trial = {.rows = "[[1]]", .bad_options = {{"column: t", "no such words"}}};
  EXPECT_EQ(failures_of([&] {
              expect_bad_options_are_named(transform("to_celsius", "column: t", "t: float64"), trial);
            }),
            1);
}

}  // namespace
}  // namespace weir::test
