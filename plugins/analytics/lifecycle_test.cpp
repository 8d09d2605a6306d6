#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kLifecycleColumns = "t: timestamp, user: string, device: string";

Settings lifecycle_input(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  if (!is_endless) settings.max_delay = "1000d";  // History has no late rows.
  return settings;
}

/// A row on a day of March 2025, whose 3rd is a Monday.
std::string active_on(int day, const std::string& user, const std::string& device = "web",
                      const std::string& clock = "12:00:00") {
  char text[40];
  std::snprintf(text, sizeof(text), "2025-03-%02dT%sZ", day, clock.c_str());
  return "[\"" + std::string(text) + "\", " + (user.empty() ? "null" : "\"" + user + "\"") + ", \"" + device +
         "\"]";
}
std::string joined(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

using Lines = std::vector<std::string>;

/// Each row as "day[ segment]: new returning resurrected dormant", with "?" where it is not complete. Days
/// count from 1 March 2025.
Lines lifecycle_lines(NodeHarness& node) {
  Lines made;
  const Rows out = node.pull();
  for (size_t row = 0; row < out.size(); ++row) {
    const auto number = [&](const char* name) {
      return out.batch.column<int64_t>(*out.schema.find(name))[row];
    };
    std::string line = std::to_string((number("window_start") - 1'740'787'200'000'000) / 86'400'000'000 + 1);
    if (const auto at = out.schema.find("device"))
      line += " " + std::string(out.batch.column<std::string_view>(*at)[row]);
    line += ":";
    for (const char* name : {"new", "returning", "resurrected", "dormant"})
      line += " " + std::to_string(number(name));
    made.push_back(line + (out.batch.column<bool>(*out.schema.find("is_complete"))[row] ? "" : "?"));
  }
  return made;
}

Lines lifecycle_of(const std::string& options, const Lines& given) {
  NodeHarness node("lifecycle", "by: [user]\n" + options, kLifecycleColumns, lifecycle_input());
  EXPECT_EQ(node.fault(), "");
  node.push(joined(given));
  node.end();
  return lifecycle_lines(node);
}

// a on the 1st, 2nd and 4th; b on the 1st and 2nd; c on the 4th. Rows come in no order.
const Lines kThreeUsers = {active_on(4, "a"), active_on(1, "a"), active_on(2, "b"), active_on(4, "c"),
                           active_on(2, "a"), active_on(1, "b"), active_on(1, "a"), active_on(2, "")};

TEST(Lifecycle, SaysOfEachUserOneThing) {
  EXPECT_EQ(lifecycle_of("period: day", kThreeUsers),
            (Lines{"1: 2 0 0 0", "2: 0 2 0 0", "3: 0 0 0 2", "4: 1 0 1 0?"}));
}

TEST(Lifecycle, APeriodBehindTwoEmptyOnesHasTheResurrected) {
  EXPECT_EQ(lifecycle_of("", {active_on(1, "a"), active_on(5, "a"), active_on(6, "a")}),
            (Lines{"1: 1 0 0 0", "2: 0 0 0 1", "5: 0 0 1 0", "6: 0 1 0 0?"}));
}

TEST(Lifecycle, OnlyANullUserMovesTime) {
  // Nobody's row on the 3rd: the 1st and the 2nd are over, and a is dormant on the 2nd.
  EXPECT_EQ(lifecycle_of("", {active_on(1, "a"), active_on(3, "")}), (Lines{"1: 1 0 0 0", "2: 0 0 0 1"}));
}

TEST(Lifecycle, CountsEachSegmentByItself) {
  // a is on the web on the 1st and in the app on the 2nd: dormant there and new here.
  EXPECT_EQ(lifecycle_of("segment: [device]",
                         {active_on(1, "a"), active_on(1, "b"), active_on(2, "a", "app"), active_on(2, "b")}),
            (Lines{"1 web: 2 0 0 0", "2 app: 1 0 0 0?", "2 web: 0 1 0 1?"}));
}

TEST(Lifecycle, PeriodsAreThoseOfTheZone) {
  // 2025-03-02 is a Sunday; at 23:30 UTC it is Monday the 3rd in Berlin.
  const Lines given = {active_on(2, "a", "web", "23:30:00"), active_on(10, "a")};
  EXPECT_EQ(lifecycle_of("period: week\ntimezone: Europe/Berlin", given),
            (Lines{"2: 1 0 0 0", "9: 0 1 0 0?"}));
  EXPECT_EQ(lifecycle_of("period: week", given), (Lines{"-4: 1 0 0 0", "3: 0 0 0 1", "10: 0 0 1 0?"}));
  EXPECT_EQ(lifecycle_of("period: month", given), (Lines{"1: 1 0 0 0?"}));
}

TEST(Lifecycle, GivesNothingForNoInput) {
  NodeHarness node("lifecycle", "by: [user]", kLifecycleColumns, lifecycle_input());
  node.end();
  EXPECT_EQ(lifecycle_lines(node), Lines{});
}

TEST(Lifecycle, AStreamGivesAPeriodWhenItIsOver) {
  NodeHarness node("lifecycle", "by: [user]", kLifecycleColumns, lifecycle_input(true));
  ASSERT_EQ(node.fault(), "");
  node.push(joined({active_on(1, "a"), active_on(1, "b")}));
  EXPECT_EQ(lifecycle_lines(node), Lines{});
  node.push(joined({active_on(2, "a")}));
  EXPECT_EQ(lifecycle_lines(node), (Lines{"1: 2 0 0 0"}));
  // The row of the 1st is late. The 2nd and, without a row, the 3rd are over; then nobody is left to miss.
  node.push(joined({active_on(1, "c"), active_on(6, "")}));
  EXPECT_EQ(node.pull("late").size(), 1U);
  EXPECT_EQ(lifecycle_lines(node), (Lines{"2: 0 1 0 1", "3: 0 0 0 1"}));
  node.push(joined({active_on(6, "b")}));
  node.end();
  EXPECT_EQ(lifecycle_lines(node), (Lines{"6: 0 0 1 0?"}));
}

std::string many_lifecycle_rows() {
  Lines made;
  for (int i = 0; i < 90; ++i)
    made.push_back(active_on(1 + i / 4, std::string(1, static_cast<char>('a' + i * i % 23 % 11)),
                             i % 3 == 0 ? "app" : "web"));
  return joined(made);
}

TEST(Lifecycle, AStreamGivesWhatHistoryGives) {
  for (const std::string options : {"period: day", "period: week", "period: day\nsegment: [device]"}) {
    const auto all = [&](bool is_endless) {
      NodeHarness node("lifecycle", "by: [user]\n" + options, kLifecycleColumns, lifecycle_input(is_endless));
      Lines made;
      const auto take = [&] {
        for (const std::string& line : lifecycle_lines(node)) made.push_back(line);
      };
      const Batch given = rows_of(node.schema_of("in"), many_lifecycle_rows()).value();
      for (size_t at = 0; at < given.row_count(); at += 9) {
        node.push(given.slice(at, std::min<size_t>(9, given.row_count() - at)));
        take();
      }
      node.end();
      take();
      return made;
    };
    EXPECT_EQ(all(true), all(false)) << options;
    EXPECT_GT(all(true).size(), 3U) << options;
  }
}

TEST(Lifecycle, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = many_lifecycle_rows();
  expect_conforms(transform("lifecycle", "by: [user]", kLifecycleColumns, lifecycle_input(true)), trial);
  expect_conforms(
      transform("lifecycle", "by: [user]\nsegment: [device]", kLifecycleColumns, lifecycle_input()), trial);
}

TEST(Lifecycle, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = lifecycle_input(),
                        const std::string& columns = kLifecycleColumns) {
    return NodeHarness("lifecycle", options, columns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: []"), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [user]", Settings()), HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault("by: [user]\ntimezone: Europe/Berlim"), HasSubstr("timezone: there is no time zone"));
  EXPECT_THAT(fault("by: [user]\nperiod: hour"), HasSubstr("period"));
  EXPECT_THAT(fault("by: [user]\nsegment: [tags]", lifecycle_input(),
                    "t: timestamp, user: string, tags: list<string>"),
              HasSubstr("segment: 'tags' is list<string>, which cannot be a key"));
  EXPECT_THAT(
      fault("by: [user]\nsegment: [new]", lifecycle_input(), "t: timestamp, user: string, new: int64"),
      HasSubstr("segment: two columns of its output would be called 'new'"));
}

}  // namespace
}  // namespace weir::test
