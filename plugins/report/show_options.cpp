#include "show_options.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <utility>

namespace weir::report {
namespace {

// By the numbers of ShowKind.
constexpr std::array<std::optional<std::string> ShowOptions::*, 16> kIds = {
    &ShowOptions::kpi,       &ShowOptions::line,     &ShowOptions::bars,      &ShowOptions::percentiles,
    &ShowOptions::forecast,  &ShowOptions::shares,   &ShowOptions::histogram, &ShowOptions::box,
    &ShowOptions::cohorts,   &ShowOptions::funnel,   &ShowOptions::paths,     &ShowOptions::experiment,
    &ShowOptions::freshness, &ShowOptions::rejected, &ShowOptions::text,      &ShowOptions::table};

using Kinds = std::initializer_list<ShowKind>;

/// A key that not every kind has. Keys that all have, or whose default says nothing, are not here.
struct Key {
  const char* name;
  bool (*is_given)(const ShowOptions&);
  Kinds taken_by;
  Kinds needed_by;
};

bool is_any_of(ShowKind kind, Kinds kinds) { return std::ranges::find(kinds, kind) != kinds.end(); }

std::span<const Key> keys() {
  using enum ShowKind;
  static const std::array<Key, 18> kKeys = {{
      {"x",
       [](const ShowOptions& o) { return !o.x.empty(); },
       {kLine, kBars, kPercentiles, kForecast, kShares, kBox},
       {kLine, kBars, kPercentiles, kShares, kBox}},
      {"y",
       [](const ShowOptions& o) { return !o.y.empty(); },
       {kLine, kBars, kPercentiles, kShares, kBox},
       {kLine, kBars, kPercentiles, kShares, kBox}},
      {"value",
       [](const ShowOptions& o) { return !o.value.empty(); },
       {kKpi, kHistogram},
       {kKpi, kHistogram}},
      {"of", [](const ShowOptions& o) { return !o.of.empty(); }, {kKpi, kFreshness}, {}},
      {"by", [](const ShowOptions& o) { return !o.by.empty(); }, {kLine, kBars, kShares, kFunnel}, {}},
      {"columns", [](const ShowOptions& o) { return !o.columns.empty(); }, {kTable}, {}},
      {"compare", [](const ShowOptions& o) { return !o.compare.empty(); }, {kKpi}, {}},
      {"compared_with", [](const ShowOptions& o) { return !o.compared_with.empty(); }, {kKpi}, {}},
      {"trend", [](const ShowOptions& o) { return o.trend != 0; }, {kKpi}, {}},
      {"sample", [](const ShowOptions& o) { return !o.sample.empty(); }, {kKpi}, {}},
      {"interval", [](const ShowOptions& o) { return !o.interval.empty(); }, {kKpi, kLine}, {}},
      {"partial",
       [](const ShowOptions& o) { return !o.partial.empty(); },
       {kKpi, kLine, kBars, kPercentiles, kShares},
       {}},
      {"actual", [](const ShowOptions& o) { return o.actual.has_value(); }, {kForecast}, {}},
      {"marks",
       [](const ShowOptions& o) { return o.marks.has_value(); },
       {kLine, kBars, kPercentiles, kForecast, kShares},
       {}},
      {"max_age", [](const ShowOptions& o) { return o.max_age.count() != 0; }, {kFreshness}, {}},
      {"out_of", [](const ShowOptions& o) { return o.out_of.has_value(); }, {kRejected}, {}},
      {"adds_up", [](const ShowOptions& o) { return o.adds_up; }, {kKpi, kLine, kBars, kShares}, {}},
      {"says", [](const ShowOptions& o) { return !o.says.empty(); }, {kText}, {kText}},
  }};
  return kKeys;
}

Result<ShowKind> kind_of(const ShowOptions& written) {
  std::optional<ShowKind> found;
  std::string known;
  for (const ShowKind kind : all_kinds()) {
    known += (known.empty() ? "" : ", ") + std::string(kind_key(kind));
    if (!(written.*kIds[static_cast<std::size_t>(kind)])) continue;
    if (found)
      return Status::invalid("has both '" + std::string(kind_key(*found)) + "' and '" +
                             std::string(kind_key(kind)) + "'; an entry shows one thing");
    found = kind;
  }
  if (!found) return Status::invalid("says not what to draw; one of " + known + " is needed");
  return *found;
}

std::string kinds_text(Kinds kinds) {
  std::string text;
  for (const ShowKind kind : kinds) text += (text.empty() ? "" : ", ") + std::string(kind_key(kind));
  return text;
}

Status check_keys(const ShowOptions& written, ShowKind kind) {
  for (const Key& key : keys()) {
    const bool is_given = key.is_given(written);
    if (is_given && !is_any_of(kind, key.taken_by))
      return Status::invalid("has no '" + std::string(key.name) + "'; it is for " + kinds_text(key.taken_by));
    if (!is_given && is_any_of(kind, key.needed_by))
      return Status::invalid("'" + std::string(key.name) + "' is missing");
  }
  return {};
}

Status check_counts(const ShowOptions& written, ShowKind kind) {
  const auto wrong = [](const char* key, const char* wanted, std::size_t found) {
    return Status::invalid("'" + std::string(key) + "' needs " + wanted + "; found " + std::to_string(found));
  };
  const std::size_t y = written.y.size();
  if (kind == ShowKind::kPercentiles && y != 3) return wrong("y", "three columns, p50, p90 and p99", y);
  if (kind == ShowKind::kBox && y != 5)
    return wrong("y", "five columns, the lowest, the quartiles and the highest", y);
  if (!written.by.empty() && kind != ShowKind::kFunnel && y != 1)
    return wrong("y", "one column beside 'by'", y);
  if (written.interval.empty()) return {};
  if (written.interval.size() != 2)
    return wrong("interval", "two columns, low and high", written.interval.size());
  if (kind == ShowKind::kLine && y != 1) return wrong("y", "one column beside 'interval'", y);
  return {};
}

std::vector<std::string> columns_of(const ShowOptions& written, ShowKind kind) {
  if (kind == ShowKind::kKpi || kind == ShowKind::kHistogram) return {written.value};
  return kind == ShowKind::kTable ? written.columns : written.y;
}

}  // namespace

Result<Show> show_of(const ShowOptions& written) {
  WEIR_ASSIGN_OR_RETURN(const ShowKind kind, kind_of(written));
  Show show;
  show.kind = kind;
  show.id = *(written.*kIds[static_cast<std::size_t>(kind)]);
  const std::string place = std::string(kind_key(kind)) + " '" + show.id + "'";
  WEIR_RETURN_IF_ERROR(check_keys(written, kind).with_context(place));
  WEIR_RETURN_IF_ERROR(check_counts(written, kind).with_context(place));
  show.from = written.from;
  show.title = written.title;
  show.x = written.of.empty() ? written.x : written.of;
  show.columns = columns_of(written, kind);
  show.by = written.by;
  show.format = written.format;
  show.unit = written.unit;
  show.pick = written.pick;
  show.compare = written.compare;
  show.compared_with = written.compared_with;
  show.better = written.better;
  show.trend = static_cast<std::size_t>(written.trend);
  show.order = written.order;
  show.note = written.note;
  show.interval = written.interval;
  show.sample = written.sample;
  show.partial = written.partial;
  if (written.actual) show.actual = {written.actual->from, written.actual->x, written.actual->y};
  if (written.marks) show.marks = {written.marks->from, written.marks->at, written.marks->text};
  if (written.out_of) show.out_of = {written.out_of->from, written.out_of->value};
  show.max_age_us = written.max_age.count();
  show.bins = static_cast<std::size_t>(written.bins);
  show.says = written.says;
  show.adds_up = written.adds_up;
  return show;
}

OptionList<ActualOptions> ActualOptions::options() {
  return options_of<ActualOptions>(
      required("from", &ActualOptions::from, "The input with what came."),
      optional("x", &ActualOptions::x, "Its column along x; as the forecast's when left out."),
      required("y", &ActualOptions::y, "Its column of numbers."));
}

OptionList<MarksOptions> MarksOptions::options() {
  return options_of<MarksOptions>(
      required("from", &MarksOptions::from, "The input; a mark for each row."),
      required("at", &MarksOptions::at, "Its column of times."),
      optional("text", &MarksOptions::text, "Its column that says what happened."));
}

OptionList<TotalOptions> TotalOptions::options() {
  return options_of<TotalOptions>(
      required("from", &TotalOptions::from, "The input that counts all rows."),
      required("value", &TotalOptions::value, "Its column of the count; the last row is read."));
}

OptionList<ShowOptions> ShowOptions::options() {
  return options_of<ShowOptions>(
      optional("kpi", &ShowOptions::kpi, "One number, large; its id."),
      optional("line", &ShowOptions::line, "A line for each column of `y`; its id."),
      optional("bars", &ShowOptions::bars, "Bars over names or times; its id."),
      optional("percentiles", &ShowOptions::percentiles, "p50, p90 and p99 with bands between; its id."),
      optional("forecast", &ShowOptions::forecast, "Rows of `forecast`, beside what came; its id."),
      optional("shares", &ShowOptions::shares, "Parts of a whole over names or times; its id."),
      optional("histogram", &ShowOptions::histogram, "How many rows lie in which class; its id."),
      optional("box", &ShowOptions::box, "A box for each row; its id."),
      optional("cohorts", &ShowOptions::cohorts, "Rows of `retention` as a heat map; its id."),
      optional("funnel", &ShowOptions::funnel, "Rows of `funnel`; its id."),
      optional("paths", &ShowOptions::paths, "Rows of step, source, target, count as a Sankey; its id."),
      optional("experiment", &ShowOptions::experiment, "Rows of `experiment`, its sentences first; its id."),
      optional(OptionName::nested("freshness"), &ShowOptions::freshness,
               "How old the newest row is; its id."),
      optional("rejected", &ShowOptions::rejected, "How many rows an errors port gave; its id."),
      optional("text", &ShowOptions::text, "A paragraph; its id."),
      optional("table", &ShowOptions::table, "A table; its id."),
      optional("from", &ShowOptions::from, "The input; not needed where there is one."),
      optional("title", &ShowOptions::title, "As people say it; the id when left out."),
      optional("x", &ShowOptions::x, "Charts: the column along x."),
      optional("y", &ShowOptions::y, "Charts: the columns that are drawn."),
      optional("by", &ShowOptions::by, "A series, or a funnel, for each value of this column."),
      optional("value", &ShowOptions::value, "kpi and histogram: the column of the number."),
      optional("of", &ShowOptions::of, "kpi: the column that names the row. freshness: the column of times."),
      optional("columns", &ShowOptions::columns, "table: its columns; all when left out."),
      optional("format", &ShowOptions::format, "number", "How numbers are written.",
               choices<Format>({{"number", Format::kNumber},
                                {"money", Format::kMoney},
                                {"percent", Format::kPercent},
                                {"bytes", Format::kBytes},
                                {"bits", Format::kBits},
                                {"si", Format::kSi},
                                {"seconds", Format::kSeconds}})),
      optional("unit", &ShowOptions::unit, "Of what; for money the sign before the number."),
      optional("pick", &ShowOptions::pick, "last", "kpi: which row.",
               choices<Pick>({{"last", Pick::kLast},
                              {"first", Pick::kFirst},
                              {"largest", Pick::kLargest},
                              {"smallest", Pick::kSmallest}})),
      optional("compare", &ShowOptions::compare, "kpi: `previous row`, or a column to compare with."),
      optional("compared_with", &ShowOptions::compared_with, "kpi: how people call that."),
      optional("better", &ShowOptions::better, "neither", "kpi: which change is good news.",
               choices<Better>(
                   {{"neither", Better::kNeither}, {"higher", Better::kHigher}, {"lower", Better::kLower}})),
      optional("trend", &ShowOptions::trend, 0, "kpi: so many rows are drawn small.", range(0, 1000)),
      optional("interval", &ShowOptions::interval, "kpi and line: the columns of the low and the high end."),
      optional("sample", &ShowOptions::sample, "kpi: the column that says of how many."),
      optional("partial", &ShowOptions::partial,
               "Which periods are not over: `last`, `first`, `both`, or a column that says so."),
      optional("order", &ShowOptions::order, "by_value", "bars: the largest first, or as the rows come.",
               choices<BarOrder>({{"by_value", BarOrder::kByValue}, {"as_given", BarOrder::kAsGiven}})),
      optional("bins", &ShowOptions::bins, 20, "histogram: at most about so many classes.", range(2, 200)),
      optional("actual", &ShowOptions::actual, "forecast: what came."),
      optional("marks", &ShowOptions::marks, "Charts over time: moments of another input, as of alerts."),
      optional("max_age", &ShowOptions::max_age, "freshness: older is stale."),
      optional("out_of", &ShowOptions::out_of, "rejected: of how many rows."),
      optional("says", &ShowOptions::says, "text: its words, with {{id}} of this section's kpis."),
      optional("adds_up", &ShowOptions::adds_up, false,
               "kpi and charts: sums mean something, over all values of `filter_by` and beyond six of `by`."),
      optional("note", &ShowOptions::note, "A sentence below it."));
}

}  // namespace weir::report
