// What a plugin's author can do with a node in a test.
#include <weir/test/node_harness.hpp>

#include <gtest/gtest-spi.h>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace weir::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(NodeHarness, GivesRowsToATransformAndTakesWhatComesOut) {
  NodeHarness node("to_celsius", "column: t", "t: float64");
  node.push("[[32.0], [null], [212.0]]");
  EXPECT_THAT(node.pull(), IsBatch("[[0.0], [null], [100.0]]"));
  node.push(R"([{"t": 50}])");
  EXPECT_THAT(node.pull(), IsBatch("[[10.0]]"));
  EXPECT_EQ(node.pull().size(), 0U);
  node.end();
  EXPECT_TRUE(node.is_complete());
}

TEST(NodeHarness, ReadsAndPrintsValuesOfEveryScalarType) {
  const std::string columns =
      "b: bool, i: int8, u: uint64, f: float64, s: string, t: timestamp, d: date32, m: decimal(8,2)";
  NodeHarness node("filter", "where: i > 0", columns);
  const std::string row =
      R"([[true, 7, 18446744073709551615, 0.5, "a \"b\"", "2025-01-31T12:00:00Z", "2025-01-31", 10.25], )"
      R"([false, 1, 0, -1.5, "", "1969-12-31T23:59:59.5Z", "1969-12-31", -0.01]])";
  node.push(row);
  EXPECT_THAT(node.pull(), IsBatch(row));
  EXPECT_EQ(node.columns().to_string(), columns);
}

TEST(NodeHarness, SaysWhatIsWrongWithRows) {
  const Schema schema = Schema::parse("x: int64, tags: list<string>").value();
  EXPECT_EQ(rows_of(schema, "[[1]]").status().message(), "row 0: expected 2 values, found 1");
  EXPECT_EQ(rows_of(schema, R"([{"x": 1}, {"y": 1}])").status().message(), "row 1: there is no column 'y'");
  EXPECT_EQ(rows_of(schema, R"([["one", []]])").status().message(), "column 'x': cannot cast 'one' to int64");
  EXPECT_EQ(rows_of(schema, "{}").status().message(), "rows are written as [[1, \"a\"], [2, null]]");
  EXPECT_EQ((Rows{schema, rows_of(schema, R"([[1, ["a", null]], [2, null]])").value()}.to_json()),
            R"([[1, ["a",null]], [2, null]])");
}

TEST(NodeHarness, SaysWhatIsWrongWithOptions) {
  EXPECT_EQ(NodeHarness("to_celsius", "column: x", "t: float64").fault(),
            "unknown-column: option 'column': no column 'x' in its input (t)");
  EXPECT_EQ(NodeHarness("to_celsius", "colum: t", "t: float64").fault(),
            "unknown-option: transform 'to_celsius' has no option 'colum' (did you mean 'column'?)");
  EXPECT_THAT(NodeHarness("to_celsiu", "column: t", "t: float64").fault(),
              HasSubstr("did you mean 'to_celsius'?"));
}

TEST(NodeHarness, TakesRejectedRows) {
  NodeHarness node("map", "cast: {x: int64}", "x: string");
  node.push(R"([["1"], ["two"], ["3"]])");
  EXPECT_THAT(node.pull(), IsBatch("[[1], [3]]"));
  const std::vector<Rejected> rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].column, "x");
  EXPECT_EQ(rejected[0].raw, R"({"x":"two"})");
}

TEST(NodeHarness, WhatIsRejectedBehindAConditionIsShownWhole) {
  NodeHarness node("keep_and_compute", "where: id > 1\nvalue: CAST(s AS int64)",
                   "id: int64, s: string, note: string");
  node.push(R"([[1, "5", "a"], [2, "x", "b"], [3, "7", "c"]])");
  EXPECT_THAT(node.pull(), IsBatch("[[7]]"));
  const std::vector<Rejected> rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].raw, R"({"id":2,"s":"x","note":"b"})");
}

TEST(NodeHarness, ARowIsRejectedOnceWhateverIsWrongWithIt) {
  NodeHarness node("map", "set: {x: CAST(s AS int64), y: CAST(t AS int64)}", "s: string, t: string");
  node.push(R"([["a", "b"], ["1", "c"]])");
  const std::vector<Rejected> rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].message, "cannot cast 'a' to int64");
  EXPECT_EQ(rejected[1].message, "cannot cast 'c' to int64");
}

Subject endless_minutes() {
  Settings settings;
  settings.is_endless = true;
  settings.event_time = "ts";
  settings.outputs = {"out", "late"};
  return transform("aggregate", "window: {tumbling: 1m}\ncompute: {n: count()}", "ts: timestamp", settings);
}

TEST(NodeHarness, ClosesWindowsByTheEventTimeOfAnEndlessInput) {
  NodeHarness node(endless_minutes());
  node.push(R"([["2025-01-01T00:00:10Z"], ["2025-01-01T00:00:20Z"]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T00:01:00Z"]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", 2]])"));
  node.push(R"([["2025-01-01T00:00:59Z"]])");
  EXPECT_EQ(node.pull("late").size(), 1U);
}

TEST(NodeHarness, LatenessDoesNotForgetAtARestart) {
  NodeHarness node(endless_minutes());
  node.push(R"([["2025-01-01T00:00:10Z"], ["2025-01-01T00:01:00Z"]])");
  EXPECT_EQ(node.pull().size(), 1U);
  ASSERT_TRUE(node.checkpoint());
  node.restart();
  node.push(R"([["2025-01-01T00:00:59Z"], ["2025-01-01T00:02:00Z"]])");
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:00:59Z"]])"));
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:01:00Z", "2025-01-01T00:02:00Z", 1]])"));
}

Subject reminder(const std::string& options, bool is_endless = true) {
  Settings settings;
  settings.is_endless = is_endless;
  if (options.find("time:") != std::string::npos) settings.event_time = "ts";
  return transform("remind", options, "user: string, ts: timestamp", settings);
}

TEST(NodeHarness, FiresTimersByTheEventTimeOfItsInput) {
  NodeHarness node(reminder("key: user\ntime: ts\nafter: 10s"));
  node.push(
      R"([["b", "2025-01-01T00:00:00Z"], ["a", "2025-01-01T00:00:00Z"], ["a", "2025-01-01T00:00:05Z"]])");
  node.push(R"([["c", "2025-01-01T00:00:09.999999Z"]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["c", "2025-01-01T00:00:10Z"]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", "2025-01-01T00:00:00Z", "2025-01-01T00:00:10Z"], )"
                                   R"(["b", "2025-01-01T00:00:00Z", "2025-01-01T00:00:10Z"]])"));
  ASSERT_TRUE(node.checkpoint());
  node.restart();
  node.push(R"([["d", "2025-01-01T00:00:19Z"]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", "2025-01-01T00:00:05Z", "2025-01-01T00:00:15Z"]])"));
  node.push(R"([["late", "2025-01-01T00:00:01Z"]])");  // Its time has been reached: it fires at once.
  EXPECT_THAT(node.pull(), IsBatch(R"([["late", "2025-01-01T00:00:01Z", "2025-01-01T00:00:11Z"]])"));
  node.end();
  EXPECT_EQ(node.pull().size(), 3U);
  EXPECT_TRUE(node.is_complete());
}

TEST(NodeHarness, FiresTimersByTheClock) {
  NodeHarness node(reminder("key: user\nafter: 1h"));
  node.push(R"([["a", null]])");
  node.advance(std::chrono::minutes(20));
  node.push(R"([["b", null]])");
  node.advance(std::chrono::minutes(40) - std::chrono::microseconds(1));
  EXPECT_EQ(node.pull().size(), 0U);
  ASSERT_TRUE(node.checkpoint());
  node.advance(std::chrono::microseconds(1));
  EXPECT_THAT(node.pull(), IsBatch(R"([["a", null, "2025-01-01T01:00:00Z"]])"));
  node.advance(std::chrono::hours(1));
  EXPECT_THAT(node.pull(), IsBatch(R"([["b", null, "2025-01-01T01:20:00Z"]])"));
  // Both came due after the checkpoint: where the node goes on from it they are long past, and fire at once.
  node.restart();
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["a", null, "2025-01-01T01:00:00Z"], ["b", null, "2025-01-01T01:20:00Z"]])"));
  node.push(R"([["c", null]])");
  node.end();  // What waits for the clock then never fires.
  EXPECT_EQ(node.pull().size(), 0U);
  EXPECT_TRUE(node.is_complete());
}

TEST(NodeHarness, TimersGoOnWhereACallHadNoRoomToEmit) {
  NodeHarness node(reminder("key: user\ntime: ts\nafter: 1s"));
  const std::string name(3000, 'n');
  std::string rows = "[";
  for (int i = 0; i < 5000; ++i)
    rows += (i == 0 ? "" : ", ") + ("[\"" + name + std::to_string(i)) + "\", \"2025-01-01T00:00:00Z\"]";
  node.push(rows + "]");
  node.push(R"([["z", "2025-01-01T00:01:00Z"]])");
  EXPECT_EQ(node.pull().size(), 5000U);
}

TEST(NodeHarness, ATimerThatIsSetAnewAfterTheEndIsAFault) {
  NodeHarness node(reminder("key: user\ntime: ts\nafter: 1s\nfor_ever: true", false));
  node.push(R"([["a", "2025-01-01T00:00:00Z"]])");
  EXPECT_NONFATAL_FAILURE(node.end(), "it sets a timer anew each time one fires");
  EXPECT_THAT(node.fault(), HasSubstr("its input has ended"));
}

TEST(NodeHarness, ASourceIsToldHowFarItsRowsAreSafe) {
  NodeHarness node(source("acknowledging", "rows: 100000\npath: told.txt"));
  EXPECT_GE(node.pull().size(), 1U);
  ASSERT_TRUE(node.checkpoint());
  node.run(8);
  const std::string told = node.read_file("told.txt");
  node.restart();
  const Rows rows = node.pull();
  ASSERT_GE(rows.size(), 1U);
  EXPECT_EQ(told, "letters " + std::to_string(rows.batch.column<int64_t>(0)[0]) + "\n");
  node.run();
  EXPECT_EQ(node.read_file("told.txt"), "letters 100000\n");
}

TEST(NodeHarness, WhatASinkKeepsWithTheHostIsThereAfterARestart) {
  NodeHarness node(sink("report",
                        "path: page.html\nsections:\n  - {id: all, question: Which?, answer: These., "
                        "show: [{table: rows}]}",
                        "x: int64"));
  node.push("[[1], [2]]");
  ASSERT_TRUE(node.checkpoint());
  node.restart();
  node.push("[[3]]");
  node.end();
  EXPECT_THAT(node.read_file("page.html"), HasSubstr("3 rows"));
}

TEST(NodeHarness, GoesOnFromItsCheckpoint) {
  NodeHarness node("aggregate", "compute: {n: count(), x: sum(x)}", "x: int64");
  node.push("[[1], [2]]");
  EXPECT_TRUE(node.checkpoint());
  node.push("[[4]]");
  node.restart();
  node.push("[[8]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[4, 15]]"));
}

TEST(NodeHarness, RunsASource) {
  NodeHarness node(source("generator", "seed: 1\nrows: 3\ncolumns: {id: sequence}"));
  EXPECT_THAT(node.pull(), IsBatch("[[0], [1], [2]]"));
  node.run();
  EXPECT_TRUE(node.is_complete());
}

TEST(NodeHarness, RunsADecoderOverBytesInPieces) {
  NodeHarness node(decoder("ndjson", "columns: {x: int64}"));
  node.push_bytes("{\"x\":1}\n{\"x\"");
  node.push_bytes(":2}\nno json\n");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[1], [2]]"));
  const std::vector<Rejected> rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].offset, 16);
  EXPECT_EQ(rejected[0].raw, "no json");
}

TEST(NodeHarness, RunsAnEncoder) {
  NodeHarness node(encoder("csv", "", "x: int64, s: string"));
  node.push(R"([[1, "a"], [2, "b,c"]])");
  node.end();
  EXPECT_EQ(node.encoded(), "x,s\n1,a\n2,\"b,c\"\n");
}

TEST(NodeHarness, RunsExpressionsAndAggregates) {
  NodeHarness value(expression("upper(s) || '!'", "s: string"));
  value.push(R"([["a"], [null]])");
  EXPECT_THAT(value.pull(), IsBatch(R"([["A!"], [null]])"));
  NodeHarness whole(aggregate("sum(x)", "x: int64"));
  whole.push("[[1], [2]]");
  whole.end();
  EXPECT_THAT(whole.pull(), IsBatch("[[3]]"));
}

TEST(NodeHarness, KeepsTheFilesOfASinkAndLetsTheDiskFail) {
  NodeHarness node(sink("file", "path: out.csv\nformat: csv", "x: int64"));
  node.push("[[1]]");
  node.end();
  EXPECT_THAT(node.files(), ElementsAre("out.csv"));
  EXPECT_EQ(node.read_file("out.csv"), "x\n1\n");

  NodeHarness broken(sink("file", "path: out.csv\nformat: csv", "x: int64"));
  broken.fail_next("rename", EIO);
  broken.give(rows_of(broken.schema_of("in"), "[[1]]").value());
  EXPECT_NONFATAL_FAILURE(broken.end(), "Input/output error");
  EXPECT_EQ(broken.state(), NodeHarness::State::kFailed);
}

TEST(NodeHarness, TakesTheLaterOfTwoLibrariesWithOneName) {
  std::string folder = (std::filesystem::temp_directory_path() / "weir-kit-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  std::filesystem::copy(std::filesystem::path(WEIR_TEST_PLUGIN_PATH) / "sdk_samples.so", folder);
  ::setenv("WEIR_PLUGIN_PATH", folder.c_str(), 1);
  EXPECT_EQ(NodeHarness("to_celsius", "column: t", "t: float64").fault(), "");
  ::unsetenv("WEIR_PLUGIN_PATH");
  std::filesystem::remove_all(folder);
}

TEST(NodeHarness, WaitsForNobodyWhereNoComponentHasAThread) {
  NodeHarness node("to_celsius", "column: t", "t: float64");
  node.push("[[32.0]]");
  EXPECT_FALSE(node.wait_for_others(std::chrono::milliseconds(1)));
  node.end();
  EXPECT_FALSE(node.wait_for_others(std::chrono::hours(1))) << "the run is over";
}

TEST(NodeHarness, CancelEndsTheWaitForOthers) {
  NodeHarness node("to_celsius", "column: t", "t: float64");
  node.push("[[32.0]]");
  std::thread other([&] { node.cancel(); });
  EXPECT_TRUE(node.wait_for_others(std::chrono::hours(1)));
  other.join();
  EXPECT_EQ(node.run(), NodeHarness::State::kFailed);
  EXPECT_EQ(node.fault(), "the run was cancelled");
}

TEST(NodeHarness, LetsTimePassOnlyWhenTold) {
  NodeHarness node(source("generator", "seed: 1\nrate: 1\nrows: 2\ncolumns: {id: sequence}"));
  node.run();
  const size_t at_once = node.pull().size();
  EXPECT_LT(at_once, 2U);
  node.advance(std::chrono::seconds(5));
  EXPECT_EQ(at_once + node.pull().size(), 2U);
}

}  // namespace
}  // namespace weir::test
