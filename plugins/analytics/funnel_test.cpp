#include <weir/test/conformance.hpp>

namespace weir::test::funnel_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, user: string, event: string, country: string";
const std::string kSteps =
    "by: [user]\nsteps: {viewed: event = 'view', carted: event = 'cart', bought: event = 'buy'}\n";

Settings in_time(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  // History has no late rows.
  if (!is_endless) settings.max_delay = "1d";
  return settings;
}
/// A row at so many minutes after 2025-01-01T00:00Z, below 24 hours.
std::string at(int minute, const std::string& user, const std::string& event, const std::string& country) {
  char text[40];
  std::snprintf(text, sizeof(text), "2025-01-%02dT%02d:%02d:00Z", 1 + minute / 1440, minute / 60 % 24,
                minute % 60);
  return "[\"" + std::string(text) + "\", " + (user.empty() ? "null" : "\"" + user + "\"") + ", \"" + event +
         "\", \"" + country + "\"]";
}
std::string rows(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

TEST(Funnel, CountsKeysByStepWithTheTimeBetween) {
  NodeHarness node("funnel", kSteps, kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "step: int64, step_name: string, entered: int64, converted: int64, rate_from_first: float64, "
            "rate_from_previous: float64, p50_seconds: float64, p90_seconds: float64");
  // d's rows come backwards; e has no first step; the last row is nobody's.
  node.push(
      rows({at(0, "a", "view", "X"), at(2, "a", "cart", "X"), at(3, "a", "buy", "X"), at(0, "b", "view", "X"),
            at(4, "b", "cart", "X"), at(1, "c", "view", "X"), at(9, "d", "cart", "X"),
            at(3, "d", "view", "X"), at(4, "e", "cart", "X"), at(5, "", "view", "X")}));
  node.end();
  // Between view and cart lie 120, 240 and 360 s: numpy.quantile([120, 240, 360], 0.9) = 336.
  EXPECT_THAT(node.pull(), IsBatch(R"([[1, "viewed", 4, 4, 1.0, 1.0, null, null],
                                       [2, "carted", 4, 3, 0.75, 0.75, 240.0, 336.0],
                                       [3, "bought", 3, 1, 0.25, 0.3333333333333333, 60.0, 60.0]])"));
}

TEST(Funnel, OfNoRowsIsAFunnelOfZeroes) {
  NodeHarness node("funnel", kSteps, kColumns, in_time());
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([[1, "viewed", 0, 0, null, null, null, null],
                                       [2, "carted", 0, 0, null, null, null, null],
                                       [3, "bought", 0, 0, null, null, null, null]])"));
}

TEST(Funnel, ASegmentIsThatOfTheFirstStep) {
  NodeHarness node("funnel", kSteps + "segment: [country]", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows(
      {at(0, "a", "view", "X"), at(2, "a", "cart", "Y"), at(0, "b", "view", "Y"), at(1, "c", "view", "X")}));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([["X", 1, "viewed", 2, 2, 1.0, 1.0, null, null],
                                       ["X", 2, "carted", 2, 1, 0.5, 0.5, 120.0, 120.0],
                                       ["X", 3, "bought", 1, 0, 0.0, 0.0, null, null],
                                       ["Y", 1, "viewed", 1, 1, 1.0, 1.0, null, null],
                                       ["Y", 2, "carted", 1, 0, 0.0, 0.0, null, null],
                                       ["Y", 3, "bought", 0, 0, 0.0, null, null, null]])"));
}

/// The counts of each step, for tests of what counts.
std::vector<int64_t> converted(NodeHarness& node) {
  const Rows out = node.pull();
  std::vector<int64_t> made;
  if (out.size() == 0) return made;
  const auto counts = out.batch.column<int64_t>(*out.schema.find("converted"));
  made.assign(counts.values().begin(), counts.values().end());
  return made;
}
using Counts = std::vector<int64_t>;

Counts counted(const std::string& options, const std::vector<std::string>& given) {
  NodeHarness node("funnel", kSteps + options, kColumns, in_time());
  EXPECT_EQ(node.fault(), "");
  node.push(rows(given));
  node.end();
  return converted(node);
}

TEST(Funnel, WithinIsCountedFromTheFirstStep) {
  const std::vector<std::string> given = {at(0, "a", "view", "X"), at(5, "a", "cart", "X"),
                                          at(10, "a", "buy", "X")};
  EXPECT_EQ(counted("within: 10m", given), (Counts{1, 1, 1}));
  EXPECT_EQ(counted("within: 9m", given), (Counts{1, 1, 0}));
}

TEST(Funnel, StrictTakesNoRowBetween) {
  const std::vector<std::string> given = {at(0, "a", "view", "X"), at(1, "a", "help", "X"),
                                          at(2, "a", "cart", "X"), at(0, "b", "view", "X"),
                                          at(2, "b", "cart", "X")};
  EXPECT_EQ(counted("order: ordered", given), (Counts{2, 2, 0}));
  EXPECT_EQ(counted("order: strict", given), (Counts{2, 1, 0}));
}

TEST(Funnel, ExclusionsEndAttempts) {
  const std::vector<std::string> given = {
      at(0, "a", "view", "X"), at(1, "a", "cancel", "X"), at(2, "a", "cart", "X"),   at(3, "a", "buy", "X"),
      at(0, "b", "view", "X"), at(1, "b", "cart", "X"),   at(2, "b", "cancel", "X"), at(3, "b", "buy", "X")};
  EXPECT_EQ(counted("exclude: {cancelled: event = 'cancel'}", given), (Counts{2, 1, 0}));
  EXPECT_EQ(counted("exclude: {cancelled: {where: event = 'cancel', after: carted}}", given),
            (Counts{2, 2, 1}));
  EXPECT_EQ(counted("exclude: {cancelled: {where: event = 'cancel', before: carted}}", given),
            (Counts{2, 1, 1}));
}

TEST(Funnel, BySessionEachCountsForItself) {
  // b's help keeps its session going.
  const std::vector<std::string> given = {
      at(0, "a", "view", "X"), at(10, "a", "cart", "X"), at(40, "a", "view", "X"), at(100, "a", "buy", "X"),
      at(0, "b", "view", "X"), at(20, "b", "help", "X"), at(40, "b", "cart", "X")};
  EXPECT_EQ(counted("session_gap: 30m", given), (Counts{3, 2, 0}));
  EXPECT_EQ(counted("", given), (Counts{2, 2, 1}));
}

const std::string kHourly = kSteps + "within: 90m\nwindow: {tumbling: 1h}";

TEST(Funnel, AWindowIsGivenWhenNoAttemptOfItIsOpen) {
  NodeHarness node("funnel", kHourly, kColumns, in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(rows({at(59, "a", "view", "X"), at(61, "b", "view", "X"), at(70, "b", "cart", "X")}));
  node.push(rows({at(149, "a", "cart", "X"), at(149, "c", "view", "X")}));
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(rows({at(150, "c", "cart", "X")}));
  EXPECT_THAT(
      node.pull(),
      IsBatch(R"([["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 1, "viewed", 1, 1, 1.0, 1.0, null, null],
                          ["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 2, "carted", 1, 1, 1.0, 1.0, 5400.0, 5400.0],
                          ["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 3, "bought", 1, 0, 0.0, 0.0, null, null]])"));
  node.push(rows({at(149, "a", "buy", "X")}));
  EXPECT_EQ(node.pull("late").size(), 1U);
  node.end();
  EXPECT_EQ(converted(node), (Counts{1, 1, 0, 1, 1, 0}));
}

TEST(Funnel, DaysAreThoseOfTheZone) {
  // 22:30 on the first is 23:30 in Berlin, 23:30 is the next day there.
  NodeHarness node("funnel", kSteps + "within: 1d\nwindow: {calendar: day, timezone: Europe/Berlin}",
                   kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows({at(1350, "a", "view", "X"), at(1410, "a", "cart", "X"), at(1410, "b", "view", "X")}));
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 6U);
  const auto starts = out.batch.column<int64_t>(0);
  EXPECT_EQ(starts[3] - starts[0], 86'400'000'000);
}

// User i takes i seconds: numpy.quantile(numpy.arange(1, 10001), [0.5, 0.9]) = 5000.5, 9000.1. Beyond 8,192
// attempts 0.5 % of error are allowed.
TEST(Funnel, TimesOfManyAreWithinHalfAPercent) {
  std::string given;
  for (int i = 1; i <= 10'000; ++i) {
    const std::string user = "\"u" + std::to_string(i) + "\"";
    char text[40];
    std::snprintf(text, sizeof(text), "2025-01-01T%02d:%02d:%02dZ", i / 3600, i / 60 % 60, i % 60);
    given += (i == 1 ? "[" : ", ") + ("[\"2025-01-01T00:00:00Z\", " + user) + ", \"view\", \"X\"], [\"" +
             text + "\", " + user + ", \"cart\", \"X\"]";
  }
  NodeHarness node("funnel", kSteps, kColumns, in_time());
  node.push(given + "]");
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(out.batch.column<int64_t>(3)[1], 10'000);
  EXPECT_NEAR(out.batch.column<double>(6)[1], 5000.5, 25.1);
  EXPECT_NEAR(out.batch.column<double>(7)[1], 9000.1, 45.1);
}

TEST(Funnel, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = in_time()) {
    return NodeHarness("funnel", options, kColumns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: [user]\nsteps: {a: event = 'a'}"), HasSubstr("steps: 1 given, expected 2 to 16"));
  EXPECT_THAT(fault("by: []\nsteps: {a: event = 'a', b: event = 'b'}"),
              HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault(kSteps, Settings()), HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault(kSteps, in_time(true)),
              HasSubstr("window: its input never ends, so without windows no funnel is ever complete"));
  EXPECT_THAT(fault(kSteps + "window: {tumbling: 1h}"), HasSubstr("within: is needed with 'window'"));
  EXPECT_THAT(fault(kSteps + "within: 1h\nwindow: {tumbling: 1h, calendar: day}"),
              HasSubstr("window: expected one of {tumbling: 1d} and {calendar: week}"));
  EXPECT_THAT(fault(kSteps + "within: 1h\nwindow: {calendar: day, timezone: Europe/Berlim}"),
              HasSubstr("did you mean 'Europe/Berlin'?"));
  EXPECT_THAT(fault(kSteps + "exclude: {x: {where: event = 'x', after: cartet}}"),
              HasSubstr("exclude: x: there is no step 'cartet' (did you mean 'carted'?)"));
  EXPECT_THAT(fault(kSteps + "exclude: {x: {where: event = 'x', after: bought}}"),
              HasSubstr("between 'bought' and 'bought' lies nothing"));
}

std::string many_rows() {
  std::vector<std::string> made;
  const std::vector<std::string> what = {"view", "cart", "buy", "help"};
  for (int i = 0; i < 60; ++i)
    made.push_back(at(i * 7, std::string(1, static_cast<char>('a' + i * 5 % 7)),
                      what[static_cast<size_t>(i * i % 4 + i / 3) % 4], i % 3 == 0 ? "X" : "Y"));
  return rows(made);
}

TEST(Funnel, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = many_rows();
  expect_conforms(transform("funnel", kSteps + "segment: [country]", kColumns, in_time()), trial);
  expect_conforms(transform("funnel", kHourly + "\nsegment: [country]", kColumns, in_time(true)), trial);
}

TEST(Funnel, AStreamGivesWhatHistoryGives) {
  const auto lines = [](bool is_endless) {
    NodeHarness node("funnel", kHourly + "\nsession_gap: 30m", kColumns, in_time(is_endless));
    node.push(many_rows());
    node.end();
    return converted(node);
  };
  EXPECT_EQ(lines(true), lines(false));
  EXPECT_GT(lines(true).size(), 12U);
}

}  // namespace
}  // namespace weir::test::funnel_test
