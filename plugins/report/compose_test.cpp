#include "compose.hpp"

#include <gmock/gmock.h>

namespace weir::report {
namespace {

using ::testing::ElementsAre;

constexpr std::int64_t kWeekUs = 7 * 86400LL * 1000 * 1000;

Input weekly() {
  return {"weekly",
          {"weekly_revenue"},
          {{"week", "", Format::kNumber, "", {Moment{kWeekUs}, Moment{2 * kWeekUs}, Moment{0}}},
           {"revenue", "", Format::kNumber, "", {20.0, 30.0, 10.0}},
           {"page", "", Format::kNumber, "", {std::string("/b"), std::string("/c"), std::string("/a")}}}};
}

Show kpi() {
  Show show;
  show.kind = ShowKind::kKpi;
  show.id = "last";
  show.columns = {"revenue"};
  show.format = Format::kMoney;
  show.compare = "previous row";
  show.trend = 2;
  return show;
}

ReportSpec one_section(Show show, std::string answer = "") {
  ReportSpec spec;
  spec.sections = {{"revenue", "", "How much?", std::move(answer), {}, {std::move(show)}}};
  return spec;
}

std::string fault(const ReportSpec& spec, std::vector<Input> inputs) {
  return std::string(compose(spec, std::move(inputs), Moment{}).status().message());
}

TEST(Compose, ComparesTheLastRowInTimeWithTheOneBefore) {
  const Result<ReportModel> model =
      compose(one_section(kpi(), "{{last}} after {{last.previous}}"), {weekly()}, Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  const Content& section = model.value().sections.front().contents.front();
  const Tile& tile = section.tiles.front();
  EXPECT_EQ(tile.value, 30.0);
  EXPECT_EQ(tile.previous, 20.0);
  EXPECT_THAT(tile.trend, ElementsAre(20.0, 30.0));
  EXPECT_EQ(tile.provenance.rows, 3U);
  EXPECT_EQ(tile.provenance.window, "1970-01-01 to 1970-01-15");
  EXPECT_EQ(section.answer.text, "$30.00 after $20.00");
  EXPECT_EQ(section.answer.value, 30.0);
}

TEST(Compose, FirstRowHasNothingToCompareWith) {
  Show show = kpi();
  show.pick = Pick::kFirst;
  const Result<ReportModel> model = compose(one_section(show), {weekly()}, Moment{});
  EXPECT_EQ(model.value().sections[0].contents[0].tiles[0].value, 10.0);
  EXPECT_EQ(model.value().sections[0].contents[0].tiles[0].previous, std::nullopt);
}

TEST(Compose, NamesTheSubjectOfTheLargest) {
  Show show = kpi();
  show.pick = Pick::kLargest;
  show.x = "page";
  const Result<ReportModel> model =
      compose(one_section(show, "{{last.name}}: {{last}}"), {weekly()}, Moment{});
  EXPECT_EQ(model.value().sections[0].contents[0].answer.text, "/c: $30.00");
  EXPECT_EQ(model.value().sections[0].contents[0].answer.value, 30.0);
}

TEST(Compose, AnInputWithoutRowsGivesNoDataAndNotZero) {
  Input empty = weekly();
  for (Column& column : empty.columns) column.cells.clear();
  const Result<ReportModel> model =
      compose(one_section(kpi(), "{{last}} of {{last.name}}, {{last.previous}} before."), {empty}, Moment{});
  ASSERT_TRUE(model.is_ok());
  EXPECT_EQ(model.value().sections[0].contents[0].tiles[0].value, std::nullopt);
  EXPECT_EQ(model.value().sections[0].contents[0].answer.text, "no data");
}

TEST(Compose, ChartTakesItsColumnsInTheOrderAskedFor) {
  Show show;
  show.kind = ShowKind::kLine;
  show.id = "by_week";
  show.x = "week";
  show.columns = {"revenue"};
  show.unit = "ms";
  const Result<ReportModel> model = compose(one_section(show), {weekly()}, Moment{});
  const Figure& figure = model.value().sections[0].contents[0].figures[0];
  ASSERT_EQ(figure.columns.size(), 2U);
  EXPECT_THAT(figure.columns[0].cells, ElementsAre(Moment{0}, Moment{kWeekUs}, Moment{2 * kWeekUs}));
  EXPECT_THAT(figure.columns[1].cells, ElementsAre(10.0, 20.0, 30.0));
  EXPECT_EQ(figure.columns[1].unit, "ms");
}

TEST(Compose, ATableFormatsItsNumbers) {
  Show show;
  show.kind = ShowKind::kTable;
  show.id = "all";
  show.format = Format::kBytes;
  Input input = weekly();
  input.columns[0].holds_numbers = input.columns[2].holds_numbers = false;
  for (const bool is_named : {false, true}) {
    if (is_named) show.columns = {"page", "revenue"};
    const Result<ReportModel> model = compose(one_section(show), {input}, Moment{});
    for (const Column& column : model.value().sections[0].contents[0].figures[0].columns)
      EXPECT_EQ(column.format, column.name == "revenue" ? Format::kBytes : Format::kNumber);
  }
}

TEST(Compose, RefusesAnUnknownColumn) {
  Show show = kpi();
  show.columns = {"revenu"};
  EXPECT_EQ(fault(one_section(show), {weekly()}),
            "section 'revenue': kpi 'last': no column 'revenu' in input 'weekly' (week, revenue, page)");
}

TEST(Compose, RefusesAnUnknownInput) {
  Show show = kpi();
  show.from = "daily";
  EXPECT_EQ(fault(one_section(show), {weekly()}),
            "section 'revenue': kpi 'last': no input 'daily'; there are weekly");
  Input other = weekly();
  other.port = "other";
  EXPECT_EQ(fault(one_section(kpi()), {weekly(), other}),
            "section 'revenue': kpi 'last': 'from' is missing; there are weekly, other");
}

TEST(Compose, RefusesAnIdUsedTwice) {
  ReportSpec spec = one_section(kpi());
  spec.sections[0].show.push_back(kpi());
  EXPECT_EQ(fault(spec, {weekly()}), "section 'revenue': kpi 'last': the id is used twice in this report");
  spec = one_section(kpi());
  spec.sections.push_back({"revenue", "", "", "", {}, {}});
  EXPECT_EQ(fault(spec, {weekly()}), "section 'revenue': the id is used twice in this report");
}

}  // namespace
}  // namespace weir::report
