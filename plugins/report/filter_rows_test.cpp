#include "filter_rows.hpp"

#include <gmock/gmock.h>

#include "compose.hpp"
#include "sample_columns.hpp"

namespace weir::report {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

Input orders(std::vector<Cell> channels) {
  return {"orders",
          {},
          {texts("page", {"/a", "/a", "/b"}),
           texts("channel", std::move(channels)),
           {"orders", "", Format::kNumber, "", {1.0, 2.0, 4.0}}}};
}

Show bars() {
  Show show;
  show.kind = ShowKind::kBars;
  show.id = "it";
  show.x = "page";
  show.columns = {"orders"};
  return show;
}

ReportSpec by_channel(Show show) {
  ReportSpec spec;
  spec.filter_by = "channel";
  spec.sections = {{"s", "", "How?", "", {}, {std::move(show)}}};
  return spec;
}

TEST(Filter, OffersNoAllOfNumbersThatDoNotAddUp) {
  const Result<ReportModel> model = compose(by_channel(bars()), {orders({"mail", "ads", "mail"})}, Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  EXPECT_THAT(model.value().filter.choices, ElementsAre("ads", "mail"));
  const std::vector<Content>& contents = model.value().sections[0].contents;
  ASSERT_THAT(contents, SizeIs(2));
  EXPECT_THAT(contents[0].figures[0].columns[1].cells, ElementsAre(2.0));
  EXPECT_EQ(contents[1].filter, "mail");
  EXPECT_EQ(contents[1].figures[0].id, "it--1");
  EXPECT_THAT(contents[1].figures[0].columns[1].cells, ElementsAre(1.0, 4.0));
}

TEST(Filter, AddsUpWhatIsSaidToAddUp) {
  Show show = bars();
  show.adds_up = true;
  const Result<ReportModel> model = compose(by_channel(show), {orders({"mail", "ads", "mail"})}, Moment{});
  EXPECT_THAT(model.value().filter.choices, ElementsAre("", "ads", "mail"));
  const Figure& all = model.value().sections[0].contents[0].figures[0];
  EXPECT_THAT(all.columns[0].cells, ElementsAre("/a", "/b"));
  EXPECT_THAT(all.columns[1].cells, ElementsAre(3.0, 4.0));
}

TEST(Filter, AddsUpByWhatNamesEvenWhenItIsANumber) {
  Show show = bars();
  show.adds_up = true;
  show.x = "year";
  Input input = orders({"mail", "ads", "mail"});
  input.columns[0] = numbers("year", {2024.0, 2024.0, 2025.0});
  const Result<ReportModel> model = compose(by_channel(show), {input}, Moment{});
  const Figure& all = model.value().sections[0].contents[0].figures[0];
  EXPECT_THAT(all.columns[0].cells, ElementsAre(2024.0, 2025.0));
  EXPECT_THAT(all.columns[1].cells, ElementsAre(3.0, 4.0));
}

TEST(Filter, AChoiceThatIsANumberHasAllItsDigits) {
  Input input = orders({});
  input.columns[1] = numbers("channel", {2024.0, 2025.0, 1000.25});
  const Result<ReportModel> model = compose(by_channel(bars()), {input}, Moment{});
  EXPECT_THAT(model.value().filter.choices, ElementsAre("1000.25", "2024", "2025"));
}

TEST(Filter, RowsWithANullAreTheRowsOfAll) {
  const Result<ReportModel> model = compose(by_channel(bars()), {orders({"mail", kNull, kNull})}, Moment{});
  EXPECT_THAT(model.value().filter.choices, ElementsAre("", "mail"));
  EXPECT_THAT(model.value().sections[0].contents[0].figures[0].columns[1].cells, ElementsAre(2.0, 4.0));
}

TEST(Filter, LeavesSectionsWithoutTheColumnAlone) {
  ReportSpec spec = by_channel(bars());
  spec.sections[0].show[0].from = "other";
  Input other = orders({"x", "x", "x"});
  other.port = "other";
  other.columns.erase(other.columns.begin() + 1);
  const Result<ReportModel> model = compose(spec, {other, orders({"a", "b", "a"})}, Moment{});
  ASSERT_TRUE(model.is_ok()) << model.status().message();
  EXPECT_THAT(model.value().sections[0].contents, SizeIs(1));
}

TEST(Filter, RefusesAColumnThatNoInputHasAndTooManyValues) {
  ReportSpec spec = by_channel(bars());
  spec.filter_by = "chanel";
  EXPECT_EQ(compose(spec, {orders({"a", "b", "c"})}, Moment{}).status().message(),
            "filter_by: no input has a column 'chanel'");
  Input many = orders({});
  for (Column& column : many.columns) column.cells.clear();
  for (int i = 0; i < 31; ++i) {
    many.columns[0].cells.emplace_back("/a");
    many.columns[1].cells.emplace_back("c" + std::to_string(i));
    many.columns[2].cells.emplace_back(1.0);
  }
  EXPECT_EQ(
      compose(by_channel(bars()), {many}, Moment{}).status().message(),
      "filter_by: column 'channel' has 31 values; at most 30 fit a drop-down: keep the largest and name the "
      "rest 'others' in a map before");
}

}  // namespace
}  // namespace weir::report
