#include <gmock/gmock.h>

#include "cells.hpp"
#include "plugin_host/component_under_test.hpp"
#include "plugin_host/scratch.hpp"
#include "plugin_host/table.hpp"

namespace weir::report {
namespace {

using test::ComponentUnderTest;
using test::GivenInput;
using testing::ElementsAre;

const GivenInput kWeeks{"week: timestamp, revenue: float64", true};

/// What `show` comes to in a section that is right otherwise; empty: no fault.
std::string fault_of(const std::string& show, const std::string& answer = "so much",
                     const GivenInput& input = kWeeks) {
  const test::Scratch scratch;
  const ComponentUnderTest sink("report",
                                "path: " + (scratch / "x.html") +
                                    "\nsections: [{id: money, question: \"How much?\", answer: \"" + answer +
                                    "\", show: [" + show + "]}]\n",
                                input);
  return sink.fault();
}

TEST(ReportSink, TakesEveryKindOfEntry) {
  EXPECT_EQ(fault_of("{kpi: a, value: revenue}, {line: b, x: week, y: [revenue]}, "
                     "{bars: c, x: week, y: [revenue]}, {table: d}, "
                     "{percentiles: e, x: week, y: [revenue, revenue, revenue]}",
                     "{{a}}"),
            "");
}

TEST(ReportSink, AnEntryShowsOneThing) {
  EXPECT_EQ(fault_of("{kpi: a, line: b, value: revenue}"),
            "section 'money', entry 1: has both 'kpi' and 'line'; an entry shows one thing");
  EXPECT_EQ(fault_of("{table: a}, {from: in}"),
            "section 'money', entry 2: says not what to draw; one of kpi, line, bars, percentiles, forecast, "
            "shares, "
            "histogram, box, cohorts, funnel, paths, experiment, freshness, rejected, text, table is needed");
}

TEST(ReportSink, NamesWhatAKindLacks) {
  EXPECT_EQ(fault_of("{kpi: a}"), "section 'money', entry 1: kpi 'a': 'value' is missing");
  EXPECT_EQ(fault_of("{line: a, y: [revenue]}"), "section 'money', entry 1: line 'a': 'x' is missing");
  EXPECT_EQ(fault_of("{bars: a, x: week}"), "section 'money', entry 1: bars 'a': 'y' is missing");
  EXPECT_EQ(fault_of("{text: a}"), "section 'money', entry 1: text 'a': 'says' is missing");
  EXPECT_EQ(fault_of("{percentiles: a, x: week, y: [revenue]}"),
            "section 'money', entry 1: percentiles 'a': 'y' needs three columns, p50, p90 and p99; found "
            "1");
}

TEST(ReportSink, NamesWhatAKindDoesNotHave) {
  EXPECT_EQ(fault_of("{table: a, x: week}"),
            "section 'money', entry 1: table 'a': has no 'x'; it is for line, bars, percentiles, forecast, "
            "shares, box");
  EXPECT_EQ(fault_of("{line: a, x: week, y: [revenue], compare: previous row}"),
            "section 'money', entry 1: line 'a': has no 'compare'; it is for kpi");
  EXPECT_EQ(fault_of("{line: a, x: week, y: [revenue, revenue], by: week}"),
            "section 'money', entry 1: line 'a': 'y' needs one column beside 'by'; found 2");
  EXPECT_EQ(fault_of("{line: a, x: week, y: [revenue], interval: [revenue]}"),
            "section 'money', entry 1: line 'a': 'interval' needs two columns, low and high; found 1");
  EXPECT_EQ(
      fault_of("{box: a, x: week, y: [revenue]}"),
      "section 'money', entry 1: box 'a': 'y' needs five columns, the lowest, the quartiles and the highest; "
      "found 1");
}

TEST(ReportSink, TakesRowsOfOtherComponents) {
  const GivenInput cohorts{
      "cohort_start: timestamp, period: int64, users: int64, returned: int64, rate: float64, "
      "is_complete: bool",
      true};
  EXPECT_EQ(
      fault_of(
          "{cohorts: a}, {freshness: b, max_age: 1d}, {rejected: c, out_of: {from: in, value: users}}, "
          "{text: d, says: 'As {{e}} says.'}, {kpi: e, value: users, sample: users, interval: [rate, rate]}, "
          "{histogram: f, value: rate, bins: 5}, {shares: g, x: cohort_start, y: [users], by: period}",
          "", cohorts),
      "");
  EXPECT_EQ(
      fault_of("{funnel: a}", "", cohorts),
      "section 'money': funnel 'a': rows of funnel are needed: no column 'step' in input 'in' (cohort_start, "
      "period, users, returned, rate, is_complete)");
}

TEST(ReportSink, WithoutSectionsTheColumnsSayWhatIsShown) {
  const test::Scratch scratch;
  const ComponentUnderTest sink("report", "path: " + (scratch / "x.html") + "\n", kWeeks);
  EXPECT_EQ(sink.fault(), "");
}

TEST(ReportSink, APageHasOneDropDown) {
  const test::Scratch scratch;
  const std::string path = "path: " + (scratch / "x.html") + "\n";
  EXPECT_EQ(ComponentUnderTest("report", path + "filter_by: [week, revenue]\n", kWeeks).fault(),
            "filter_by: a page has one drop-down; found 2 columns");
  EXPECT_EQ(ComponentUnderTest("report", path + "filter_by: [channel]\n", kWeeks).fault(),
            "filter_by: no input has a column 'channel'");
}

TEST(ReportSink, LooksUpColumnsInputsAndAnswersBeforeAnyData) {
  EXPECT_EQ(fault_of("{kpi: a, value: revenu}"),
            "section 'money': kpi 'a': no column 'revenu' in input 'in' (week, revenue)");
  EXPECT_EQ(fault_of("{kpi: a, value: revenue, from: weekly}"),
            "section 'money': kpi 'a': no input 'weekly'; there are in");
  EXPECT_EQ(fault_of("{kpi: a, value: revenue}", "{{b}}"),
            "section 'money': the answer names 'b', which this section does not have");
}

TEST(ReportSink, DrawsAndComparesNumbersOnly) {
  const std::string why = "column 'week' in input 'in' holds no numbers";
  EXPECT_EQ(fault_of("{kpi: a, value: week}"), "section 'money': kpi 'a': " + why);
  EXPECT_EQ(fault_of("{kpi: a, value: revenue, compare: week}"), "section 'money': kpi 'a': " + why);
  EXPECT_EQ(fault_of("{line: a, x: revenue, y: [week]}"), "section 'money': line 'a': " + why);
  EXPECT_EQ(fault_of("{bars: a, x: week, y: [revenue, week]}"), "section 'money': bars 'a': " + why);
  EXPECT_EQ(fault_of("{table: a, columns: [week]}, {kpi: b, value: revenue, of: week}"), "");
}

TEST(ReportSink, AFileTakesThePlaceOfFilesOnly) {
  const test::Scratch scratch;  // Brings the machine with it.
  ComponentUnderTest sink(
      "report", "path: /dev/full\nsections: [{id: a, question: What?, answer: This., show: [{table: t}]}]",
      kWeeks);
  EXPECT_EQ(sink.fault(), "'/dev/full' is a device or a pipe: name a file");
}

TEST(ReportSink, RefusesAnInputThatNeverEnds) {
  EXPECT_EQ(fault_of("{table: a}", "so much", {"week: timestamp", false}),
            "input 'in' never ends, so there is no moment to write the report; give its source an end "
            "(duration, rows, follow: false)");
}

TEST(ReportSink, RefusesListsAndStructs) {
  EXPECT_EQ(fault_of("{table: a}", "so much", {"tags: list<string>", true}),
            "input 'in': column 'tags' is list<string>, which a report cannot show; leave it out with "
            "select");
}

TEST(ReportSink, RefusesDaysOfAZoneThatIsNotThere) {
  const ComponentUnderTest sink("report", "path: x.html\ntimezone: Europe/Berlim\n", kWeeks);
  EXPECT_EQ(sink.fault(), "timezone: there is no time zone 'Europe/Berlim'; write Europe/Berlin or UTC");
}

TEST(ReportSink, RefusesASourceOfNoInput) {
  const ComponentUnderTest sink("report", "path: x.html\nsources: {weekly: a.csv}\nsections: []\n", kWeeks);
  EXPECT_EQ(sink.fault(), "sources: there is no input 'weekly'");
}

TEST(ReportSink, RefusesANodeOfNoInput) {
  const ComponentUnderTest sink("report", "path: x.html\nnodes: {weekly: per_week}\nsections: []\n", kWeeks);
  EXPECT_EQ(sink.fault(), "nodes: there is no input 'weekly'");
}

TEST(ReportSink, RefusesAnExpressionOfNoColumn) {
  const test::Scratch scratch;
  const std::string path = "path: " + (scratch / "x.html") + "\n";
  EXPECT_EQ(ComponentUnderTest("report", path + "expressions: {weekly: {a: sum(b)}}\n", kWeeks).fault(),
            "expressions: there is no input 'weekly'");
  EXPECT_EQ(ComponentUnderTest("report", path + "expressions: {in: {revenu: sum(b)}}\n", kWeeks).fault(),
            "expressions: no column 'revenu' in input 'in' (week, revenue)");
}

TEST(ReportCells, ComeFromEveryType) {
  const test::Scratch host;
  const Schema schema =
      Schema::parse("b: bool, n: int64, x: float64, t: timestamp, d: date32, s: string").value();
  Input input = empty_input("in", schema).value();
  append_rows(schema, test::make_rows(schema, {{"true", "9007199254740993", "0.5", "7", "2", "ä"}}), input);
  std::vector<Cell> cells;
  for (const Column& column : input.columns) cells.push_back(column.cells.at(0));
  EXPECT_THAT(cells, ElementsAre(Cell("true"), Cell(std::int64_t{9007199254740993}), Cell(0.5),
                                 Cell(Moment{7}), Cell(Moment{172'800'000'000}), Cell("ä")));
}

}  // namespace
}  // namespace weir::report
