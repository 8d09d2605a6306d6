#include <weir/test/conformance.hpp>

namespace weir::test::paths_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, user: string, event: string, country: string";
const std::string kFromCart = "by: [user]\nevent: event\nfrom: cart\n";
const std::string kToBuy = "by: [user]\nevent: event\nto: buy\n";

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
std::string at(int minute, const std::string& user, const std::string& event,
               const std::string& country = "X") {
  const auto quoted = [](const std::string& text) { return text.empty() ? "null" : "\"" + text + "\""; };
  char text[40];
  std::snprintf(text, sizeof(text), "2025-01-%02dT%02d:%02d:00Z", 1 + minute / 1440, minute / 60 % 24,
                minute % 60);
  return "[\"" + std::string(text) + "\", " + quoted(user) + ", " + quoted(event) + ", " + quoted(country) +
         "]";
}
std::string rows(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

/// Each edge as "step source > target: count", in the order in which they came out.
std::vector<std::string> edges(NodeHarness& node) {
  std::vector<std::string> made;
  const Rows out = node.pull();
  if (out.size() == 0) return made;
  const auto step = out.batch.column<int64_t>(*out.schema.find("step"));
  const auto source = out.batch.column<std::string_view>(*out.schema.find("source"));
  const auto target = out.batch.column<std::string_view>(*out.schema.find("target"));
  const auto count = out.batch.column<int64_t>(*out.schema.find("count"));
  for (size_t row = 0; row < out.size(); ++row)
    made.push_back(std::to_string(step[row]) + " " + std::string(source[row]) + " > " +
                   std::string(target[row]) + ": " + std::to_string(count[row]));
  return made;
}
using Edges = std::vector<std::string>;

Edges counted(const std::string& options, const std::vector<std::string>& given) {
  NodeHarness node("paths", options, kColumns, in_time());
  EXPECT_EQ(node.fault(), "");
  node.push(rows(given));
  node.end();
  return edges(node);
}

TEST(Paths, CountsWhatComesBehindAnEvent) {
  NodeHarness node("paths", kFromCart + "steps: 2", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "step: int64, source: string, target: string, count: int64, share: float64");
  // b's rows come backwards; c has no cart; d does no more; the last rows are nobody's and nothing.
  node.push(rows({at(0, "a", "view"), at(1, "a", "cart"), at(2, "a", "pay"), at(3, "a", "buy"),
                  at(9, "b", "help"), at(8, "b", "pay"), at(7, "b", "cart"), at(1, "c", "pay"),
                  at(5, "d", "cart"), at(6, "", "pay"), at(8, "d", "")}));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"rows([[1, "cart", "pay", 2, 0.6666666666666666],
                                       [1, "cart", "(end)", 1, 0.3333333333333333],
                                       [2, "pay", "buy", 1, 0.5],
                                       [2, "pay", "help", 1, 0.5]])rows"));
}

TEST(Paths, CountsWhatLeadsToAnEventInTheOrderOfTime) {
  NodeHarness node("paths", kToBuy + "steps: 2", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows({at(0, "a", "view"), at(1, "a", "cart"), at(2, "a", "buy"), at(3, "a", "view"),
                  at(0, "b", "cart"), at(1, "b", "buy"), at(0, "c", "buy")}));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"rows([[-2, "view", "cart", 1, 0.5],
                                       [-2, "(start)", "cart", 1, 0.5],
                                       [-1, "cart", "buy", 2, 0.6666666666666666],
                                       [-1, "(start)", "buy", 1, 0.3333333333333333]])rows"));
}

TEST(Paths, OfNoRowsThereAreNone) { EXPECT_EQ(counted(kFromCart, {}), Edges()); }

TEST(Paths, WithinIsCountedFromTheEvent) {
  const std::vector<std::string> given = {at(0, "a", "cart"), at(5, "a", "pay"), at(10, "a", "buy")};
  EXPECT_EQ(counted(kFromCart + "within: 10m\nsteps: 2", given),
            (Edges{"1 cart > pay: 1", "2 pay > buy: 1"}));
  EXPECT_EQ(counted(kFromCart + "within: 9m\nsteps: 2", given),
            (Edges{"1 cart > pay: 1", "2 pay > (end): 1"}));
  EXPECT_EQ(counted(kToBuy + "within: 9m\nsteps: 2", given),
            (Edges{"-2 (start) > pay: 1", "-1 pay > buy: 1"}));
}

TEST(Paths, RepeatsAreStepsOrOne) {
  const std::vector<std::string> given = {at(0, "a", "cart"), at(1, "a", "cart"), at(2, "a", "pay"),
                                          at(3, "a", "pay"), at(4, "a", "buy")};
  EXPECT_EQ(counted(kFromCart + "steps: 2", given), (Edges{"1 cart > cart: 1", "2 cart > pay: 1"}));
  EXPECT_EQ(counted(kFromCart + "steps: 2\nrepeats: collapse", given),
            (Edges{"1 cart > pay: 1", "2 pay > buy: 1"}));
  EXPECT_EQ(counted(kToBuy + "steps: 3\nrepeats: collapse", given),
            (Edges{"-3 (start) > cart: 1", "-2 cart > pay: 1", "-1 pay > buy: 1"}));
}

TEST(Paths, EveryOccurrenceCountsWhereItIsAskedFor) {
  const std::vector<std::string> given = {at(0, "a", "cart"), at(1, "a", "pay"), at(2, "a", "cart"),
                                          at(3, "a", "cart"), at(4, "a", "buy")};
  EXPECT_EQ(counted(kFromCart + "steps: 1", given), (Edges{"1 cart > pay: 1"}));
  EXPECT_EQ(counted(kFromCart + "steps: 1\noccurrences: every", given),
            (Edges{"1 cart > buy: 1", "1 cart > cart: 1", "1 cart > pay: 1"}));
  EXPECT_EQ(counted(kFromCart + "steps: 1\noccurrences: every\nrepeats: collapse", given),
            (Edges{"1 cart > buy: 1", "1 cart > pay: 1"}));
}

TEST(Paths, TheRestOfEachSourceIsSummed) {
  std::vector<std::string> given;
  const std::vector<std::string> next = {"pay", "pay", "pay", "help", "help", "view", "back"};
  for (size_t i = 0; i < next.size(); ++i) {
    const std::string user = "u" + std::to_string(i);
    given.push_back(at(0, user, "cart"));
    given.push_back(at(1, user, next[i]));
    if (i > 1) given.push_back(at(2, user, "buy"));
  }
  EXPECT_EQ(counted(kFromCart + "steps: 2\ntop: 2", given),
            (Edges{"1 cart > pay: 3", "1 cart > help: 2", "1 cart > (other): 2",  //
                   "2 help > buy: 2", "2 (other) > buy: 2", "2 pay > (other): 1", "2 pay > (end): 2"}));
}

TEST(Paths, ASegmentIsThatOfTheEvent) {
  NodeHarness node("paths", kFromCart + "steps: 1\nsegment: [country]", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows(
      {at(0, "a", "cart", "Y"), at(1, "a", "pay", "X"), at(0, "b", "view", "Z"), at(1, "b", "cart", "X")}));
  node.end();
  EXPECT_THAT(node.pull(),
              IsBatch(R"rows([["X", 1, "cart", "(end)", 1, 1.0], ["Y", 1, "cart", "pay", 1, 1.0]])rows"));
}

TEST(Paths, OfOneTimeNamesSayTheOrder) {
  const Edges wanted = {"1 cart > help: 1", "2 help > pay: 1"};
  EXPECT_EQ(counted(kFromCart + "steps: 2", {at(0, "a", "cart"), at(1, "a", "pay"), at(1, "a", "help")}),
            wanted);
  EXPECT_EQ(counted(kFromCart + "steps: 2", {at(1, "a", "help"), at(0, "a", "cart"), at(1, "a", "pay")}),
            wanted);
}

const std::string kHourly = "steps: 2\nwithin: 90m\nwindow: {tumbling: 1h}";

TEST(Paths, AWindowIsGivenWhenNoPathOfItCanGoOn) {
  NodeHarness node("paths", kFromCart + kHourly, kColumns, in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(rows({at(59, "a", "cart"), at(61, "b", "cart"), at(149, "a", "pay"), at(149, "a", "quit")}));
  EXPECT_EQ(edges(node), Edges());
  node.push(rows({at(150, "c", "view")}));
  EXPECT_THAT(node.pull(),
              IsBatch(R"rows([["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 1, "cart", "pay", 1, 1.0],
                          ["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 2, "pay", "quit", 1, 1.0]])rows"));
  node.push(rows({at(149, "b", "pay")}));
  EXPECT_EQ(node.pull("late").size(), 1U);
  node.end();
  EXPECT_EQ(edges(node), (Edges{"1 cart > (end): 1"}));
}

TEST(Paths, WhatLedToAnEventIsKnownAcrossWindows) {
  NodeHarness node("paths", kToBuy + kHourly, kColumns, in_time(true));
  ASSERT_EQ(node.fault(), "");
  // At minute 200 the window of minute 100 has been given, and what a did at 110 and 111 is still in reach.
  node.push(rows({at(50, "a", "view"), at(100, "a", "buy"), at(110, "a", "cart"), at(111, "a", "pay")}));
  node.push(rows({at(121, "c", "view")}));
  EXPECT_EQ(edges(node), (Edges{"-2 (start) > view: 1", "-1 view > buy: 1"}));
  node.push(rows({at(200, "a", "buy"), at(202, "b", "buy"), at(240, "c", "view")}));
  EXPECT_EQ(edges(node), (Edges{"-2 cart > pay: 1", "-1 pay > buy: 1", "-1 (start) > buy: 1"}));
}

std::string many_rows() {
  std::vector<std::string> made;
  const std::vector<std::string> what = {"view", "cart", "pay", "buy", "help"};
  for (int i = 0; i < 90; ++i)
    made.push_back(at(i * 7 + i % 3, std::string(1, static_cast<char>('a' + i * 5 % 7)),
                      what[static_cast<size_t>(i * i % 5 + i / 3) % 5], i % 3 == 0 ? "X" : "Y"));
  return rows(made);
}

TEST(Paths, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = many_rows();
  Settings late_by_little = in_time(true);
  late_by_little.max_delay = "10m";
  for (const std::string& direction : {kFromCart, kToBuy}) {
    expect_conforms(transform("paths", direction + "segment: [country]\ntop: 2", kColumns, in_time()), trial);
    expect_conforms(transform("paths", direction + kHourly + "\nsegment: [country]\noccurrences: every",
                              kColumns, late_by_little),
                    trial);
  }
}

TEST(Paths, AStreamGivesWhatHistoryGives) {
  const auto given = [](const std::string& direction, bool is_endless) {
    Settings settings = in_time(is_endless);
    if (is_endless) settings.max_delay = "10m";
    NodeHarness node("paths", direction + kHourly + "\noccurrences: every\ntop: 2", kColumns, settings);
    Edges made;
    const Batch all = rows_of(node.schema_of("in"), many_rows()).value();
    for (size_t from = 0; from < all.row_count(); from += 3) {
      node.push(all.slice(from, 3));
      for (const std::string& edge : edges(node)) made.push_back(edge);
    }
    node.end();
    for (const std::string& edge : edges(node)) made.push_back(edge);
    return made;
  };
  for (const std::string& direction : {kFromCart, kToBuy}) {
    EXPECT_EQ(given(direction, true), given(direction, false));
    EXPECT_GT(given(direction, true).size(), 30U);
  }
}

TEST(Paths, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = in_time()) {
    return NodeHarness("paths", options, kColumns, std::move(settings)).fault();
  };
  const std::string neither = "by: [user]\nevent: event";
  EXPECT_THAT(fault(neither),
              HasSubstr("from: expected one of 'from', for the steps behind an event, and 'to'"));
  EXPECT_THAT(fault(kFromCart + "to: buy"), HasSubstr("from: expected one of 'from'"));
  EXPECT_THAT(fault("by: []\nevent: event\nfrom: a"), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [user]\nevent: t\nfrom: a"), HasSubstr("event"));
  EXPECT_THAT(fault(kFromCart, Settings()), HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault(kFromCart, in_time(true)),
              HasSubstr("window: its input never ends, so without windows no path is ever complete"));
  EXPECT_THAT(fault(kFromCart + "window: {tumbling: 1h}"), HasSubstr("within: is needed with 'window'"));
  EXPECT_THAT(fault(kFromCart + "segment: [country, country]"),
              HasSubstr("segment: two columns of its output would be called 'country'"));
}

}  // namespace
}  // namespace weir::test::paths_test
