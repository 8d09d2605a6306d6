#include "page_size.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "assets.hpp"
#include "demo_model.hpp"
#include "html.hpp"
#include "packed_moments.hpp"
#include "packed_numbers.hpp"

namespace weir::report {
namespace {

using ::testing::HasSubstr;

constexpr int kMostRows = 100'000;

/// A model with one line of that many numbers, one a minute, each written with 17 digits.
ReportModel long_line(int series) {
  Figure figure{
      "load", FigureKind::kLine, "Load", {{"at", "", Format::kNumber, "", {}}}, BarOrder::kByValue, {}, {}};
  for (int row = 0; row < kMostRows; ++row) figure.columns[0].cells.emplace_back(Moment{row * 60'000'000LL});
  for (int i = 0; i < series; ++i) {
    Column& column = figure.columns.emplace_back();
    column.name = "n" + std::to_string(i);
    // Sixteen digits: what an average usually has.
    for (int row = 0; row < kMostRows; ++row) column.cells.emplace_back(10 + std::sin(row + i) / 3);
  }
  ReportModel model;
  model.sections = {{"s", "Load", "How much?", {}, {}, {Content()}}};
  model.sections[0].contents[0].figures = {figure};
  return model;
}

std::size_t size_of(const ReportModel& model) { return render_html(model, asset_echarts_js()).size(); }

TEST(PageSize, ALineOfAsManyRowsAsAnInputMayHaveFits) {
  EXPECT_LE(size_of(demo_model()), kMostPageBytes / 2);
  EXPECT_LE(size_of(long_line(1)), kMostPageBytes);
  EXPECT_TRUE(check_page_size(long_line(1), size_of(long_line(1))).is_ok());
}

TEST(PageSize, AFaultNamesWhatTakesTheRoom) {
  const ReportModel model = long_line(2);
  const Status fault = check_page_size(model, size_of(model));
  EXPECT_THAT(std::string(fault.message()), HasSubstr("more than 3 MB: 'load' takes "));
  EXPECT_THAT(std::string(fault.message()), HasSubstr("(100,000 rows of 3 columns); aggregate the rows"));
}

std::vector<Cell> cells_at(const std::vector<std::int64_t>& us) {
  std::vector<Cell> cells;
  for (const std::int64_t one : us) cells.emplace_back(Moment{one});
  return cells;
}

TEST(PackedNumbers, HaveEveryBit) {
  const std::vector<Cell> few = {0.1, Cell()};
  EXPECT_EQ(packed_numbers(few), std::nullopt);
  std::vector<Cell> cells(1001, Cell(0.0));
  cells[0] = 0.1;
  cells[1] = Cell();
  const std::string packed = packed_numbers(cells).value();
  // 0.1 is 9A 99 99 99 99 99 B9 3F, NaN 00 00 00 00 00 00 F8 7F.
  EXPECT_EQ(packed.substr(0, 36), R"({"float64":"mpmZmZmZuT8AAAAAAAD4fwAA)");
  EXPECT_EQ(packed.size(), 12 + 10'680 + 2);
  cells[2] = std::string("text");
  EXPECT_EQ(packed_numbers(cells), std::nullopt);
}

TEST(PackedMoments, AreTheFirstAndTheStepsFromOneToTheNext) {
  std::vector<std::int64_t> us = {0, 3'000'000};
  for (int i = 0; i < 1000; ++i) us.push_back(us.back() + 60'000'000);
  us.push_back(us.back() - 1'500'000);
  EXPECT_EQ(packed_moments(cells_at(us)),
            R"({"first":"1970-01-01T00:00:00Z","unit_us":1500000,"steps":[2,[40,1000],-1]})");
}

TEST(PackedMoments, FewAndMissingOnesAreWrittenOut) {
  EXPECT_EQ(packed_moments(cells_at({0, 1})), std::nullopt);
  std::vector<Cell> cells = cells_at(std::vector<std::int64_t>(1001, 5));
  EXPECT_EQ(packed_moments(cells),
            R"({"first":"1970-01-01T00:00:00.000005Z","unit_us":1,"steps":[[0,1000]]})");
  cells[7] = Cell();
  EXPECT_EQ(packed_moments(cells), std::nullopt);
}

}  // namespace
}  // namespace weir::report
