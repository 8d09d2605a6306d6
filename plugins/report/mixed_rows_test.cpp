#include "mixed_rows.hpp"

#include <gmock/gmock.h>

#include <utility>

#include "compose.hpp"
#include "figure_html.hpp"
#include "main_fact.hpp"
#include "sample_columns.hpp"

namespace weir::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

Show item_of(ShowKind kind, std::string from, std::string by = "") {
  Show made;
  made.kind = kind;
  made.id = "it";
  made.from = std::move(from);
  made.by = std::move(by);
  return made;
}

Figure one_figure(const Show& item, std::vector<Input> inputs) {
  ReportSpec spec;
  spec.sections = {{"s", "", "How?", "", {}, {item}}};
  const Result<ReportModel> model = compose(spec, std::move(inputs), Moment{});
  EXPECT_TRUE(model.is_ok()) << model.status().message();
  if (!model.is_ok()) return {};
  const Content& content = model.value().sections[0].contents[0];
  EXPECT_EQ(content.answer.text, main_fact(content.figures.at(0)));
  return content.figures[0];
}

Input next_days(Column shop, const std::vector<std::int64_t>& days) {
  const std::vector<Cell> same(days.size(), Cell(1.0));
  const std::vector<Cell> model(days.size(), Cell("ets"));
  return {"next",
          {},
          {std::move(shop), times("origin", std::vector<std::int64_t>(days.size(), 3)), times("day", days),
           numbers("forecast", same), numbers("lower_80", same), numbers("upper_80", same),
           numbers("lower_95", same), numbers("upper_95", same), texts("model", model), numbers("mase", same),
           numbers("naive_mase", same)}};
}

// Rows of `funnel`, or of any node with its columns, by one or two segments.
Input funnel_rows(std::vector<Column> segments, const std::vector<Cell>& step) {
  std::vector<Cell> names;
  for (const Cell& cell : step) names.emplace_back(cell == Cell(1.0) ? "view" : "buy");
  std::vector<Cell> counts;
  for (std::size_t i = 0; i < step.size(); ++i) counts.emplace_back(9.0 - static_cast<double>(i));
  Input input{"steps", {}, std::move(segments)};
  for (Column& column : std::vector<Column>{numbers("step", step), texts("step_name", names),
                                            numbers("entered", counts), numbers("converted", counts)})
    input.columns.push_back(std::move(column));
  return input;
}

Input path_rows(Column first, const std::vector<Cell>& step, const std::vector<Cell>& target) {
  const std::vector<Cell> from(step.size(), Cell("view"));
  std::vector<Cell> counts;
  for (std::size_t i = 0; i < step.size(); ++i) counts.emplace_back(2.0 + static_cast<double>(i));
  return {"ways",
          {},
          {std::move(first), numbers("step", step), texts("source", from), texts("target", target),
           numbers("count", counts)}};
}

TEST(MixedRows, AForecastOfTwoShopsIsATableThatSaysSo) {
  const Figure figure = one_figure(item_of(ShowKind::kForecast, "next"),
                                   {next_days(texts("shop", {"a", "b", "a", "b"}), {4, 4, 5, 5})});
  EXPECT_EQ(
      main_fact(figure),
      "Not drawn: several rows of next have the same day and differ in shop. Say 'filter_by: [shop]', or "
      "keep one shop with a filter before the report.");
  EXPECT_EQ(figure.kind, FigureKind::kTable);
  EXPECT_THAT(figure.columns[0].cells, ElementsAre("a", "b", "a", "b"));  // No row is lost.
  EXPECT_THAT(figure.notes, IsEmpty());  // The scores of one shop are not those of all.
  const std::string html = figure_html(figure, Width::kFull);
  EXPECT_THAT(html, HasSubstr("<p class=\"fact\">Not drawn: several rows of next"));
  EXPECT_THAT(html, Not(HasSubstr("data-chart")));
}

TEST(MixedRows, AForecastOfOneShopIsDrawn) {
  const Figure figure =
      one_figure(item_of(ShowKind::kForecast, "next"), {next_days(texts("shop", {"a", "a"}), {4, 5})});
  EXPECT_EQ(figure.kind, FigureKind::kForecast);
  EXPECT_EQ(main_fact(figure), "Forecast for 1970-01-05: 1; in 95 of 100 cases between 1 and 1.");
}

TEST(MixedRows, WhatCameOfTwoShopsIsNotOneLine) {
  Show item = item_of(ShowKind::kForecast, "next");
  item.actual = {"came", "", "orders"};
  const Input came{
      "came", {}, {times("day", {1, 1}), texts("shop", {"a", "b"}), numbers("orders", {1.0, 2.0})}};
  const Figure figure = one_figure(item, {next_days(texts("shop", {"a"}), {4}), came});
  EXPECT_EQ(
      main_fact(figure),
      "Not drawn: several rows of came have the same day and differ in shop. Say 'filter_by: [shop]', or "
      "keep one shop with a filter before the report.");
}

TEST(MixedRows, AChoiceOfThePageHasOneShopAndIsDrawn) {
  ReportSpec spec;
  spec.filter_by = "shop";
  spec.sections = {{"s", "", "How?", "", {}, {item_of(ShowKind::kForecast, "next")}}};
  const Result<ReportModel> model =
      compose(spec, {next_days(texts("shop", {"a", "b", "a", "b"}), {4, 4, 5, 5})}, Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  ASSERT_THAT(model.value().sections[0].contents, SizeIs(2));
  for (const Content& content : model.value().sections[0].contents)
    EXPECT_EQ(content.figures[0].kind, FigureKind::kForecast);
}

TEST(MixedRows, AFunnelOfSegmentsAsksForBy) {
  const Input rows = funnel_rows({texts("country", {"at", "at", kNull, kNull})}, {1.0, 2.0, 1.0, 2.0});
  const Figure mixed = one_figure(item_of(ShowKind::kFunnel, "steps"), {rows});
  EXPECT_EQ(
      main_fact(mixed),
      "Not drawn: several rows of steps have the same step and differ in country. Say 'by: country', or "
      "keep one country with a filter before the report.");
  EXPECT_EQ(mixed.kind, FigureKind::kTable);
  const Figure apart = one_figure(item_of(ShowKind::kFunnel, "steps", "country"), {rows});
  EXPECT_EQ(apart.kind, FigureKind::kFunnel);
  EXPECT_EQ(main_fact(apart), "4 steps by Country.");
}

TEST(MixedRows, AFunnelByOneOfTwoSegmentsNamesTheOther) {
  const Input rows = funnel_rows({texts("country", {"at", "at"}), numbers("plan", {1.0, 2.0})}, {1.0, 1.0});
  EXPECT_EQ(main_fact(one_figure(item_of(ShowKind::kFunnel, "steps", "country"), {rows})),
            "Not drawn: several rows of steps have the same step and country and differ in plan. Say "
            "'filter_by: [plan]', or keep one plan with a filter before the report.");
}

TEST(MixedRows, WithoutAColumnThatTellsThemApartAFilterIsLeft) {
  // Neither column is enough alone, and counts that differ are no names.
  const Input rows = funnel_rows({texts("country", {"at", "at", "de"}), texts("device", {"pc", "tv", "pc"})},
                                 {1.0, 1.0, 1.0});
  EXPECT_EQ(main_fact(one_figure(item_of(ShowKind::kFunnel, "steps"), {rows})),
            "Not drawn: several rows of steps have the same step. Keep one of them with a filter before the "
            "report.");
}

TEST(MixedRows, PathsOfSegmentsAreNotOneSankey) {
  const Figure figure = one_figure(item_of(ShowKind::kPaths, "ways"),
                                   {path_rows(texts("device", {"pc", "tv"}), {1.0, 1.0}, {"buy", "buy"})});
  EXPECT_EQ(main_fact(figure),
            "Not drawn: several rows of ways have the same step, source and target and differ in device. Say "
            "'filter_by: [device]', or keep one device with a filter before the report.");
  EXPECT_EQ(figure.kind, FigureKind::kTable);
}

TEST(MixedRows, OfPathsOfSeveralWindowsTheLatestIsDrawn) {
  const Figure figure =
      one_figure(item_of(ShowKind::kPaths, "ways"),
                 {path_rows(times("window_start", {1, 2, 2}), {1.0, 1.0, 1.0}, {"buy", "buy", "leave"})});
  EXPECT_EQ(main_fact(figure), "Most frequent where ways part: from view to leave, 4 times.");
  EXPECT_THAT(figure.columns[3].cells, ElementsAre(3.0, 4.0));
  EXPECT_THAT(figure.notes, ElementsAre("The latest window is shown."));
}

TEST(MixedRows, RowsWithoutAPlaceAreNotMixed) {
  const Figure figure = one_figure(item_of(ShowKind::kPaths, "ways"),
                                   {path_rows(texts("device", {"pc", "tv"}), {kNull, kNull}, {"a", "a"})});
  EXPECT_EQ(figure.kind, FigureKind::kPaths);
}

}  // namespace
}  // namespace weir::report
