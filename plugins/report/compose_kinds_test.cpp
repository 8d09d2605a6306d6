// What each kind of figure is made of; the kinds of tiles are in compose_test.cpp.
#include <gmock/gmock.h>

#include <cmath>

#include "compose.hpp"
#include "every_kind_inputs.hpp"
#include "main_fact.hpp"
#include "sample_columns.hpp"

namespace weir::report {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Show show(ShowKind kind, std::string from) {
  Show made;
  made.kind = kind;
  made.id = "it";
  made.from = std::move(from);
  return made;
}

Result<ReportModel> composed(const Show& one, std::vector<Input> inputs, Moment now = Moment{}) {
  ReportSpec spec;
  spec.sections = {{"s", "", "How?", "", {}, {one}}};
  return compose(spec, std::move(inputs), now);
}

Figure figure_of(const Show& one, std::vector<Input> inputs, Moment now = Moment{}) {
  const Result<ReportModel> model = composed(one, std::move(inputs), now);
  EXPECT_TRUE(model.is_ok()) << model.status().message();
  return model.is_ok() ? model.value().sections[0].contents[0].figures.at(0) : Figure();
}

Badge badge_of(const Show& one, std::vector<Input> inputs, Moment now = Moment{}) {
  const Result<ReportModel> model = composed(one, std::move(inputs), now);
  EXPECT_TRUE(model.is_ok()) << model.status().message();
  return model.is_ok() ? model.value().sections[0].contents[0].badges.at(0) : Badge();
}

std::string fault(const Show& one, std::vector<Input> inputs) {
  return std::string(composed(one, std::move(inputs)).status().message());
}

TEST(ComposeKinds, AChartByAColumnHasASeriesForEachValue) {
  Show line = show(ShowKind::kLine, "in");
  line.x = "day";
  line.columns = {"visits"};
  line.by = "channel";
  const Figure figure = figure_of(line, {{"in",
                                          {},
                                          {times("day", {1, 1, 2}), texts("channel", {"ads", "mail", "mail"}),
                                           numbers("visits", {1.0, 5.0, 7.0})}}});
  ASSERT_THAT(figure.columns, SizeIs(3));
  EXPECT_EQ(figure.columns[1].name, "mail");  // The largest first.
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(5.0, 7.0));
  EXPECT_EQ(figure.columns[2].name, "ads");
  EXPECT_THAT(figure.columns[2].cells, ElementsAre(1.0, kNull));  // No row is a gap, not zero.
}

TEST(ComposeKinds, MoreSeriesThanColoursAreOthers) {
  Input many{"in", {}, {texts("x", {}), texts("by", {}), numbers("n", {})}};
  for (int i = 0; i < 9; ++i) {
    many.columns[0].cells.emplace_back("a");
    many.columns[1].cells.emplace_back("s" + std::to_string(i));
    many.columns[2].cells.emplace_back(10.0 - i);
  }
  Show bars = show(ShowKind::kShares, "in");
  bars.x = "x";
  bars.columns = {"n"};
  bars.by = "by";
  const Figure figure = figure_of(bars, {many});
  ASSERT_THAT(figure.columns, SizeIs(7));
  EXPECT_EQ(figure.columns[6].name, "others");
  EXPECT_THAT(figure.columns[6].cells, ElementsAre(5.0 + 4 + 3 + 2));
}

Input rates(const std::vector<Cell>& names, const std::vector<Cell>& values, std::vector<std::int64_t> days) {
  return {"in", {}, {times("day", days), numbers("by", names), numbers("rate", values)}};
}

Show line_by_name() {
  Show line = show(ShowKind::kLine, "in");
  line.x = "day";
  line.columns = {"rate"};
  line.by = "by";
  return line;
}

TEST(ComposeKinds, LinesBeyondSixAreLeftOutSinceTheirSumIsNone) {
  std::vector<Cell> names;
  std::vector<Cell> values;
  for (int i = 0; i < 9; ++i) {
    names.emplace_back(2019.0 + i);
    values.emplace_back(0.9 - i * 0.1);
  }
  const Figure figure = figure_of(line_by_name(), {rates(names, values, std::vector<std::int64_t>(9, 1))});
  ASSERT_THAT(figure.columns, SizeIs(7));
  EXPECT_EQ(figure.columns[1].name, "2019");  // A year is a name: without a separator.
  EXPECT_EQ(figure.columns[6].name, "2024");
  EXPECT_THAT(figure.notes, ElementsAre("The 6 with the largest sums are drawn; left out: 3."));
}

TEST(ComposeKinds, OfSeveralRowsOfOneNameALineHasTheLargestHoweverTheyCome) {
  for (const auto& values :
       {std::vector<Cell>{0.5, 0.25, kNull, 0.75}, std::vector<Cell>{kNull, 0.25, 0.5, 0.75}}) {
    const Figure figure = figure_of(line_by_name(), {rates({1.0, 1.0, 1.0, 1.0}, values, {1, 1, 1, 2})});
    EXPECT_THAT(figure.columns[1].cells, ElementsAre(0.5, 0.75));
    EXPECT_THAT(figure.notes,
                ElementsAre("Of several rows of one day and by the largest is drawn; left out: 1."));
  }
}

TEST(ComposeKinds, RowsWithoutANameAreOneSeriesHoweverTheyCome) {
  const Input input{"in",
                    {},
                    {times("day", {1, 2, 3, 4}), texts("by", {kNull, "a", "", kNull}),
                     numbers("rate", {1.0, 9.0, 3.0, 4.0})}};
  const Figure figure = figure_of(line_by_name(), {input});
  ASSERT_THAT(figure.columns, SizeIs(3));
  EXPECT_EQ(figure.columns[2].name, "(none)");
  EXPECT_THAT(figure.columns[2].cells, ElementsAre(1.0, kNull, 3.0, 4.0));
  const Figure nans = figure_of(line_by_name(), {rates({1.0, NAN, 2.0}, {1.0, 5.0, 3.0}, {1, 1, 1})});
  ASSERT_THAT(nans.columns, SizeIs(4));
  EXPECT_EQ(nans.columns[1].name, "(none)");
  EXPECT_THAT(nans.columns[1].cells, ElementsAre(5.0));
}

TEST(ComposeKinds, NamesThatAreNumbersAreToldApartByAllDigits) {
  Show line = line_by_name();
  line.x = "by";
  line.by = "rate";
  line.columns = {"by"};
  const Figure figure =
      figure_of(line, {rates({1000.2, 1000.4, 1000.6}, {0.12341, 0.12342, 100000.0}, {1, 1, 1})});
  EXPECT_THAT(figure.columns[0].cells, ElementsAre(1000.2, 1000.4, 1000.6));
  ASSERT_THAT(figure.columns, SizeIs(4));
  EXPECT_EQ(figure.columns[1].name, "100000");
  EXPECT_EQ(figure.columns[2].name, "0.12342");
}

TEST(ComposeKinds, APeriodThatIsNotOverIsMarkedInSeriesToo) {
  Show line = line_by_name();
  line.partial = "last";
  const Figure figure = figure_of(line, {rates({1.0, 2.0, 1.0, 2.0}, {1.0, 1.0, 1.0, 1.0}, {1, 1, 2, 2})});
  EXPECT_THAT(figure.columns[0].partial_rows, ElementsAre(1U));
}

TEST(ComposeKinds, RowsRunForwardInTheTimeThatIsDrawn) {
  Show line = show(ShowKind::kLine, "in");
  line.x = "day";
  line.columns = {"n"};
  line.partial = "last";
  const Figure figure = figure_of(
      line, {{"in", {}, {times("seen", {1, 2, 3}), times("day", {9, 8, 7}), numbers("n", {9.0, 8.0, 7.0})}}});
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(7.0, 8.0, 9.0));
  EXPECT_THAT(figure.columns[0].partial_rows, ElementsAre(2U));
  EXPECT_EQ(figure.provenance.window, "1970-01-08 to 1970-01-10");
}

TEST(ComposeKinds, AHistogramCountsEveryValueOnce) {
  Show histogram = show(ShowKind::kHistogram, "in");
  histogram.columns = {"ms"};
  histogram.bins = 4;
  const Figure figure =
      figure_of(histogram, {{"in", {}, {numbers("ms", {0.0, 1.0, 9.0, 10.0, 20.0, kNull})}}});
  EXPECT_THAT(figure.columns[0].cells, ElementsAre(0.0, 5.0, 10.0, 15.0));
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(5.0, 10.0, 15.0, 20.0));
  EXPECT_THAT(figure.columns[2].cells, ElementsAre(2.0, 1.0, 1.0, 1.0));
  EXPECT_EQ(main_fact(figure), "5 values; the middle one lies between 5 and 10.");
}

TEST(ComposeKinds, AForecastStandsBesideWhatCame) {
  Show forecast = show(ShowKind::kForecast, "next");
  forecast.actual = {"came", "day", "orders"};
  const Input next{
      "next",
      {},
      {times("origin", {2, 3, 3}), times("day", {3, 3, 4}), numbers("forecast", {1.0, 12.0, 13.0}),
       numbers("lower_80", {0.0, 11.0, 11.5}), numbers("upper_80", {2.0, 13.0, 14.5}),
       numbers("lower_95", {0.0, 10.0, 10.5}), numbers("upper_95", {2.0, 14.0, 15.5})}};
  const Figure figure =
      figure_of(forecast, {next, {"came", {}, {times("day", {1, 2}), numbers("orders", {9.0, 11.0})}}});
  EXPECT_THAT(figure.columns[0].cells, SizeIs(4));
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(9.0, 11.0, kNull, kNull));
  EXPECT_THAT(figure.columns[2].cells, ElementsAre(kNull, kNull, 12.0, 13.0));  // Of the latest origin.
  EXPECT_THAT(figure.columns[6].cells, ElementsAre(kNull, kNull, 14.0, 15.5));
  EXPECT_EQ(main_fact(figure), "Forecast for 1970-01-04: 12; in 95 of 100 cases between 10 and 14.");
  EXPECT_EQ(figure.provenance.window, "1970-01-02 to 1970-01-05");
}

TEST(ComposeKinds, CohortsAreARowEachWithOpenPeriodsMarked) {
  const Input rows{
      "in",
      {},
      {times("cohort_start", {0, 0, 7, 7}), numbers("period", {0.0, 1.0, 0.0, 1.0}),
       numbers("users", {10.0, 10.0, 30.0, 30.0}), numbers("returned", {10.0, 4.0, 30.0, 3.0}),
       numbers("rate", {1.0, 0.4, 1.0, 0.1}), texts("is_complete", {"true", "true", "true", "false"})}};
  const Figure figure = figure_of(show(ShowKind::kCohorts, "in"), {rows});
  EXPECT_THAT(figure.columns[0].cells, ElementsAre("1970-01-01", "1970-01-08"));
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(10.0, 30.0));
  EXPECT_THAT(figure.columns[3].cells, ElementsAre(0.4, 0.1));
  EXPECT_THAT(figure.columns[3].partial_rows, ElementsAre(1U));
  EXPECT_EQ(main_fact(figure),
            "In the first period after they joined 40.0% came back, of 10 users in 1 cohort.");
}

TEST(ComposeKinds, AFunnelSaysWhereMostAreLost) {
  const Input rows{
      "in",
      {},
      {numbers("step", {1.0, 2.0, 3.0}), texts("step_name", {"viewed", "carted", "bought"}),
       numbers("entered", {4.0, 4.0, 3.0}), numbers("converted", {4.0, 3.0, 1.0}),
       numbers("rate_from_first", {1.0, 0.75, 0.25}), numbers("rate_from_previous", {1.0, 0.75, 1.0 / 3})}};
  const Figure figure = figure_of(show(ShowKind::kFunnel, "in"), {rows});
  EXPECT_THAT(figure.columns[4].cells, ElementsAre(kNull, kNull, kNull));  // No such column: no times.
  EXPECT_EQ(main_fact(figure),
            "1 of 4 get through all 3 steps, 25.0%; the largest part is lost before bought, 66.7%.");
}

TEST(ComposeKinds, AStepThatAllTakeIsNoNewsOfWays) {
  const auto fact = [](std::vector<Cell> step, std::vector<Cell> count) {
    const std::vector<Cell> from(step.size(), Cell("a"));
    std::vector<Cell> to = {Cell("b"), Cell("c"), Cell("d")};
    to.resize(step.size());
    return main_fact(figure_of(
        show(ShowKind::kPaths, "in"),
        {{"in",
          {},
          {numbers("step", step), texts("source", from), texts("target", to), numbers("count", count)}}}));
  };
  EXPECT_EQ(fact({1.0, 2.0, 2.0}, {9.0, 4.0, 5.0}), "Most frequent where ways part: from a to d, 5 times.");
  EXPECT_EQ(fact({1.0, 2.0}, {9.0, 4.0}), "Most frequent: from a to b, 9 times.");
}

TEST(ComposeKinds, PathsAndExperimentsKeepTheirRows) {
  const std::vector<Input> inputs = every_kind_inputs();
  const Figure paths = figure_of(show(ShowKind::kPaths, "ways"), inputs);
  EXPECT_EQ(main_fact(paths), "Most frequent where ways part: from main to catalog, 4,000 times.");
  const Figure experiment = figure_of(show(ShowKind::kExperiment, "arms"), inputs);
  ASSERT_THAT(experiment.findings, SizeIs(4));
  EXPECT_EQ(experiment.findings[0].verdict, "better");
  EXPECT_THAT(main_fact(experiment), HasSubstr("day1: gate_40 has 44.23 %"));
}

TEST(ComposeKinds, FiguresThatMakeTheirColumnsKeepWhatMadeTheNumbers) {
  std::vector<Input> inputs = every_kind_inputs();
  for (Input& input : inputs)
    for (Column& column : input.columns) column.expression = column.name + " of " + input.port;
  const auto made = [&](const Show& one) {
    std::vector<std::string> all;
    for (const Column& column : figure_of(one, inputs).columns) all.push_back(column.expression);
    return all;
  };
  Show forecast = show(ShowKind::kForecast, "next");
  forecast.actual = {"daily", "day", "orders"};
  EXPECT_THAT(made(forecast),
              ElementsAre("day of next", "orders of daily", "forecast of next", "lower_80 of next",
                          "upper_80 of next", "lower_95 of next", "upper_95 of next"));
  const std::vector<std::string> cohorts = made(show(ShowKind::kCohorts, "cohorts"));
  EXPECT_EQ(cohorts.at(1), "users of cohorts");
  EXPECT_EQ(cohorts.at(2), "rate of cohorts");
  EXPECT_EQ(cohorts.back(), "rate of cohorts");
  EXPECT_EQ(made(show(ShowKind::kFunnel, "steps")).at(1), "converted of steps");
  EXPECT_EQ(made(show(ShowKind::kPaths, "ways")).at(3), "count of ways");
  EXPECT_EQ(made(show(ShowKind::kExperiment, "arms")).at(5), "estimate of arms");
}

TEST(ComposeKinds, NamesTheComponentWhoseRowsItNeeds) {
  EXPECT_EQ(
      fault(show(ShowKind::kCohorts, "in"), {{"in", {}, {numbers("period", {})}}}),
      "section 's': cohorts 'it': rows of retention are needed: no column 'users' in input 'in' (period)");
  EXPECT_EQ(
      fault(show(ShowKind::kExperiment, "in"), {{"in", {}, {numbers("n", {})}}}),
      "section 's': experiment 'it': rows of experiment are needed: no column 'metric' in input 'in' (n)");
}

TEST(ComposeKinds, AnAnswerLeftOutIsTheMainFact) {
  Show bars = show(ShowKind::kBars, "in");
  bars.x = "page";
  bars.columns = {"views"};
  const Result<ReportModel> model =
      composed(bars, {{"in", {}, {texts("page", {"/a", "/b"}), numbers("views", {3.0, 5.0})}}});
  EXPECT_EQ(model.value().sections[0].contents[0].answer.text,
            "Largest: /b with 5; smallest of 2: /a with 3.");
}

TEST(ComposeKinds, TheMainFactOfStackedBarsIsAboutTheirSums) {
  Show bars = show(ShowKind::kBars, "in");
  bars.x = "page";
  bars.columns = {"a", "b"};
  const Figure figure = figure_of(
      bars, {{"in", {}, {texts("page", {"/a", "/b"}), numbers("a", {3.0, 5.0}), numbers("b", {4.0, 1.0})}}});
  EXPECT_EQ(main_fact(figure), "Largest: /a with 7; smallest of 2: /b with 6.");
}

TEST(ComposeKinds, MarksComeFromAnotherInput) {
  Show line = show(ShowKind::kLine, "in");
  line.x = "day";
  line.columns = {"n"};
  line.marks = {"alerts", "at", "sentence"};
  const Input in{"in", {}, {times("day", {1, 2}), numbers("n", {1.0, 2.0})}};
  const Figure figure =
      figure_of(line, {in, {"alerts", {}, {times("at", {2}), texts("sentence", {"slow"})}}});
  ASSERT_THAT(figure.marks, SizeIs(1));
  EXPECT_EQ(figure.marks[0].at, Moment{2 * 86'400'000'000});
  EXPECT_EQ(figure.marks[0].text, "slow");
  EXPECT_EQ(figure.marks[0].when, "1970-01-03");
  EXPECT_EQ(fault(line, {in, {"alerts", {}, {texts("at", {}), texts("sentence", {})}}}),
            "section 's': line 'it': marks: column 'at' in input 'alerts' holds no times");
}

TEST(PartialRows, AreTheLastOneTheColumnsOrTheOpenWindows) {
  Show line = show(ShowKind::kLine, "in");
  line.x = "day";
  line.columns = {"n"};
  Input in{"in", {}, {times("day", {1, 2}), times("window_end", {2, 3}), numbers("n", {1.0, 2.0})}};
  const auto partial = [&](Moment now) { return figure_of(line, {in}, now).columns[0].partial_rows; };
  EXPECT_THAT(partial(Moment{3 * 86'400'000'000}), IsEmpty());
  EXPECT_THAT(partial(Moment{3 * 86'400'000'000 - 1}), ElementsAre(1U));
  line.partial = "both";
  EXPECT_THAT(partial(Moment{}), ElementsAre(0U, 1U));
  in.columns.push_back(texts("is_final", {"false", "true"}));
  line.partial = "is_final";
  EXPECT_THAT(partial(Moment{}), ElementsAre(0U));
  line.partial = "is_whole";
  EXPECT_EQ(fault(line, {in}),
            "section 's': line 'it': no column 'is_whole' in input 'in' (day, window_end, n, is_final)");
}

TEST(Badges, SayHowOldTheNewestRowIs) {
  Show fresh = show(ShowKind::kFreshness, "in");
  fresh.max_age_us = 3'600'000'000;
  const Input in{"in", {}, {times("day", {1, 2})}};
  const Badge young = badge_of(fresh, {in}, Moment{2 * 86'400'000'000 + 1'800'000'000});
  EXPECT_EQ(young.state, Badge::State::kGood);
  EXPECT_EQ(young.text, "Fresh: data up to 1970-01-03");
  EXPECT_THAT(young.notes, ElementsAre("30 min before this page was made.", "Fresh is at most 1 h."));
  const Badge old = badge_of(fresh, {in}, Moment{3 * 86'400'000'000});
  EXPECT_EQ(old.state, Badge::State::kBad);
  EXPECT_EQ(old.text, "Stale: data up to 1970-01-03");
  EXPECT_EQ(badge_of(fresh, {{"in", {}, {times("day", {})}}}).text, "No row came");
  EXPECT_EQ(fault(fresh, {{"in", {}, {numbers("n", {})}}}),
            "section 's': freshness 'it': input 'in' has no column of times");
}

TEST(Badges, SayHowManyRowsWereRejectedOfHowMany) {
  Show rejected = show(ShowKind::kRejected, "bad");
  rejected.out_of = {"all", "rows"};
  const Input bad{"bad", {}, {texts("code", {"a", "b", "b"})}};
  const Input all{"all", {}, {numbers("rows", {1200.0})}};
  const Badge some = badge_of(rejected, {bad, all});
  EXPECT_EQ(some.state, Badge::State::kBad);
  EXPECT_EQ(some.text, "3 rows of 1,200 rejected (0.2%)");
  EXPECT_THAT(some.notes, ElementsAre("2 rows: b", "1 row: a"));
  const Badge none = badge_of(rejected, {{"bad", {}, {texts("code", {})}}, all});
  EXPECT_EQ(none.state, Badge::State::kGood);
  EXPECT_EQ(none.text, "No row of 1,200 rejected");
}

}  // namespace
}  // namespace weir::report
