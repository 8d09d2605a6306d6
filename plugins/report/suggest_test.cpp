#include "suggest.hpp"

#include <gmock/gmock.h>

#include "compose.hpp"
#include "every_kind_inputs.hpp"

namespace weir::report {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> kinds_of(const SectionSpec& section) {
  std::vector<std::string> kinds;
  for (const Show& show : section.show) kinds.emplace_back(kind_key(show.kind));
  return kinds;
}

SectionSpec suggested(Input input) { return suggested_sections({std::move(input)}).at(0); }

Column of_type(std::string name, bool holds_numbers, bool holds_moments) {
  return {std::move(name), "", Format::kNumber, "", {}, holds_numbers, "", {}, holds_moments};
}

TEST(Suggest, KnowsRowsOfTheAnalyticsFamily) {
  std::vector<std::string> kinds;
  for (const SectionSpec& section : suggested_sections(every_kind_inputs()))
    kinds.push_back(section.id + ": " + kinds_of(section).front());
  EXPECT_THAT(kinds, ElementsAre("daily: percentiles", "pages: bars", "channels: line", "incidents: table",
                                 "bad: table", "next: forecast", "steps: funnel", "cohorts: cohorts",
                                 "ways: paths", "arms: experiment"));
}

TEST(Suggest, NumbersOverTimeGetATileALineAndATable) {
  const SectionSpec section =
      suggested({"weekly_revenue", {}, {of_type("week", false, true), of_type("revenue", true, false)}});
  EXPECT_EQ(section.title, "Weekly revenue");
  EXPECT_EQ(section.question, "How does Weekly revenue develop?");
  EXPECT_THAT(kinds_of(section), ElementsAre("kpi", "line", "table"));
  EXPECT_EQ(section.show[0].compare, "previous row");
}

TEST(Suggest, NumbersByNameOverTimeGetASeriesForEachName) {
  const SectionSpec section = suggested(
      {"in",
       {},
       {of_type("day", false, true), of_type("channel", false, false), of_type("visits", true, false)}});
  EXPECT_THAT(kinds_of(section), ElementsAre("line", "table"));
  EXPECT_EQ(section.show[0].by, "channel");
}

TEST(Suggest, NumbersByTwoNamesOverTimeAreATable) {
  const SectionSpec section = suggested({"in",
                                         {},
                                         {of_type("day", false, true), of_type("channel", false, false),
                                          of_type("page", false, false), of_type("p50", true, false)}});
  EXPECT_THAT(kinds_of(section), ElementsAre("table"));
}

TEST(Suggest, NumbersByTwoNamesAreStackedByTheSecond) {
  const SectionSpec section = suggested(
      {"in",
       {},
       {of_type("channel", false, false), of_type("event", false, false), of_type("events", true, false)}});
  EXPECT_THAT(kinds_of(section), ElementsAre("bars", "table"));
  EXPECT_EQ(section.show[0].x, "channel");
  EXPECT_EQ(section.show[0].by, "event");
}

TEST(Suggest, RowsOfAnErrorsPortAreCounted) {
  const SectionSpec section = suggested({"in",
                                         {},
                                         {of_type("component", false, false), of_type("code", false, false),
                                          of_type("message", false, false), of_type("raw", false, false)}});
  EXPECT_THAT(kinds_of(section), ElementsAre("rejected", "table"));
}

TEST(Suggest, ReadsTheFormatFromTheName) {
  const SectionSpec section = suggested(
      {"in",
       {},
       {of_type("host", false, false), of_type("used_bytes", true, false), of_type("share", true, false)}});
  EXPECT_EQ(section.show[0].format, Format::kBytes);
  EXPECT_EQ(section.show[1].format, Format::kPercent);
}

TEST(Suggest, WhatItSuggestsCanBeComposed) {
  const std::vector<Input> inputs = every_kind_inputs();
  ReportSpec spec;
  spec.sections = suggested_sections(inputs);
  const Result<ReportModel> model = compose(spec, inputs, Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  EXPECT_EQ(model.value().sections[1].contents[0].answer.text,
            "Largest: /catalog with 14,518; smallest of 14: /map with 1,650.");
}

}  // namespace
}  // namespace weir::report
