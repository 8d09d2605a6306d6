#include <chrono>
#include <numeric>
#include <random>

#include <weir/test/conformance.hpp>

namespace weir::test::retention_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, user: string, event: string, channel: string";

Settings in_time(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  // History has no late rows.
  if (!is_endless) settings.max_delay = "1000d";
  return settings;
}
/// A row on a day of January 2025.
std::string on(int day, const std::string& user, const std::string& event = "view",
               const std::string& channel = "X", const std::string& clock = "12:00:00") {
  char text[40];
  std::snprintf(text, sizeof(text), "2025-01-%02dT%sZ", day, clock.c_str());
  return "[\"" + std::string(text) + "\", " + (user.empty() ? "null" : "\"" + user + "\"") + ", \"" + event +
         "\", \"" + channel + "\"]";
}
std::string rows(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& row : each) made += (made.size() == 1 ? "" : ", ") + row;
  return made + "]";
}

/// Each cell as "cohort period returned/users", with "?" where it is not complete.
std::vector<std::string> cells(NodeHarness& node) {
  std::vector<std::string> made;
  const Rows out = node.pull();
  if (out.size() == 0) return made;
  const auto number = [&](const char* name, size_t row) {
    return out.batch.column<int64_t>(*out.schema.find(name))[row];
  };
  for (size_t row = 0; row < out.size(); ++row) {
    const bool has_start = out.schema.find("cohort_start").has_value();
    const std::string cohort = has_start
                                   ? std::to_string(number("cohort_start", row) / 86'400'000'000 - 20'088)
                                   : std::string(out.batch.column<std::string_view>(0)[row]);
    const bool is_complete = out.batch.column<bool>(*out.schema.find("is_complete"))[row];
    made.push_back(cohort + " " + std::to_string(number("period", row)) + " " +
                   std::to_string(number("returned", row)) + "/" + std::to_string(number("users", row)) +
                   (is_complete ? "" : "?"));
  }
  return made;
}
using Cells = std::vector<std::string>;

Cells counted(const std::string& options, const std::vector<std::string>& given) {
  NodeHarness node("retention", "by: [user]\n" + options, kColumns, in_time());
  EXPECT_EQ(node.fault(), "");
  node.push(rows(given));
  node.end();
  return cells(node);
}

// a joins on the 1st (the row of the 3rd comes first) and comes back on the 3rd and 4th; b joins on the 1st
// and comes back on the 2nd; c joins on the 3rd. The last row is on the 4th.
const std::vector<std::string> kThree = {on(3, "a"), on(1, "a"), on(4, "a"), on(1, "b"),
                                         on(2, "b"), on(3, "c"), on(2, "")};

TEST(Retention, NDayCountsTheVeryPeriod) {
  EXPECT_EQ(counted("periods: 3", kThree),
            (Cells{"1 0 2/2", "1 1 1/2", "1 2 1/2", "1 3 1/2?", "3 0 1/1", "3 1 0/1?"}));
}

TEST(Retention, UnboundedCountsThePeriodOrALaterOne) {
  EXPECT_EQ(counted("periods: 3\nkind: unbounded", kThree),
            (Cells{"1 0 2/2?", "1 1 2/2?", "1 2 1/2?", "1 3 1/2?", "3 0 1/1?", "3 1 0/1?"}));
  // The last period bounds what "later" means.
  EXPECT_EQ(counted("periods: 1\nkind: unbounded", kThree),
            (Cells{"1 0 2/2", "1 1 1/2", "3 0 1/1?", "3 1 0/1?"}));
}

TEST(Retention, RollingCountsPeriodsFromEachFirstRow) {
  const std::vector<std::string> given = {
      on(1, "a", "view", "X", "23:00:00"), on(2, "a", "view", "X", "01:00:00"),
      on(2, "b", "view", "X", "00:00:00"), on(3, "b", "view", "X", "00:00:00"),
      on(5, "c", "view", "X", "00:00:00")};
  EXPECT_EQ(counted("periods: 1\nkind: rolling", given),
            (Cells{"1 0 1/1", "1 1 0/1", "2 0 1/1", "2 1 1/1", "5 0 1/1?"}));
  EXPECT_EQ(counted("periods: 1\nkind: n_day", given),
            (Cells{"1 0 1/1", "1 1 1/1", "2 0 1/1", "2 1 1/1", "5 0 1/1?"}));
}

TEST(Retention, FirstAndReturnedSayWhichRows) {
  const std::vector<std::string> given = {on(1, "a", "sign_up"), on(2, "a", "view"), on(3, "a", "buy"),
                                          on(1, "b", "view"),    on(2, "b", "buy"),  on(4, "x", "view")};
  EXPECT_EQ(counted("periods: 2\nfirst: event = 'sign_up'\nreturned: event = 'buy'", given),
            (Cells{"1 0 1/1", "1 1 0/1", "1 2 1/1"}));
}

TEST(Retention, CohortsByAttributeCountThoseWhosePeriodIsOver) {
  // a joined by X though its later row says Y. On the 4th the second day of c is not over.
  EXPECT_EQ(counted("periods: 2\ncohort_by: [channel]",
                    {on(2, "a", "view", "Y"), on(1, "a", "view", "X"), on(3, "c", "view", "X"),
                     on(4, "c", "view", "X"), on(2, "d", "view", "Z"), on(4, "d", "view", "Z")}),
            (Cells{"X 0 2/2", "X 1 1/1", "X 2 0/1", "Z 0 1/1", "Z 1 0/1"}));
}

TEST(Retention, WeeksBeginOnMondayInTheZone) {
  // 2025-01-05 is a Sunday. At 23:30 UTC it is Monday in Berlin, so both come back in one week there.
  const std::vector<std::string> given = {on(5, "a", "view", "X", "23:30:00"), on(13, "a")};
  EXPECT_EQ(counted("period: week\nperiods: 1\ntimezone: Europe/Berlin", given),
            (Cells{"5 0 1/1", "5 1 1/1?"}));
  EXPECT_EQ(counted("period: week\nperiods: 1", given), (Cells{"-1 0 1/1", "-1 1 0/1"}));
  EXPECT_EQ(counted("period: month\nperiods: 1", given), (Cells{"1 0 1/1?"}));
}

/// Rows of one user, so many days behind the first of January 2025.
std::string on_days(const std::vector<int>& days) {
  std::string made = "[";
  for (const int day : days) {
    char text[12];
    const auto at = std::chrono::sys_days(std::chrono::January / 1 / 2025) + std::chrono::days(day);
    const std::chrono::year_month_day date(at);
    std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(date.year()), unsigned(date.month()),
                  unsigned(date.day()));
    made +=
        std::string(made.size() == 1 ? "" : ", ") + "[\"" + text + "T12:00:00Z\", \"a\", \"view\", \"X\"]";
  }
  return made + "]";
}

TEST(Retention, KnowsDaysThatLieFarFromTheOthersInAnyOrder) {
  std::vector<int> days = {0, 1, 63, 64, 65, 140, 141, 199};
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    for (const std::string kind : {"n_day", "unbounded"}) {
      NodeHarness node("retention", "by: [user]\nperiods: 200\nkind: " + kind, kColumns, in_time());
      ASSERT_EQ(node.fault(), "");
      // Some of them together, the others one by one.
      node.push(on_days({days.begin(), days.begin() + 3}));
      for (size_t i = 3; i < days.size(); ++i) node.push(on_days({days[i], days[i - 1]}));
      node.end();
      const Rows out = node.pull();
      std::vector<int> found;
      for (size_t row = 0; row < out.size(); ++row)
        if (out.batch.column<int64_t>(*out.schema.find("returned"))[row] == 1)
          found.push_back(static_cast<int>(out.batch.column<int64_t>(*out.schema.find("period"))[row]));
      std::vector<int> expected = {0, 1, 63, 64, 65, 140, 141, 199};
      if (kind == "unbounded") {
        expected.resize(200);
        std::iota(expected.begin(), expected.end(), 0);
      }
      EXPECT_EQ(found, expected) << kind << " round " << round;
    }
    std::ranges::shuffle(days, random);
  }
}

TEST(Retention, AStreamGivesACellWhenItsPeriodIsOver) {
  NodeHarness node("retention", "by: [user]\nperiods: 2", kColumns, in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(rows({on(1, "a"), on(1, "b"), on(2, "a")}));
  EXPECT_EQ(cells(node), (Cells{"1 0 2/2"}));
  node.push(rows({on(3, "c")}));
  EXPECT_EQ(cells(node), (Cells{"1 1 1/2"}));
  // The row of the 2nd is late. Somebody's row alone ends the 3rd and 4th.
  node.push(rows({on(2, "b"), on(5, "")}));
  EXPECT_EQ(node.pull("late").size(), 1U);
  EXPECT_EQ(cells(node), (Cells{"1 2 0/2", "3 0 1/1", "3 1 0/1"}));
  node.end();
  EXPECT_EQ(cells(node), (Cells{"3 2 0/1?"}));
}

std::string many_rows() {
  std::vector<std::string> made;
  for (int i = 0; i < 90; ++i)
    made.push_back(on(1 + i / 4, std::string(1, static_cast<char>('a' + i * i % 23 % 11)),
                      i % 5 == 0 ? "buy" : "view", i % 3 == 0 ? "X" : "Y"));
  return rows(made);
}

TEST(Retention, AStreamGivesWhatHistoryGives) {
  for (const std::string kind : {"n_day", "unbounded", "rolling"}) {
    const auto all = [&](bool is_endless) {
      NodeHarness node("retention", "by: [user]\nperiods: 6\nreturned: event = 'buy'\nkind: " + kind,
                       kColumns, in_time(is_endless));
      Cells made;
      const Batch given = rows_of(node.schema_of("in"), many_rows()).value();
      for (size_t at = 0; at < given.row_count(); at += 9) {
        node.push(given.slice(at, std::min<size_t>(9, given.row_count() - at)));
        for (const std::string& cell : cells(node)) made.push_back(cell);
      }
      node.end();
      for (const std::string& cell : cells(node)) made.push_back(cell);
      std::ranges::sort(made);
      return made;
    };
    EXPECT_EQ(all(true), all(false)) << kind;
    EXPECT_GT(all(true).size(), 20U) << kind;
  }
}

TEST(Retention, KeepsThePromisesOfEveryComponent) {
  Trial trial;
  trial.rows = many_rows();
  expect_conforms(transform("retention", "by: [user]\nperiods: 6", kColumns, in_time(true)), trial);
  expect_conforms(
      transform("retention", "by: [user]\nkind: rolling\ncohort_by: [channel]", kColumns, in_time()), trial);
}

TEST(Retention, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, Settings settings = in_time()) {
    return NodeHarness("retention", options, kColumns, std::move(settings)).fault();
  };
  EXPECT_THAT(fault("by: []"), HasSubstr("by: at least one column is needed"));
  EXPECT_THAT(fault("by: [user]", Settings()), HasSubstr("its input carries no event time"));
  EXPECT_THAT(fault("by: [user]\ntimezone: Europe/Berlim"), HasSubstr("timezone: there is no time zone"));
  EXPECT_THAT(fault("by: [user]\nperiod: month\nkind: rolling"),
              HasSubstr("period: months are not equally long"));
  EXPECT_THAT(fault("by: [user]\ncohort_by: [channel]", in_time(true)),
              HasSubstr("cohort_by: its input never ends"));
}

}  // namespace
}  // namespace weir::test::retention_test
