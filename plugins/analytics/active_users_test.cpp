#include <set>

#include <weir/test/conformance.hpp>

namespace weir::test {
namespace {

using testing::HasSubstr;

constexpr const char* kAudienceColumns = "t: timestamp, user: int64, device: string";
constexpr int64_t kFirstOfMarch = 1'740'787'200'000'000;  // 2025-03-01T00:00:00Z
constexpr int64_t kHourUs = 3'600'000'000;

Settings audience_input(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  if (!is_endless) settings.max_delay = "1000d";  // History has no late rows.
  return settings;
}

/// Somebody was there: a day (1: 1 March 2025), who, and with what.
struct Visit {
  int day;
  int user;
  std::string device = "web";
  int hour = 12;
};

std::string as_rows(const std::vector<Visit>& visits) {
  std::string made = "[";
  for (const Visit& visit : visits) {
    char time[40];
    std::snprintf(time, sizeof(time), "2025-%02d-%02dT%02d:00:00Z", visit.day > 31 ? 4 : 3,
                  visit.day > 31 ? visit.day - 31 : visit.day, visit.hour);
    const std::string user = visit.user < 0 ? "null" : std::to_string(visit.user);
    made += (made.size() == 1 ? "[\"" : ", [\"") + std::string(time) + "\", " + user + ", \"" + visit.device +
            "\"]";
  }
  return made + "]";
}

using Lines = std::vector<std::string>;

/// Each row as "day[ segment]: the counts", with "?" where it is not complete.
Lines audience_lines(NodeHarness& node) {
  Lines made;
  const Rows out = node.pull();
  for (size_t row = 0; row < out.size(); ++row) {
    std::string line;
    for (size_t column = 0; column < out.schema.size(); ++column) {
      const std::string& name = out.schema[column].name;
      if (name == "window_start")
        line = std::to_string(
            (out.batch.column<int64_t>(column)[row] + kHourUs - kFirstOfMarch) / (24 * kHourUs) + 1);
      if (name == "device") line += " " + std::string(out.batch.column<std::string_view>(column)[row]);
      if (name.starts_with("active_"))
        line += (line.find(':') == std::string::npos ? ": " : " ") +
                std::to_string(out.batch.column<int64_t>(column)[row]);
    }
    made.push_back(line + (out.batch.column<bool>(*out.schema.find("is_complete"))[row] ? "" : "?"));
  }
  return made;
}

Lines audience_of(const std::string& options, const std::vector<Visit>& visits) {
  NodeHarness node("active_users", "by: [user]\n" + options, kAudienceColumns, audience_input());
  EXPECT_EQ(node.fault(), "");
  node.push(as_rows(visits));
  node.end();
  return audience_lines(node);
}

// 1 and 2 on the 1st, 1 on the 2nd, 3 on the 4th; out of order.
const std::vector<Visit> kFewVisits = {{4, 3}, {1, 2}, {2, 1}, {1, 1}, {1, 1, "web", 13}};

TEST(ActiveUsers, CountsEachWindowThatEndsWithTheDay) {
  const Lines expected = {"1: 2 2 2?", "2: 1 2 2?", "3: 0 1 2", "4: 1 1 2?"};
  EXPECT_EQ(audience_of("days: [1, 2, 3]", kFewVisits), expected);
  // So few are counted exactly.
  EXPECT_EQ(audience_of("days: [1, 2, 3]\nexact: false", kFewVisits), expected);
}

TEST(ActiveUsers, UsualWindowsAreADayAWeekAndThirtyDays) {
  const std::vector<Visit> visits = {{1, 1}, {2, 2}, {8, 3}, {30, 1}, {31, 2}, {32, -1}};
  const Lines found = audience_of("", visits);
  ASSERT_EQ(found.size(), 32U);
  EXPECT_EQ(found[0], "1: 1 1 1?");
  EXPECT_EQ(found[6], "7: 0 2 2?");
  EXPECT_EQ(found[7], "8: 1 2 3?");  // The week of the 2nd to the 8th.
  EXPECT_EQ(found[8], "9: 0 1 3?");
  EXPECT_EQ(found[29], "30: 1 1 3");   // 1 March to 30 March.
  EXPECT_EQ(found[30], "31: 1 2 3");   // From the 2nd: 1 is there by its second visit alone.
  EXPECT_EQ(found[31], "32: 0 2 3?");  // 1 April has begun: the latest row, though nobody's, is at noon.
}

TEST(ActiveUsers, StickinessIsTheShortestByTheLongest) {
  NodeHarness node("active_users", "by: [user]\ndays: [1, 3]", kAudienceColumns, audience_input());
  node.push(as_rows({{1, 1}, {1, 2}, {2, 1}, {3, 3}, {3, 4}}));
  node.end();
  const Rows out = node.pull();
  const auto stickiness = out.batch.column<double>(*out.schema.find("stickiness"));
  ASSERT_EQ(out.size(), 3U);
  EXPECT_EQ(stickiness[0], 1.0);
  EXPECT_EQ(stickiness[1], 0.5);
  EXPECT_EQ(stickiness[2], 0.5);
  NodeHarness one("active_users", "by: [user]\ndays: [7]", kAudienceColumns, audience_input());
  EXPECT_FALSE(one.columns().find("stickiness").has_value());
}

TEST(ActiveUsers, CountsEachSegmentByItself) {
  const std::vector<Visit> visits = {{1, 1}, {1, 2}, {2, 1, "app"}, {2, 2}};
  const Lines expected = {"1 web: 2 2?", "2 app: 1 1?", "2 web: 1 2?"};
  EXPECT_EQ(audience_of("days: [1, 2]\nsegment: [device]", visits), expected);
  EXPECT_EQ(audience_of("days: [1, 2]\nsegment: [device]\nexact: false", visits), expected);
}

TEST(ActiveUsers, DaysAreThoseOfTheZone) {
  // 23:00 UTC on the 1st is the 2nd in Berlin.
  EXPECT_EQ(audience_of("days: [1]\ntimezone: Europe/Berlin", {{1, 1, "web", 23}, {2, 2}}), (Lines{"2: 2?"}));
}

// Samoa went over the date line: behind 29 December 2011 came the 31st.
TEST(ActiveUsers, ADayThatAZoneLeftOutIsNobodys) {
  for (const std::string exact : {"true", "false"}) {
    NodeHarness node("active_users", "by: [user]\ndays: [1, 3]\ntimezone: Pacific/Apia\nexact: " + exact,
                     kAudienceColumns, audience_input());
    node.push(R"([["2011-12-28T22:00:00Z", 1, "web"], ["2011-12-29T22:00:00Z", 2, "web"],
                  ["2011-12-30T22:00:00Z", 2, "web"], ["2011-12-31T22:00:00Z", 2, "web"]])");
    node.end();
    Lines counts;
    for (const std::string& line : audience_lines(node)) counts.push_back(line.substr(line.find(':')));
    EXPECT_EQ(counts, (Lines{": 1 1?", ": 1 2?", ": 1 1", ": 1 1?"})) << exact;
  }
}

TEST(ActiveUsers, ForgottenUsersCountAnewAfterAGap) {
  for (const std::string exact : {"true", "false"})
    EXPECT_EQ(audience_of("days: [1, 2]\nexact: " + exact, {{1, 1}, {9, 1}, {9, 2}, {11, 1}, {12, -1}}),
              (Lines{"1: 1 1?", "2: 0 1", "9: 2 2", "10: 0 2", "11: 1 1", "12: 0 1?"}));
}

/// Who of some pseudo-random users was there on which day.
std::vector<Visit> many_visits(int days, int users) {
  std::vector<Visit> made;
  uint64_t state = 1;
  const auto next = [&] {
    return (state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U) >> 33;
  };
  for (int day = 1; day <= days; ++day)
    for (int user = 0; user < users; ++user)
      if (next() % 5 == 0)
        made.push_back({day, user, next() % 3 == 0 ? "app" : "web", static_cast<int>(next() % 24)});
  return made;
}

TEST(ActiveUsers, AgreesWithSetsOfUsers) {
  const std::vector<Visit> visits = many_visits(20, 12);
  Lines expected;
  for (int day = 1; day <= 20; ++day) {
    std::string line = std::to_string(day) + ":";
    for (const int window : {1, 4, 9}) {
      std::set<int> users;
      for (const Visit& visit : visits)
        if (visit.day > day - window && visit.day <= day) users.insert(visit.user);
      line += " " + std::to_string(users.size());
    }
    expected.push_back(line + (day < 9 || day == 20 ? "?" : ""));
  }
  EXPECT_EQ(audience_of("days: [1, 4, 9]", visits), expected);
  EXPECT_EQ(audience_of("days: [1, 4, 9]\nexact: false", visits), expected);
}

TEST(ActiveUsers, ManyUsersAreCountedWithinThePublishedError) {
  // 20,000 users over two days, 12,000 on each. Three standard errors at precision 10 are 9.75 %.
  std::vector<Visit> visits;
  for (int user = 0; user < 12'000; ++user) visits.push_back({1, user});
  for (int user = 8'000; user < 20'000; ++user) visits.push_back({2, user});
  NodeHarness node("active_users", "by: [user]\ndays: [1, 2]\nexact: false\nprecision: 10", kAudienceColumns,
                   audience_input());
  node.push(as_rows(visits));
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 2U);
  EXPECT_NEAR(static_cast<double>(out.batch.column<int64_t>(*out.schema.find("active_1d"))[1]), 12'000,
              1'170);
  EXPECT_NEAR(static_cast<double>(out.batch.column<int64_t>(*out.schema.find("active_2d"))[1]), 20'000,
              1'950);
}

TEST(ActiveUsers, AStreamGivesADayWhenItIsOver) {
  for (const std::string exact : {"true", "false"}) {
    NodeHarness node("active_users", "by: [user]\ndays: [1, 2]\nexact: " + exact, kAudienceColumns,
                     audience_input(true));
    ASSERT_EQ(node.fault(), "");
    node.push(as_rows({{1, 1}, {1, 2}}));
    EXPECT_EQ(audience_lines(node), Lines{});
    node.push(as_rows({{2, 3}}));
    EXPECT_EQ(audience_lines(node), (Lines{"1: 2 2?"}));
    node.push(as_rows({{1, 4}, {6, -1}}));
    EXPECT_EQ(node.pull("late").size(), 1U);
    EXPECT_EQ(audience_lines(node), (Lines{"2: 1 3", "3: 0 1"}));
    node.end();
    EXPECT_EQ(audience_lines(node), Lines{});
  }
}

TEST(ActiveUsers, AStreamGivesWhatHistoryGives) {
  std::vector<Visit> visits = many_visits(20, 12);
  std::ranges::stable_sort(visits, {}, [](const Visit& visit) { return visit.day * 24 + visit.hour; });
  for (const std::string options : {"days: [1, 4, 9]", "days: [1, 4, 9]\nsegment: [device]",
                                    "days: [1, 3]\nexact: false\nprecision: 4"}) {
    const auto all = [&](bool is_endless) {
      NodeHarness node("active_users", "by: [user]\n" + options, kAudienceColumns,
                       audience_input(is_endless));
      Lines made;
      const auto take = [&] {
        for (const std::string& line : audience_lines(node)) made.push_back(line);
      };
      const Batch given = rows_of(node.schema_of("in"), as_rows(visits)).value();
      for (size_t at = 0; at < given.row_count(); at += 7) {
        node.push(given.slice(at, std::min<size_t>(7, given.row_count() - at)));
        take();
      }
      node.end();
      take();
      return made;
    };
    EXPECT_EQ(all(true), all(false)) << options;
    EXPECT_GE(all(true).size(), 20U) << options;
  }
}

TEST(ActiveUsers, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = as_rows(many_visits(9, 8));
  Settings stream = audience_input(true);
  stream.max_delay = "1d";
  for (const std::string exact : {"true", "false"}) {
    expect_conforms(
        transform("active_users", "by: [user]\ndays: [1, 3]\nexact: " + exact, kAudienceColumns, stream),
        trial);
    expect_conforms(transform("active_users", "by: [user]\nsegment: [device]\nexact: " + exact,
                              kAudienceColumns, audience_input()),
                    trial);
  }
}

TEST(ActiveUsers, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = audience_input()) {
    return NodeHarness("active_users", options, kAudienceColumns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: []"), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [user]", Settings()), HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault("by: [user]\ntimezone: Europe/Berlim"), HasSubstr("timezone: there is no time zone"));
  EXPECT_THAT(fault("by: [user]\ndays: []"), HasSubstr("days: at least one window is needed"));
  EXPECT_THAT(fault("by: [user]\ndays: [0, 7]"), HasSubstr("days: a window is 1 to 365 days long, found 0"));
  EXPECT_THAT(fault("by: [user]\ndays: [7, 1]"),
              HasSubstr("days: each window must be longer than the one before, found 1 behind 7"));
  EXPECT_THAT(fault("by: [user]\nprecision: 12"), HasSubstr("precision: it goes with exact: false"));
  EXPECT_THAT(fault("by: [user]\nexact: false\nprecision: 3"), HasSubstr("precision"));
}

}  // namespace
}  // namespace weir::test
