// Components of this tree keep the promises of every component, and the run finds those that do not.
#include <gtest/gtest-spi.h>
#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

const std::string kIdsAndTexts =
    R"([[1, "a"], [2, "b"], [3, "a"], [null, null], [5, "c"], [6, "b"], [7, "a"], [8, null]])";

TEST(Conformance, OfAMapTransform) {
  expect_conforms(transform("to_celsius", "column: t", "t: float64"),
                  {.rows = "[[32.0], [212.0], [null], [50.0]]", .bad_options = {{"column: x", "'x'"}}});
}

TEST(Conformance, OfANodeWithState) {
  expect_conforms(transform("aggregate", "by: [s]\ncompute: {n: count(), x: sum(x)}", "x: int64, s: string"),
                  {.rows = kIdsAndTexts, .bad_options = {{"by: [z]\ncompute: {n: count()}", "'z'"}}});
}

const Trial kTimedRows = {.rows = R"([["2025-01-01T00:00:10Z", "a"], ["2025-01-01T00:09:00Z", "b"],
      ["2025-01-01T00:04:00Z", "a"], ["2025-01-01T00:17:00Z", "a"], ["2025-01-01T00:12:00Z", "b"],
      ["2025-01-01T00:16:30Z", "b"], ["2025-01-01T01:40:00Z", "a"], ["2025-01-01T01:20:00Z", "a"]])"};

TEST(Conformance, OfWindowsOfEveryKind) {
  for (const std::string window : {"{tumbling: 5m}", "{calendar: day, timezone: Asia/Kolkata}",
                                   "{sliding: {size: 10m, every: 5m}}", "{session: {gap: 6m}}"}) {
    const Subject windows = transform(
        "aggregate", "by: [s]\nwindow: " + window + "\ncompute: {n: count(), top: max(t)}",
        "t: timestamp, s: string", {.outputs = {"out", "late"}, .event_time = "t", .max_delay = "1m"});
    expect_same_rows_however_cut(windows, kTimedRows);
    expect_same_rows_after_a_restart(windows, kTimedRows);
  }
}

/// The late rows and the last result of each window, without its revision: how many were given before it may
/// depend on how the input is cut.
std::vector<std::string> last_results(const detail::Outcome& outcome) {
  EXPECT_EQ(outcome.fault, "");
  std::vector<std::string> lines;
  for (const std::string& line : outcome.lines) {
    const size_t is_final = line.find(", true, ");
    if (is_final != std::string::npos)
      lines.push_back(line.substr(0, is_final));
    else if (line.starts_with("late"))
      lines.push_back(line);
  }
  return lines;
}

TEST(Conformance, OfWindowsThatAreRevised) {
  for (const std::string window :
       {"{tumbling: 5m}", "{sliding: {size: 10m, every: 5m}}", "{sliding: {size: 6m, every: 4m}}"}) {
    const Subject windows = transform(
        "aggregate",
        "by: [s]\nwindow: " + window + "\nallowed_lateness: 6m\ncompute: {n: count(), top: max(t)}",
        "t: timestamp, s: string", {.outputs = {"out", "late"}, .event_time = "t", .max_delay = "1m"});
    const detail::ConformanceRun run(windows, kTimedRows);
    const std::vector<std::string> whole = last_results(run.whole(0));
    EXPECT_GE(whole.size(), 7U) << window;
    for (const size_t size : {1, 2, 3, 7})
      EXPECT_EQ(last_results(run.whole(size)), whole) << window << ", pieces of " << size;
    for (size_t at = 0; at < run.pieces(1).size(); ++at)
      EXPECT_EQ(last_results(run.restarted(1, at)), whole) << window << ", checkpoint before row " << at;
  }
}

TEST(Conformance, OfANodeThatKeepsRows) {
  expect_conforms(transform("sort", "by: [x]", "x: int64, s: string"), {.rows = kIdsAndTexts});
}

TEST(Conformance, OfANodeWithListsAndTimers) {
  Settings settings;
  settings.event_time = "ts";
  settings.max_delay = "5s";
  expect_conforms(
      transform("remind", "key: user\ntime: ts\nafter: 3s", "user: string, ts: timestamp", settings),
      {.rows = R"([["a", "2025-01-01T00:00:00Z"], ["b", "2025-01-01T00:00:04Z"], )"
               R"(["a", "2025-01-01T00:00:01Z"], ["a", "2025-01-01T00:00:10Z"], )"
               R"(["b", "2025-01-01T00:00:20Z"], ["a", "2025-01-01T00:00:16Z"], )"
               R"(["c", "2025-01-01T00:00:30Z"], ["a", "2025-01-01T00:01:00Z"]])",
       .bad_options = {{"key: user\nafter: soon", "after"}}});
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
  expect_conforms(encoder("csv", "", "x: int64, s: string"), {.rows = kIdsAndTexts});
}

TEST(Conformance, OfATransactionalSink) {
  expect_conforms(sink("file", "path: out.csv\nformat: csv", "x: int64, s: string"), {.rows = kIdsAndTexts});
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

TEST(Conformance, FindsWhatIsSlowToStopButNotABusyMachine) {
  const Trial trial = {.rows = "[[1], [2]]"};
  const auto failures = [&](const char* options) {
    return failures_of(
        [&] { expect_cancel_returns_soon(transform("slow_to_stop", options, "t: int64"), trial); });
  };
  EXPECT_EQ(failures("name: once\ninstances: 1"), 0);
  EXPECT_EQ(failures("name: always\ninstances: 1000"), 1);
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
