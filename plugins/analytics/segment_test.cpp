#include <cmath>

#include <weir/test/conformance.hpp>

namespace weir::test::segment_test {
namespace {

using testing::HasSubstr;

Settings whole() {
  Settings settings;
  settings.outputs = {"out", "centres", "late"};
  return settings;
}
Settings in_time(bool is_endless) {
  Settings settings = whole();
  settings.event_time = "t";
  settings.is_endless = is_endless;
  // History has no late rows.
  if (!is_endless) settings.max_delay = "1d";
  return settings;
}

const std::string kRules =
    "rules:\n"
    "- {name: loyal, when: visits >= 10}\n"
    "- {name: big, when: spent > 100}\n"
    "- {name: loyal, when: spent > 90}\n";
constexpr const char* kUsers = "id: int64, visits: int64, spent: float64";

TEST(Segment, TheFirstRuleThatIsTrueSaysTheSegment) {
  NodeHarness node("segment", kRules + "default: casual", kUsers);
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "id: int64, visits: int64, spent: float64, segment: string");
  node.push("[[1, 9, 5.0], [2, 10, 500.0], [3, null, 101.0], [4, 1, 95.0], [5, null, null]]");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([[1, 9, 5.0, "casual"], [2, 10, 500.0, "loyal"], [3, null, 101.0, "big"],
                                       [4, 1, 95.0, "loyal"], [5, null, null, "casual"]])"));
}

TEST(Segment, AConditionThatFailsIsTheFaultOfRowsThatNoRuleBeforeTook) {
  NodeHarness node("segment",
                   "rules: [{name: a, when: id = 1}, {name: b, when: CAST(s AS int64) > 5}]\ninto: kind",
                   "id: int64, s: string");
  ASSERT_EQ(node.fault(), "");
  node.push(R"([[1, "x"], [2, "x"], [3, "7"], [4, "2"]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([[1, "x", "a"], [3, "7", "b"], [4, "2", "other"]])"));
  EXPECT_EQ(node.pull_errors().size(), 1U);
}

const std::string kTwo = "kmeans: {k: 2, columns: [visits, spent]}";

// Means and distances reckoned by hand: over the six rows visits have mean 5 and variance 16, spent mean 31
// and variance 21^2 + (1 + 0 + 1) / 3; the clusters are {1, 2, 3} and {4, 5, 6}.
TEST(Segment, ByKMeansRowsGetTheNumberOfTheirCluster) {
  NodeHarness node("segment", kTwo, kUsers, whole());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(), "id: int64, visits: int64, spent: float64, segment: int64");
  EXPECT_EQ(node.columns("centres").to_string(),
            "segment: int64, size: int64, share: float64, spread: float64, visits: float64, spent: float64");
  node.push("[[1, 9, 51.0], [2, 1, 10.0], [3, 9, 52.0]]");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push("[[4, 1, 9.0], [5, 9, 53.0], [6, 1, 11.0]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[1, 9, 51.0, 2], [2, 1, 10.0, 1], [3, 9, 52.0, 2],"
                                   " [4, 1, 9.0, 1], [5, 9, 53.0, 2], [6, 1, 11.0, 1]]"));
  const Rows centres = node.pull("centres");
  ASSERT_EQ(centres.size(), 2U);
  const double spread = std::sqrt((2.0 / 3) / (21 * 21 + 2.0 / 3));
  for (size_t c = 0; c < 2; ++c) {
    EXPECT_EQ(centres.batch.column<int64_t>(0)[c], static_cast<int64_t>(c) + 1);
    EXPECT_EQ(centres.batch.column<int64_t>(1)[c], 3);
    EXPECT_EQ(centres.batch.column<double>(2)[c], 0.5);
    EXPECT_NEAR(centres.batch.column<double>(3)[c], spread, 1e-12);
    EXPECT_NEAR(centres.batch.column<double>(4)[c], c == 0 ? 1 : 9, 1e-12);
    EXPECT_NEAR(centres.batch.column<double>(5)[c], c == 0 ? 10 : 52, 1e-12);
  }
}

TEST(Segment, ARowWithoutANumberIsInNoCluster) {
  NodeHarness node("segment", "kmeans: {k: 2, columns: [spent], number_by: size}", kUsers, whole());
  node.push("[[1, 1, 5.0], [2, 1, null], [3, 1, 70.0], [4, null, 72.0], [5, 1, 1e200]]");
  node.end();
  EXPECT_THAT(node.pull(), IsBatch("[[1, 1, 5.0, 2], [2, 1, null, null], [3, 1, 70.0, 1], [4, null, 72.0, 1],"
                                   " [5, 1, 1e200, null]]"));
  EXPECT_THAT(node.pull("centres").size(), 2U);
}

TEST(Segment, OfNoRowsOrNoNumbersThereAreNoClusters) {
  NodeHarness none("segment", kTwo, kUsers, whole());
  none.end();
  EXPECT_EQ(none.pull().size() + none.pull("centres").size(), 0U);
  NodeHarness nulls("segment", kTwo, kUsers, whole());
  nulls.push("[[1, null, 2.0]]");
  nulls.end();
  EXPECT_THAT(nulls.pull(), IsBatch("[[1, null, 2.0, null]]"));
  EXPECT_EQ(nulls.pull("centres").size(), 0U);
}

// More rows than one portion of the state holds.
TEST(Segment, ManyRowsComeOutAsTheyCame) {
  NodeHarness node("segment", "kmeans: {k: 3, columns: [x], starts: 2}", "x: int64", whole());
  std::string rows = "[";
  for (int i = 0; i < 10'000; ++i)
    rows += (i == 0 ? "[" : ", [") + std::to_string(i % 3 * 1000 + i % 7) + "]";
  node.push(rows + "]");
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 10'000U);
  for (size_t i = 0; i < out.size(); ++i) {
    ASSERT_EQ(out.batch.column<int64_t>(0)[i], static_cast<int64_t>(i % 3 * 1000 + i % 7)) << i;
    ASSERT_EQ(out.batch.column<int64_t>(1)[i], static_cast<int64_t>(i % 3 + 1)) << i;
  }
}

constexpr const char* kReadings = "t: timestamp, x: float64";
const std::string kHourly = "kmeans: {k: 2, columns: [x], window: {tumbling: 1h}}";

TEST(Segment, AWindowIsClusteredWhenTheWatermarkIsAtItsEnd) {
  NodeHarness node("segment", kHourly, kReadings, in_time(true));
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "t: timestamp, x: float64, window_start: timestamp, window_end: timestamp, segment: int64");
  EXPECT_EQ(node.columns().event_time, 3);
  node.push(
      R"([["2025-01-01T00:10:00Z", 1.0], ["2025-01-01T00:20:00Z", 9.0], ["2025-01-01T00:59:00Z", 1.5]])");
  EXPECT_EQ(node.pull().size(), 0U);
  // Below the watermark, but its window is not over.
  node.push(R"([["2025-01-01T00:58:00Z", 8.5]])");
  node.push(R"([["2025-01-01T01:00:00Z", 5.0], ["2025-01-01T00:59:59Z", 7.0]])");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-01-01T00:10:00Z", 1.0, "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 1],
                  ["2025-01-01T00:20:00Z", 9.0, "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 2],
                  ["2025-01-01T00:59:00Z", 1.5, "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 1],
                  ["2025-01-01T00:58:00Z", 8.5, "2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 2]])"));
  EXPECT_EQ(node.pull("centres").size(), 2U);
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-01-01T00:59:59Z", 7.0]])"));
  node.end();
  EXPECT_THAT(node.pull("centres"),
              IsBatch(R"([["2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z", 1, 1, 1.0, 0.0, 5.0]])"));
}

constexpr const char* kWindows = "window_start: timestamp, window_end: timestamp, t: timestamp, x: float64";

TEST(Segment, RowsThatAreWindowsAreClusteredWithThoseOfTheSameEnd) {
  NodeHarness node("segment", "kmeans: {k: 2, columns: [x], window: input, allowed_lateness: 1m}", kWindows,
                   in_time(true));
  ASSERT_EQ(node.fault(), "");
  const auto row = [](int minute, const std::string& t, const std::string& x) {
    return "[\"2025-01-01T00:0" + std::to_string(minute) + ":00Z\", \"2025-01-01T00:0" +
           std::to_string(minute + 1) + ":00Z\", \"2025-01-01T00:0" + t + "Z\", " + x + "]";
  };
  node.push("[" + row(1, "1:00", "1.0") + ", " + row(1, "1:01", "8.0") + ", " + row(2, "2:00", "3.0") + "]");
  // The watermark is at the end of the first window, and then a minute behind it.
  node.push("[" + row(1, "2:59", "2.0") + "]");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push("[" + row(3, "3:00", "4.0") + "]");
  EXPECT_EQ(node.pull().size(), 3U);
  const Rows centres = node.pull("centres");
  ASSERT_EQ(centres.size(), 2U);
  const auto ends = centres.batch.column<int64_t>(1);
  const auto sizes = centres.batch.column<int64_t>(3);
  const auto spreads = centres.batch.column<double>(5);
  const auto means = centres.batch.column<double>(6);
  EXPECT_EQ(ends[0], ends[1]);
  EXPECT_EQ(sizes[0], 2);
  EXPECT_EQ(sizes[1], 1);
  // The variance of 1, 2 and 8 is 86 / 9.
  EXPECT_NEAR(spreads[0], 0.5 / std::sqrt(86.0 / 9), 1e-12);
  EXPECT_EQ(spreads[1], 0);
  EXPECT_NEAR(means[0], 1.5, 1e-12);
  EXPECT_NEAR(means[1], 8, 1e-12);
  node.push("[" + row(1, "3:00", "9.0") + "]");
  EXPECT_EQ(node.pull("late").size(), 1U);
}

std::string many_readings() {
  std::string made = "[";
  for (int i = 0; i < 60; ++i) {
    char text[64];
    std::snprintf(text, sizeof(text), "%s[\"2025-01-01T%02d:%02d:00Z\", %d.5]", i == 0 ? "" : ", ",
                  i * 5 / 60, (i * 5 + i % 3) % 60, i * i * 7 % 41);
    made += text;
  }
  return made + "]";
}

TEST(Segment, AStreamGivesWhatHistoryGives) {
  const auto all = [](bool is_endless, const std::string& port) {
    Settings settings = in_time(is_endless);
    if (is_endless) settings.max_delay = "10m";
    NodeHarness node("segment", kHourly, kReadings, settings);
    const Batch given = rows_of(node.schema_of("in"), many_readings()).value();
    std::vector<std::string> made;
    for (size_t from = 0; from < given.row_count(); from += 5) {
      node.push(given.slice(from, 5));
      for (const std::string& line : node.pull(port).lines()) made.push_back(line);
    }
    node.end();
    for (const std::string& line : node.pull(port).lines()) made.push_back(line);
    return made;
  };
  EXPECT_EQ(all(true, "out"), all(false, "out"));
  EXPECT_EQ(all(true, "centres"), all(false, "centres"));
  EXPECT_EQ(all(true, "out").size(), 60U);
  EXPECT_EQ(all(true, "centres").size(), 10U);
}

TEST(Segment, KeepsThePromisesOfEveryComponent) {
  Trial users;
  users.rows = "[";
  for (int i = 0; i < 40; ++i)
    users.rows += (i == 0 ? "[" : ", [") + std::to_string(i) + ", " + std::to_string(i * i % 23) + ", " +
                  std::to_string(i * 7 % 131) + ".25]";
  users.rows += "]";
  expect_conforms(transform("segment", kRules, kUsers, whole()), users);
  expect_conforms(transform("segment", "kmeans: {k: 4, columns: [visits, spent]}", kUsers, whole()), users);
  Trial readings;
  readings.rows = many_readings();
  Settings late_by_little = in_time(true);
  late_by_little.max_delay = "10m";
  expect_conforms(transform("segment", kHourly, kReadings, late_by_little), readings);
}

TEST(Segment, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, const std::string& columns = kUsers,
                        Settings settings = Settings()) {
    return NodeHarness("segment", options, columns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("into: kind"), HasSubstr("rules: expected one of 'rules' and 'kmeans'; for example"));
  EXPECT_THAT(fault(kRules + kTwo), HasSubstr("rules: expected one of 'rules' and 'kmeans'"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [x], window: {tumbling: 1h}, allowed_lateness: 1m}", kReadings,
                    in_time(true)),
              HasSubstr("kmeans.allowed_lateness: goes with window: input"));
  EXPECT_THAT(fault(kTwo + "\ndefault: a"), HasSubstr("default: goes with 'rules'"));
  EXPECT_THAT(fault("rules: [{name: a, when: visit > 1}]"), HasSubstr("did you mean 'visits'?"));
  EXPECT_THAT(fault("rules: [{name: a, when: visits}]"),
              HasSubstr("the condition must be a bool, found int64"));
  EXPECT_THAT(fault(kRules, "visits: int64, spent: float64, segment: string"),
              HasSubstr("into: two columns of its output would be called 'segment'; rename it before"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: []}"),
              HasSubstr("kmeans.columns: at least one column is needed"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [s]}", "s: string"),
              HasSubstr("kmeans.columns: column 's' is string, expected a number; convert it with cast"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [id, id]}"), HasSubstr("kmeans.columns: 'id' is given twice"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [size]}", "size: int64"),
              HasSubstr("kmeans.columns: two columns of its output would be called 'size'"));
  EXPECT_THAT(
      fault(kTwo, kUsers, in_time(true)),
      HasSubstr("kmeans.window: its input never ends, so without windows no cluster is ever complete"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [id], window: input}"),
              HasSubstr("kmeans.window: its input has no columns window_start and window_end"));
  EXPECT_THAT(fault("kmeans: {k: 2, columns: [id], window: {calendar: day}}"),
              HasSubstr("kmeans.window: its input carries no event time"));
  EXPECT_THAT(
      fault("kmeans: {k: 2, columns: [x], window: {tumbling: 1h, calendar: day}}", kReadings, in_time(true)),
      HasSubstr("kmeans: window: expected one of {tumbling: 1d} and {calendar: week}"));
}

}  // namespace
}  // namespace weir::test::segment_test
