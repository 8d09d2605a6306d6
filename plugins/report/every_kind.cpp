#include "every_kind.hpp"

#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "compose.hpp"
#include "every_kind_inputs.hpp"

namespace weir::report {
namespace {

constexpr std::string_view kLong =
    " of all customers who came to the shop through an advertisement, a friend or a search engine and stayed";

void lengthen(Input& input) {
  for (Column& column : input.columns) {
    for (Cell& cell : column.cells) {
      auto* text = std::get_if<std::string>(&cell);
      if (text == nullptr || *text == "true" || *text == "false") continue;
      // One with blanks, the next without: both must find their room.
      *text += text->size() % 2 == 0 ? std::string(kLong) : "/" + std::string(90, 'w');
    }
  }
}

Input changed(Input input, Rows rows) {
  if (rows == Rows::kLongest) lengthen(input);
  for (Column& column : input.columns) {
    if (rows == Rows::kOne) column.cells.resize(std::min<std::size_t>(1, column.cells.size()));
    if (rows == Rows::kNone) column.cells.clear();
    if (rows == Rows::kNull) column.cells.assign(column.cells.size(), Cell());
  }
  return input;
}

Show show(ShowKind kind, std::string from) {
  Show made;
  made.kind = kind;
  made.id = std::string(kind_key(kind)) + "_of_" + from;
  made.title = made.id;
  made.from = std::move(from);
  return made;
}

Show chart(ShowKind kind, std::string from, std::string x, std::vector<std::string> y) {
  Show made = show(kind, std::move(from));
  made.x = std::move(x);
  made.columns = std::move(y);
  return made;
}

SectionSpec section(std::string id, std::vector<Show> shows) {
  SectionSpec made{std::move(id), "", "How does this look?", "", {}, std::move(shows)};
  made.title = made.id;
  return made;
}

std::vector<Show> tiles() {
  Show tile = chart(ShowKind::kKpi, "daily", "", {"orders"});
  tile.compare = "previous row";
  tile.trend = 12;
  tile.sample = "visits";
  tile.interval = {"low", "high"};
  tile.better = Better::kHigher;
  tile.partial = "last";
  Show named = chart(ShowKind::kKpi, "pages", "page", {"views"});
  named.pick = Pick::kLargest;
  Show fresh = show(ShowKind::kFreshness, "daily");
  fresh.max_age_us = 36LL * 3'600'000'000;
  Show rejected = show(ShowKind::kRejected, "bad");
  rejected.out_of = {"daily", "visits"};
  Show text = show(ShowKind::kText, "daily");
  text.says =
      "On the last day there were {{kpi_of_daily}} orders, {{kpi_of_daily.change|change}} on the day before.";
  return {tile, named, fresh, rejected, text};
}

std::vector<Show> lines() {
  Show line = chart(ShowKind::kLine, "daily", "day", {"orders", "visits"});
  line.partial = "last";
  line.marks = {"incidents", "started_at", "sentence"};
  Show with_interval = chart(ShowKind::kLine, "daily", "day", {"orders"});
  with_interval.id = "interval";
  with_interval.interval = {"low", "high"};
  Show by = chart(ShowKind::kLine, "channels", "day", {"visits"});
  by.by = "channel";
  Show forecast = show(ShowKind::kForecast, "next");
  forecast.actual = {"daily", "day", "orders"};
  forecast.marks = line.marks;
  return {line, with_interval, by, chart(ShowKind::kPercentiles, "daily", "day", {"p50", "p90", "p99"}),
          forecast};
}

std::vector<Show> parts() {
  Show shares = chart(ShowKind::kShares, "channels", "day", {"visits"});
  shares.by = "channel";
  Show standing = chart(ShowKind::kBars, "daily", "day", {"orders"});
  standing.partial = "last";
  Show histogram = chart(ShowKind::kHistogram, "daily", "", {"p90"});
  histogram.format = Format::kSeconds;
  Show lying = chart(ShowKind::kBars, "pages", "page", {"views"});
  lying.unit = "views";
  return {shares,
          standing,
          histogram,
          lying,
          chart(ShowKind::kShares, "pages", "page", {"views", "buys"}),
          chart(ShowKind::kBox, "pages", "page", {"p5", "p25", "p50", "p75", "p95"}),
          show(ShowKind::kTable, "pages")};
}

}  // namespace

std::optional<Rows> rows_named(std::string_view word) {
  constexpr std::array<std::string_view, 5> kWords = {"usual", "longest", "one", "none", "null"};
  for (std::size_t i = 0; i < kWords.size(); ++i)
    if (word == kWords[i]) return static_cast<Rows>(i);
  return std::nullopt;
}

ReportModel every_kind(Rows rows) {
  std::vector<Input> inputs;
  for (Input& input : every_kind_inputs()) inputs.push_back(changed(std::move(input), rows));
  ReportSpec spec{"Every kind of figure",
                  {"growth", "everybody", "what to mend", "looks", "no overlap"},
                  rows == Rows::kUsual ? "channel" : "",
                  {}};
  spec.sections = {
      section("numbers", tiles()), section("over_time", lines()), section("parts_and_ranges", parts()),
      section("behaviour", {show(ShowKind::kFunnel, "steps"), show(ShowKind::kCohorts, "cohorts"),
                            show(ShowKind::kPaths, "ways")}),
      section("experiment", {show(ShowKind::kExperiment, "arms")})};
  if (rows == Rows::kLongest)
    for (SectionSpec& one : spec.sections)
      for (Show& item : one.show) item.title += std::string(kLong);
  Result<ReportModel> model = compose(spec, std::move(inputs), every_kind_now());
  WEIR_CHECK(model.is_ok());
  return std::move(*model);
}

}  // namespace weir::report
