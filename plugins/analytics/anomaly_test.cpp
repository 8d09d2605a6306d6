#include <weir/test/conformance.hpp>
#include <weir/test/node_harness.hpp>

#include <string>

namespace weir::test::anomaly_test {
namespace {

using testing::HasSubstr;

constexpr const char* kAnomalyColumns = "t: timestamp, host: string, x: float64";

Settings timed_anomaly(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  if (!is_endless) settings.max_delay = "30d";
  return settings;
}

std::string minute_text(int i) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "2025-01-0" + std::to_string(1 + i / 1440) + "T" + two(i / 60 % 24) + ":" + two(i % 60) + ":00Z";
}

/// `count` minutes of a host: 0, 1, 2, 0, 1, 2 ..., and 100 in minute `odd`.
std::string minutes_of(const std::string& host, int from, int count, int odd = -1) {
  std::string rows = "[";
  for (int i = from; i < from + count; ++i)
    rows += std::string(i == from ? "" : ", ") + "[\"" + minute_text(i) + "\", \"" + host + "\", " +
            (i == odd ? "100.0" : std::to_string(i % 3) + ".0") + "]";
  return rows + "]";
}

/// The rows for which `column` is true, each as its first `columns` values.
std::vector<std::string> flagged_minutes(const Rows& rows) {
  std::vector<std::string> found;
  const auto is_anomaly = rows.batch.column<bool>(*rows.schema.find("is_anomaly"));
  const auto times = rows.batch.column<int64_t>(0);
  for (size_t row = 0; row < rows.size(); ++row)
    if (is_anomaly[row]) found.push_back(std::to_string(times[row] / 60'000'000 % 1440));
  return found;
}

TEST(Anomaly, FlagsWhatIsFarFromTheSeriesOwnPast) {
  NodeHarness node("anomaly", "value: x\nby: [host]\nseasons: []", kAnomalyColumns, timed_anomaly());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "t: timestamp, host: string, x: float64, expected: float64, score: float64, is_anomaly: bool");
  node.push(minutes_of("a", 0, 400, 300));
  node.push(minutes_of("b", 0, 400));
  EXPECT_EQ(node.pull().size(), 0U);  // No row is known to be the next before the end.
  node.end();
  const Rows rows = node.pull();
  EXPECT_EQ(rows.size(), 800U);
  EXPECT_EQ(flagged_minutes(rows), std::vector<std::string>{"300"});
}

TEST(Anomaly, IsSilentDuringWarmUpAndRest) {
  NodeHarness warm("anomaly", "value: x\nseasons: []\nwarmup: 350", kAnomalyColumns, timed_anomaly());
  warm.push(minutes_of("a", 0, 400, 300));
  warm.end();
  EXPECT_EQ(flagged_minutes(warm.pull()), std::vector<std::string>());
  NodeHarness season("anomaly", "value: x\nseasons: [1d]", kAnomalyColumns, timed_anomaly());
  season.push(minutes_of("a", 0, 400, 300));  // Two days have not passed.
  season.end();
  EXPECT_EQ(flagged_minutes(season.pull()), std::vector<std::string>());
}

TEST(Anomaly, GivesTheSameWhateverTheOrderOfTheRows) {
  std::vector<std::string> found;
  for (const bool is_reversed : {false, true}) {
    NodeHarness node("anomaly", "value: x\nby: [host]\nseasons: []", kAnomalyColumns, timed_anomaly());
    const std::vector<std::string> pieces = {minutes_of("a", 0, 200), minutes_of("a", 200, 200, 300),
                                             minutes_of("b", 0, 300, 250)};
    for (size_t i = 0; i < pieces.size(); ++i) node.push(pieces[is_reversed ? pieces.size() - 1 - i : i]);
    node.end();
    found.push_back(node.pull().to_json());
  }
  EXPECT_TRUE(found[0] == found[1]);
}

TEST(Anomaly, AStreamGivesRowsWhenTheWatermarkHasPassedThem) {
  NodeHarness node("anomaly", "value: x\nseasons: []", kAnomalyColumns, timed_anomaly(true));
  ASSERT_EQ(node.fault(), "");
  node.push(minutes_of("a", 0, 10));
  EXPECT_EQ(node.pull().size(), 9U);
  node.push(R"([["2025-01-01T00:05:00Z", "a", 3.0]])");
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:05:00Z", "a", 3.0]])"));
}

TEST(Anomaly, ANullHasNoScoreAndARowWithoutTimeIsRejected) {
  NodeHarness node("anomaly", "value: x", kAnomalyColumns, timed_anomaly());
  node.push(R"([["2025-01-01T00:00:00Z", "a", null], [null, "a", 1.0], ["2025-01-01T00:01:00Z", "a", 2.0],
                ["2025-01-01T00:02:00Z", "a", 2.0]])");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "a", null, null, null, false],
                                       ["2025-01-01T00:01:00Z", "a", 2.0, null, 0.0, false],
                                       ["2025-01-01T00:02:00Z", "a", 2.0, 2.0, 0.0, false]])"));
  const auto rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 1U);
  EXPECT_EQ(rejected[0].message, "the row has no event time");
}

TEST(Anomaly, GoesOnAfterARestart) {
  NodeHarness node("anomaly", "value: x\nby: [host]\nseasons: []", kAnomalyColumns, timed_anomaly(true));
  node.push(minutes_of("a", 0, 299));
  node.pull();
  ASSERT_TRUE(node.checkpoint());
  node.restart();
  node.push(minutes_of("a", 299, 10, 300));
  EXPECT_EQ(flagged_minutes(node.pull()), std::vector<std::string>{"300"});
}

TEST(Anomaly, SaysWhatItCannotDo) {
  EXPECT_THAT(
      NodeHarness("anomaly", "value: host", kAnomalyColumns, timed_anomaly()).fault(),
      HasSubstr("value: column 'host' is string, expected a number; convert it with cast or map before"));
  EXPECT_THAT(
      NodeHarness("anomaly", "value: x\nseasons: [25m]", kAnomalyColumns, timed_anomaly()).fault(),
      HasSubstr("place: a season is not a multiple of it; for example seasons: [1d, 7d], place: 30m"));
  EXPECT_THAT(NodeHarness("anomaly", "value: x\nseasons: [1d, 1d]", kAnomalyColumns, timed_anomaly()).fault(),
              HasSubstr("seasons: one is given twice"));
  EXPECT_THAT(NodeHarness("anomaly", "value: score", "t: timestamp, score: float64", timed_anomaly()).fault(),
              HasSubstr("value: its input has a column 'score' already, which anomaly adds"));
  EXPECT_THAT(NodeHarness("anomaly", "value: x", "x: float64").fault(),
              HasSubstr("its input carries no event time; put an aggregate with a window before it"));
}

TEST(Anomaly, KeepsThePromisesOfEveryComponent) {
  expect_conforms(
      transform("anomaly", "value: x\nby: [host]\nseasons: []\nwarmup: 30", kAnomalyColumns, timed_anomaly()),
      {.rows = minutes_of("a", 0, 60, 50), .bad_options = {{"value: y", "value"}}});
}

}  // namespace
}  // namespace weir::test::anomaly_test
