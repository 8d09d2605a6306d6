// Expected windows are those of Python's zoneinfo and date.fromisocalendar.
#include <weir/test/conformance.hpp>

namespace weir::test::compare_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "window_start: timestamp, window_end: timestamp, n: int64";

/// One window with its value, as JSON.
std::string window(const std::string& start, const std::string& end, int n) {
  return "[\"" + start + "\", \"" + end + "\", " + std::to_string(n) + "]";
}
std::string day(const std::string& start, const std::string& end, int n) {
  return window(start + "T00:00:00Z", end + "T00:00:00Z", n);
}
std::string rows(const std::vector<std::string>& each) {
  std::string made = "[";
  for (const std::string& one : each) made += (made.size() > 1 ? ", " : "") + one;
  return made + "]";
}

/// Of the last row that comes out: the value before and what the comparison rests on.
std::string last_of(const std::string& options, const std::vector<std::string>& windows) {
  NodeHarness node("compare", "values: [n]\n" + options, kColumns);
  if (!node.fault().empty()) return node.fault();
  node.push(rows(windows));
  node.end();
  const Rows out = node.pull();
  if (out.size() != windows.size()) return "rows are missing";
  const size_t row = out.size() - 1;
  const auto before = out.batch.column<int64_t>(3);
  const StringColumn base(out.batch.raw_column(6));
  return (before.is_null(row) ? "null" : std::to_string(before[row])) + " " + std::string(base[row]);
}

TEST(Compare, TellsNothingZeroAndNullApart) {
  NodeHarness node("compare", "by: [k]\nvalues: [n]\nwith: [day]",
                   "window_start: timestamp, window_end: timestamp, k: string, n: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns().to_string(),
            "window_start: timestamp, window_end: timestamp, k: string, n: int64, n_day_before: int64, "
            "n_day_change: int64, n_day_relative: float64, n_day_base: string");
  node.push(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "a", 4],
                ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "b", 0],
                ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "c", null],
                ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "e", -4],
                ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", "f", 1],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "a", 5],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "b", 5],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "c", 5],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "d", 5],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "e", -6],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "f", null]])");
  node.end();
  const Rows out = node.pull();
  const Rows second{out.schema, out.batch.slice(5, 6)};
  EXPECT_THAT(second, IsBatch(R"([
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "a", 5, 4, 1, 0.25, "present"],
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "b", 5, 0, 5, null, "zero"],
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "c", 5, null, null, null, "null"],
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "d", 5, null, null, null, "absent"],
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "e", -6, -4, -2, -0.5, "present"],
      ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", "f", null, 1, null, null, "present"]])"));
}

TEST(Compare, ReckonsWithEveryKindOfNumber) {
  NodeHarness node("compare", "values: [a, b, c]\nwith: [day]",
                   "window_start: timestamp, window_end: timestamp, a: float32, b: decimal(12,2), c: uint8");
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 0.5, 0.10, 3],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 0.25, 0.30, 1]])");
  node.end();
  const Rows out = node.pull();
  const Rows second{out.schema, out.batch.slice(1, 1)};
  EXPECT_THAT(second, IsBatch(R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 0.25, 0.30, 1,
                           0.5, -0.25, -0.5, "present", 0.10, 0.20, 2.0, "present",
                           3, -2, -0.6666666666666666, "present"]])"));
}

TEST(Compare, LeapYearsAndShortMonthsHaveNoSuchDay) {
  const std::vector<std::string> leap = {day("2023-02-28", "2023-03-01", 7),
                                         day("2024-02-29", "2024-03-01", 9)};
  EXPECT_EQ(last_of("with: [year]", leap), "null no_such_window");
  EXPECT_EQ(last_of("with: [year]\nmissing_day: last", leap), "7 present");
  EXPECT_EQ(last_of("with: [year]", {day("2024-02-29", "2024-03-01", 9), day("2025-02-28", "2025-03-01", 8)}),
            "null absent");
  EXPECT_EQ(last_of("with: [year]", {day("2024-02-28", "2024-02-29", 9), day("2025-02-28", "2025-03-01", 8)}),
            "9 present");
  const std::vector<std::string> march = {day("2025-02-28", "2025-03-01", 7),
                                          day("2025-03-31", "2025-04-01", 9)};
  EXPECT_EQ(last_of("with: [month]", march), "null no_such_window");
  EXPECT_EQ(last_of("with: [month]\nmissing_day: last", march), "7 present");
  EXPECT_EQ(
      last_of("with: [quarter]", {day("2024-08-30", "2024-08-31", 7), day("2024-11-30", "2024-12-01", 9)}),
      "7 present");
}

TEST(Compare, UnitsOfTheCalendarAreComparedWhateverTheirLength) {
  EXPECT_EQ(
      last_of("with: [month]", {day("2025-02-01", "2025-03-01", 7), day("2025-03-01", "2025-04-01", 9)}),
      "7 present");
  EXPECT_EQ(last_of("with: [year]", {day("2024-02-01", "2024-03-01", 7), day("2025-02-01", "2025-03-01", 9)}),
            "7 present");
  EXPECT_EQ(
      last_of("with: [quarter]", {day("2024-10-01", "2025-01-01", 7), day("2025-01-01", "2025-04-01", 9)}),
      "7 present");
  EXPECT_EQ(last_of("with: [year]", {day("2024-01-01", "2025-01-01", 7), day("2025-01-01", "2026-01-01", 9)}),
            "7 present");
  EXPECT_EQ(
      last_of("with: [month]", {day("2024-10-01", "2025-01-01", 7), day("2025-01-01", "2025-04-01", 9)}),
      "null no_such_window");
}

TEST(Compare, WeeksAreThoseOfIso8601) {
  // 2020 has week 53 (28 December 2020), 2021 has 52; week 1 of 2025 begins on 30 December 2024.
  EXPECT_EQ(last_of("with: [week]", {day("2020-12-28", "2021-01-04", 7), day("2021-01-04", "2021-01-11", 9)}),
            "7 present");
  EXPECT_EQ(last_of("with: [year]", {day("2024-01-01", "2024-01-08", 7), day("2024-12-30", "2025-01-06", 9)}),
            "7 present");
  const std::vector<std::string> week_53 = {day("2019-12-23", "2019-12-30", 7),
                                            day("2020-12-28", "2021-01-04", 9)};
  EXPECT_EQ(last_of("with: [year]", week_53), "null no_such_window");
  EXPECT_EQ(last_of("with: [year]\nmissing_day: last", week_53), "7 present");
  EXPECT_EQ(last_of("with: [month]", week_53), "null no_such_window");
  // Thursday of week 10.
  EXPECT_EQ(
      last_of("with: [iso_year]", {day("2024-03-07", "2024-03-08", 7), day("2025-03-06", "2025-03-07", 9)}),
      "7 present");
}

TEST(Compare, DaysAreThoseOfTheTimeZone) {
  // Berlin's 30 March 2025 has 23 hours, its 26 October 25.
  EXPECT_EQ(last_of("with: [day]\ntimezone: Europe/Berlin",
                    {window("2025-03-29T23:00:00Z", "2025-03-30T22:00:00Z", 7),
                     window("2025-03-30T22:00:00Z", "2025-03-31T22:00:00Z", 9)}),
            "7 present");
  EXPECT_EQ(last_of("with: [week]\ntimezone: Europe/Berlin",
                    {window("2025-10-19T22:00:00Z", "2025-10-20T22:00:00Z", 7),
                     window("2025-10-26T23:00:00Z", "2025-10-27T23:00:00Z", 9)}),
            "7 present");
  EXPECT_EQ(last_of("with: [month]\ntimezone: Europe/Berlin",
                    {window("2025-02-28T23:00:00Z", "2025-03-31T22:00:00Z", 7),
                     window("2025-03-31T22:00:00Z", "2025-04-30T22:00:00Z", 9)}),
            "7 present");
}

TEST(Compare, HoursAreComparedByTheClocks) {
  const std::string berlin = "with: [day]\ntimezone: Europe/Berlin";
  // 10:00 in summer time beside 10:00 in winter time.
  EXPECT_EQ(last_of(berlin, {window("2025-03-29T09:00:00Z", "2025-03-29T10:00:00Z", 7),
                             window("2025-03-30T08:00:00Z", "2025-03-30T09:00:00Z", 9)}),
            "7 present");
  // On 30 March the clocks skip 02:00.
  EXPECT_EQ(last_of(berlin, {window("2025-03-31T00:00:00Z", "2025-03-31T01:00:00Z", 9)}),
            "null no_such_window");
  // On 26 October 02:00 comes twice; a day later it is winter time, so the second is meant.
  EXPECT_EQ(last_of(berlin, {window("2025-10-26T00:00:00Z", "2025-10-26T01:00:00Z", 6),
                             window("2025-10-26T01:00:00Z", "2025-10-26T02:00:00Z", 7),
                             window("2025-10-27T01:00:00Z", "2025-10-27T02:00:00Z", 9)}),
            "7 present");
}

TEST(Compare, PartsOfAPeriodAreComparedWithTheSamePart) {
  NodeHarness node("compare", "values: [n]\nwith: [month]\nto_date: month", kColumns);
  ASSERT_EQ(node.fault(), "");
  std::vector<std::string> each;
  const auto date = [](int month, int of_month) {
    return "2025-0" + std::to_string(month) + "-" + (of_month < 10 ? "0" : "") + std::to_string(of_month);
  };
  // January has n = 1 a day, February 2 a day but none on the 3rd.
  for (int i = 1; i <= 31; ++i) each.push_back(day(date(1, i), i < 31 ? date(1, i + 1) : date(2, 1), 1));
  for (int i = 1; i <= 28; ++i)
    if (i != 3) each.push_back(day(date(2, i), i < 28 ? date(2, i + 1) : date(3, 1), 2));
  each.push_back(day(date(3, 30), date(3, 31), 5));
  node.push(rows(each));
  node.end();
  const Rows out = node.pull();
  ASSERT_EQ(out.size(), 59U);
  const auto line = [&](size_t row) { return Rows{out.schema, out.batch.slice(row, 1)}; };
  EXPECT_THAT(line(30),
              IsBatch("[[\"2025-01-31T00:00:00Z\", \"2025-02-01T00:00:00Z\", 1, 31, null, null, null, "
                      "\"absent\"]]"));
  EXPECT_THAT(line(33), IsBatch("[[\"2025-02-04T00:00:00Z\", \"2025-02-05T00:00:00Z\", 2, 6, 4, 2, 0.5, "
                                "\"present\"]]"));
  // A complete month stands beside a complete one.
  EXPECT_THAT(line(57), IsBatch("[[\"2025-02-28T00:00:00Z\", \"2025-03-01T00:00:00Z\", 2, 54, 31, 23, "
                                "0.7419354838709677, \"present\"]]"));
  // February has no 30th: all of it.
  EXPECT_THAT(line(58), IsBatch("[[\"2025-03-30T00:00:00Z\", \"2025-03-31T00:00:00Z\", 5, 5, 54, -49, "
                                "-0.9074074074074074, \"present\"]]"));
}

TEST(Compare, YearsToDateEndOnTheSameDay) {
  const auto sums = [](const std::vector<std::string>& windows) {
    NodeHarness node("compare", "values: [n]\nwith: [year]\nto_date: year", kColumns);
    node.push(rows(windows));
    node.end();
    const Rows out = node.pull();
    return out.batch.column<int64_t>(4)[out.size() - 1];
  };
  const std::vector<std::string> year_2023 = {day("2023-02-27", "2023-02-28", 1),
                                              day("2023-02-28", "2023-03-01", 10),
                                              day("2023-03-01", "2023-03-02", 100)};
  const auto with = [&](const std::string& one) {
    std::vector<std::string> all = year_2023;
    all.push_back(one);
    return all;
  };
  EXPECT_EQ(sums(with(day("2024-02-27", "2024-02-28", 5))), 1);
  EXPECT_EQ(sums(with(day("2024-02-28", "2024-02-29", 5))), 11);
  EXPECT_EQ(sums(with(day("2024-02-29", "2024-03-01", 5))), 11);
  EXPECT_EQ(sums(with(day("2024-03-01", "2024-03-02", 5))), 111);
}

TEST(Compare, GivesWindowsAtTheirEndAndSendsLateOnesAway) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "window_start";
  settings.max_delay = "1d";
  settings.is_endless = true;
  NodeHarness node("compare", "values: [n]\nwith: [day]", kColumns, settings);
  ASSERT_EQ(node.fault(), "");
  node.push(rows({day("2025-03-02", "2025-03-03", 5)}));
  node.push(rows({day("2025-03-01", "2025-03-02", 4)}));  // Later than the day behind it, and still in time.
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(rows({day("2025-03-03", "2025-03-04", 6)}));
  EXPECT_THAT(
      node.pull(),
      IsBatch(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 4, null, null, null, "absent"]])"));
  node.push(rows({day("2025-03-01", "2025-03-02", 9)}));
  EXPECT_THAT(node.pull("late"), IsBatch(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 9]])"));
  node.end();
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 5, 4, 1, 0.25, "present"],
                          ["2025-03-03T00:00:00Z", "2025-03-04T00:00:00Z", 6, 5, 1, 0.2, "present"]])"));
}

TEST(Compare, CarriesRevisions) {
  Settings settings;
  settings.event_time = "window_start";
  settings.is_endless = true;
  NodeHarness node(
      "compare", "values: [n]\nwith: [day]",
      "window_start: timestamp, window_end: timestamp, n: int64, is_final: bool, revision: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 3, false, 0],
                ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 1, false, 0]])");
  EXPECT_THAT(
      node.pull(),
      IsBatch(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 3, false, 0, null, null, null, "open"],
                          ["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 1, false, 0, null, null, null, "open"]])"));
  node.push(R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 4, true, 1]])");
  EXPECT_THAT(
      node.pull(),
      IsBatch(
          R"([["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 4, true, 1, null, null, null, "absent"]])"));
  node.push(R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 2, false, 1]])");
  EXPECT_THAT(
      node.pull(),
      IsBatch(
          R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 2, false, 1, 4, null, null, "partial"]])"));
  node.push(R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 5, true, 2]])");
  node.end();
  EXPECT_THAT(
      node.pull(),
      IsBatch(R"([["2025-03-02T00:00:00Z", "2025-03-03T00:00:00Z", 5, true, 2, 4, 1, 0.25, "present"]])"));
}

TEST(Compare, NamesRowsThatItCannotUse) {
  NodeHarness node("compare", "values: [n]\nwith: [month]\nto_date: month", kColumns);
  node.push(R"([["2025-03-01T00:00:00Z", null, 1], ["2025-03-31T00:00:00Z", "2025-04-02T00:00:00Z", 1],
                ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 1], ["2025-03-01T00:00:00Z", "2025-03-02T00:00:00Z", 2]])");
  node.end();
  EXPECT_EQ(node.pull().size(), 1U);
  const auto errors = node.pull_errors();
  ASSERT_EQ(errors.size(), 3U);
  EXPECT_EQ(errors[0].code, "bad-window");
  EXPECT_EQ(errors[1].message, "the row's window is none that lies within one unit of to_date");
  EXPECT_EQ(errors[2].message,
            "its group has another row for this window; name in 'by' everything that makes a group");
}

TEST(Compare, KeepsThePromisesOfEveryComponent) {
  std::vector<std::string> each;
  for (int i = 9; i >= 1; --i)
    each.push_back(
        day("2025-03-0" + std::to_string(i), i < 9 ? "2025-03-0" + std::to_string(i + 1) : "2025-03-10", i));
  Settings settings;
  settings.outputs = {"out", "late"};
  for (const char* options : {"values: [n]\nwith: [day, week]", "values: [n]\nwith: [week]\nto_date: week"}) {
    expect_conforms(transform("compare", options, kColumns, settings),
                    {.rows = rows(each),
                     .bad_options = {{"values: [n]\nwith: []", "with: at least one period is needed"},
                                     {"values: []\nwith: [day]", "values: at least one column is needed"},
                                     {"values: [m]\nwith: [day]", "no column 'm'"}}});
  }
  Settings timed = settings;
  timed.event_time = "window_start";
  timed.max_delay = "20d";
  expect_conforms(transform("compare", "values: [n]\nwith: [day, week]", kColumns, timed),
                  {.rows = rows(each)});
}

TEST(Compare, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, const std::string& columns = kColumns) {
    return NodeHarness("compare", options, columns).fault();
  };
  EXPECT_THAT(fault("values: [n]\nwith: [day]", "n: int64"),
              HasSubstr("its input has no column 'window_start'; it compares windows: put an aggregate with "
                        "window: {calendar: day} before it"));
  EXPECT_THAT(fault("values: [n]\nwith: [day, day]"), HasSubstr("with: 'day' is there twice"));
  EXPECT_THAT(fault("values: [n]\nwith: [week]\nto_date: month"),
              HasSubstr("to_date: there is no month one week before another; choose 'month', or take 'week' "
                        "out of 'with'"));
  EXPECT_THAT(fault("values: [n]\nwith: [day]\ntimezone: Europe/Berlim"),
              HasSubstr("timezone: there is no time zone 'Europe/Berlim'"));
  EXPECT_THAT(fault("values: [window_end]\nwith: [day]"),
              HasSubstr("only what was computed can be compared"));
  EXPECT_THAT(fault("values: [s]\nwith: [day]", "window_start: timestamp, window_end: timestamp, s: string"),
              HasSubstr("values: column 's' is string, expected a number"));
  EXPECT_THAT(fault("values: [n]\nwith: [day]",
                    "window_start: timestamp, window_end: timestamp, n: int64, n_day_base: string"),
              HasSubstr("two columns of its output would be called 'n_day_base'"));
}

}  // namespace
}  // namespace weir::test::compare_test
