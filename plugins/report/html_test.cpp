#include "html.hpp"

#include <gmock/gmock.h>

#include "assets.hpp"
#include "demo_model.hpp"
#include "figure_html.hpp"
#include "figure_json.hpp"
#include "tile_html.hpp"

namespace weir::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::size_t count_of(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + what.size()))
    ++count;
  return count;
}

Tile tile(std::optional<double> value, std::optional<double> previous) {
  return {"t", "Refunds", "",         Format::kNumber, "", value, previous, "week before", Better::kLower,
          {},  "",        {7, "", {}}};
}

TEST(TileHtml, TellsNothingToCompareWithFromZero) {
  EXPECT_THAT(tile_html(tile(5, std::nullopt)), HasSubstr("Nothing to compare with: no week before"));
  EXPECT_THAT(tile_html(tile(5, std::nullopt)), Not(HasSubstr("data-previous")));
  EXPECT_THAT(tile_html(tile(5, 0)), HasSubstr("data-previous=\"0\""));
  EXPECT_THAT(tile_html(tile(5, 0)), HasSubstr("+5</b> on week before, 0"));
  EXPECT_THAT(tile_html(tile(0, 0)), HasSubstr("<b>No change</b> from week before, 0"));
}

TEST(TileHtml, TellsNoDataFromZero) {
  EXPECT_THAT(tile_html(tile(std::nullopt, 3)), HasSubstr(">no data</button>"));
  EXPECT_THAT(tile_html(tile(std::nullopt, 3)), Not(HasSubstr("data-value")));
  EXPECT_THAT(tile_html(tile(0, 3)), HasSubstr("data-value=\"0\""));
}

TEST(TileHtml, WritesAChangeAbsoluteAndRelative) {
  EXPECT_THAT(tile_html(tile(6, 4)), HasSubstr("+2 (+50.0%)</b> on week before, 4"));
  EXPECT_THAT(tile_html(tile(-6, -4)), HasSubstr("\xE2\x88\x92"
                                                 "2 (\xE2\x88\x92"
                                                 "50.0%)</b>"));
}

TEST(TileHtml, SaysHowSureANumberIsAndWhatItIsMadeOf) {
  Tile one = tile(5, std::nullopt);
  one.interval = Interval{4, 6.5};
  one.sample = 1200;
  one.is_partial = true;
  one.provenance.expression = "the last row of refunds = sum(\"x\")";
  const std::string html = tile_html(one);
  EXPECT_THAT(html, HasSubstr("Between 4 and 6.5, of 1,200</p>"));
  EXPECT_THAT(html, HasSubstr("not over yet"));
  EXPECT_THAT(html, HasSubstr("data-expression=\"the last row of refunds = sum(&quot;x&quot;)\""));
  EXPECT_THAT(html, HasSubstr("data-rows=\"7 rows\""));
}

TEST(TileHtml, AShortUnitStaysWithItsNumber) {
  Tile watched = tile(2554, std::nullopt);
  watched.format = Format::kSeconds;
  watched.unit = "";
  EXPECT_THAT(tile_html(watched), HasSubstr(">42&nbsp;min 34&nbsp;s<"));
  watched.format = Format::kNumber;
  watched.unit = "points";
  EXPECT_THAT(tile_html(watched), HasSubstr(">2,554 points<"));
}

TEST(TileHtml, ColoursAChangeByWhatIsGoodNews) {
  EXPECT_THAT(tile_html(tile(2, 4)), HasSubstr("change good"));
  EXPECT_THAT(tile_html(tile(4, 2)), HasSubstr("change bad"));
}

TEST(FigureJson, HoldsEveryValueUnroundedAndEscaped) {
  Figure figure{
      "f", FigureKind::kLine, "T</script>", {}, BarOrder::kByValue, {}, {3, "by day", {"node", "file.csv"}}};
  figure.columns = {{"day", "", Format::kNumber, "", {Moment{0}, Moment{86400000000}}},
                    {"n", "N", Format::kMoney, "$", {0.1, std::monostate{}}},
                    {"big", "", Format::kNumber, "", {std::int64_t{9007199254740993}, std::int64_t{1}}}};
  EXPECT_EQ(
      figure_json(figure),
      R"({"id":"f","kind":"line","title":"T\u003c/script\u003e","order":"by_value","rows":3,"window":"by day",)"
      R"("sources":["node","file.csv"],"columns":[)"
      R"({"name":"day","label":"day","type":"moment","format":"number","unit":"","values":["1970-01-01T00:00:00Z","1970-01-02T00:00:00Z"]},)"
      R"({"name":"n","label":"N","type":"number","format":"money","unit":"$","values":[0.1,null]},)"
      R"({"name":"big","label":"big","type":"number","format":"number","unit":"","values":[9007199254740993,1]}]})");
}

TEST(FigureJson, WritesDaysAsDates) {
  Figure figure{
      "f", FigureKind::kLine, "T", {{"day", "", Format::kNumber, "", {Moment{0}}}}, BarOrder::kByValue, {},
      {}};
  figure.columns[0].days = DayZone();
  EXPECT_THAT(figure_json(figure),
              HasSubstr(R"("type":"moment","format":"number","unit":"","values":["1970-01-01"]})"));
}

TEST(FigureHtml, TellsTheZoneOfMomentsAndNoneOfDays) {
  Figure figure{
      "f", FigureKind::kTable, "T", {{"at", "", Format::kNumber, "", {Moment{0}}}}, BarOrder::kByValue, {},
      {}};
  EXPECT_THAT(figure_html(figure, Width::kFull), HasSubstr("at, <span class=\"zone\">UTC</span></th>"));
  EXPECT_THAT(figure_html(figure, Width::kFull), HasSubstr(">1970-01-01 00:00</th>"));
  figure.columns[0].days = DayZone();
  EXPECT_THAT(figure_html(figure, Width::kFull), Not(HasSubstr("zone")));
  EXPECT_THAT(figure_html(figure, Width::kFull), HasSubstr(">1970-01-01</th>"));
}

TEST(FigureHtml, CutsALongTableAndSaysSo) {
  Figure figure{"f", FigureKind::kTable, "Long", {{"n", "", Format::kNumber, "", {}}}, BarOrder::kByValue, {},
                {}};
  for (int i = 0; i < 1200; ++i) figure.columns[0].cells.emplace_back(1.0 * i);
  const std::string html = figure_html(figure, Width::kFull);
  EXPECT_THAT(html, HasSubstr("<caption>Long: the first 500 of 1,200 rows</caption>"));
  EXPECT_EQ(count_of(html, "<tr>"), 501U);
}

TEST(FigureHtml, SaysThatNoRowCame) {
  const Figure figure{
      "f", FigureKind::kLine, "Empty", {{"x", "", Format::kNumber, "", {}}}, BarOrder::kByValue, {}, {}};
  EXPECT_THAT(figure_html(figure, Width::kFull), HasSubstr("No rows reached this chart."));
  Figure other = figure;
  other.kind = FigureKind::kTable;
  EXPECT_THAT(figure_html(other, Width::kFull), HasSubstr("No rows reached this table."));
  other = figure;
  other.kind = FigureKind::kHistogram;
  other.provenance.rows = 60;  // All of them null.
  EXPECT_THAT(figure_html(other, Width::kFull), HasSubstr("All values are missing."));
}

TEST(RenderHtml, GivesEveryAnswerTileAndFigureItsId) {
  const ReportModel model = demo_model();
  const std::string html = render_html(model, "");
  for (const Section& section : model.sections) {
    EXPECT_EQ(count_of(html, "id=\"answer-" + section.id + "\""), 1U);
    const Content& content = section.contents.front();
    for (const Tile& one : content.tiles) EXPECT_EQ(count_of(html, "id=\"tile-" + one.id + "\""), 1U);
    for (const Figure& figure : content.figures)
      EXPECT_EQ(count_of(html, "id=\"data-" + figure.id + "\""), 1U);
  }
  EXPECT_THAT(html, HasSubstr("id=\"answer-pages\" data-value=\"14518\""));
}

TEST(RenderHtml, LetsNoTextOfTheDataOut) {
  const std::string html = render_html(demo_model(), "");
  EXPECT_THAT(html, Not(HasSubstr("<script>alert(1)")));
  EXPECT_THAT(html, HasSubstr("/&lt;script&gt;alert(1)&lt;/script&gt;"));
  EXPECT_EQ(count_of(html, "<script"), count_of(html, "</script>"));
  EXPECT_THAT(html, Not(HasSubstr("<!--weir:")));
}

TEST(RenderHtml, PrintsWhatTheReportIsAbout) {
  const std::string html = render_html(demo_model(), "");
  EXPECT_THAT(html, HasSubstr("<dt>For</dt><dd>the channels&#39; owners</dd>"));
  EXPECT_THAT(html, HasSubstr("<dt>Expected</dt><dd>more revenue than last year</dd>"));
}

TEST(RenderHtml, ShowsOneChoiceOfTheFilterAndHidesTheOthers) {
  ReportModel model;
  model.filter = {"sales_channel", {"", "ads"}};
  Section section{"s", "Sales", "How many?", {}, {}, {}};
  section.contents = {{"", {"All: 3.", 3}}, {"ads", {"Ads: 1.", 1}}};
  model.sections = {section};
  const std::string html = render_html(model, "");
  EXPECT_THAT(html, HasSubstr("<label for=\"filter\">Sales channel</label>"));
  EXPECT_THAT(html, HasSubstr("<option value=\"0\">All</option><option value=\"1\">ads</option>"));
  EXPECT_THAT(html, HasSubstr("id=\"answer-s\" data-value=\"3\" data-choice=\"0\">All: 3."));
  EXPECT_THAT(html, HasSubstr("id=\"answer-s--1\" data-value=\"1\" data-choice=\"1\" hidden>Ads: 1."));
}

TEST(RenderHtml, SaysWhichSectionTheFilterLeavesAlone) {
  ReportModel model;
  model.filter = {"channel", {"ads", "mail"}};
  model.sections = {{"s", "Sales", "How many?", {}, {}, {Content()}}};
  EXPECT_THAT(render_html(model, ""), HasSubstr("Not filtered: these rows have no channel."));
}

TEST(RenderHtml, LeavesASlotInTheDataAsText) {
  ReportModel model;
  model.title = "<!--weir:script-->";
  EXPECT_THAT(render_html(model, ""), HasSubstr("<title>&lt;!--weir:script--&gt;</title>"));
}

TEST(RenderHtml, SaysThatTimesAreUtcUntilAScriptTurnsThem) {
  ReportModel model;
  model.generated_at = Moment{45'000'000'000};
  EXPECT_THAT(render_html(model, ""), HasSubstr("<dt>Made</dt><dd>1970-01-01 12:30 UTC</dd>"));
  EXPECT_THAT(render_html(model, ""), HasSubstr("<dt>Times</dt><dd id=\"zone\">UTC</dd>"));
  EXPECT_THAT(render_html(model, ""), Not(HasSubstr("<dt>Days</dt>")));
  model.day_zone = DayZone::named("Europe/Berlin").value();
  EXPECT_THAT(render_html(model, ""), HasSubstr("<dt>Days</dt><dd>of Europe/Berlin</dd>"));
}

TEST(RenderHtml, NamesNoOtherPlace) {
  const std::string html = render_html(demo_model(), "");
  EXPECT_THAT(html, Not(HasSubstr("src=\"")));
  EXPECT_THAT(html, Not(HasSubstr("https:")));
  EXPECT_THAT(html, Not(HasSubstr("url(")));
}

TEST(Assets, HoldAnEchartsThatCanDrawSvg) {
  EXPECT_GT(asset_echarts_js().size(), 600000U);
  EXPECT_THAT(std::string(asset_echarts_js().substr(0, 2000)), HasSubstr("Apache"));
}

}  // namespace
}  // namespace weir::report
