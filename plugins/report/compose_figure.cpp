#include "compose_figure.hpp"

#include <optional>
#include <set>
#include <utility>

#include "compose_analysis.hpp"
#include "histogram_bins.hpp"
#include "input_rows.hpp"
#include "moment_words.hpp"
#include "partial_rows.hpp"
#include "pivot.hpp"

namespace weir::report {
namespace {

Status add_numbers(const Input& input, const std::vector<std::string>& names, Figure& figure) {
  for (const std::string& name : names) {
    WEIR_ASSIGN_OR_RETURN(const Column* column, find_numbers(input, name));
    figure.columns.push_back(*column);
  }
  return {};
}

Status add_table_columns(const Show& show, const Input& input, Figure& figure) {
  if (show.columns.empty()) figure.columns = input.columns;
  for (const std::string& name : show.columns) {
    WEIR_ASSIGN_OR_RETURN(const Column* column, find_column(input, name));
    figure.columns.push_back(*column);
  }
  return {};
}

/// Parts that are stacked are added up by whoever looks at them.
Combine combine_of(const Show& show) {
  const bool adds_up = show.adds_up || show.kind == ShowKind::kBars || show.kind == ShowKind::kShares;
  return adds_up ? Combine::kSum : Combine::kLargest;
}

Status add_series_by(const Show& show, const Input& input, Moment now, Figure& figure) {
  WEIR_ASSIGN_OR_RETURN(const Column* x, find_column(input, show.x));
  WEIR_ASSIGN_OR_RETURN(const Column* by, find_column(input, show.by));
  WEIR_ASSIGN_OR_RETURN(const Column* y, find_numbers(input, show.columns.front()));
  Pivot made = pivot(*x, *by, *y, combine_of(show));
  figure.columns = std::move(made.columns);
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::size_t> partial, partial_rows(input, show.partial, now));
  std::set<std::size_t> places;
  for (const std::size_t row : partial) places.insert(made.places[row]);
  figure.columns[0].partial_rows.assign(places.begin(), places.end());
  if (made.left_out_names > 0)
    figure.notes.push_back(
        "The " + std::to_string(kMostSeries) +
        " with the largest sums are drawn; left out: " + std::to_string(made.left_out_names) + ".");
  if (made.left_out_rows > 0)
    figure.notes.push_back("Of several rows of one " + x->name + " and " + by->name +
                           " the largest is drawn; left out: " + std::to_string(made.left_out_rows) + ".");
  return {};
}

Status add_chart_columns(const Show& show, const Input& input, Moment now, Figure& figure) {
  if (!show.by.empty()) return add_series_by(show, input, now, figure);
  WEIR_ASSIGN_OR_RETURN(const Column* x, find_column(input, show.x));
  figure.columns.push_back(*x);
  WEIR_ASSIGN_OR_RETURN(figure.columns[0].partial_rows, partial_rows(input, show.partial, now));
  WEIR_RETURN_IF_ERROR(add_numbers(input, show.columns, figure));
  if (show.interval.size() != 2) return {};
  figure.kind = FigureKind::kInterval;
  return add_numbers(input, show.interval, figure);
}

Status add_histogram(const Show& show, const Input& input, Figure& figure) {
  WEIR_ASSIGN_OR_RETURN(const Column* values, find_numbers(input, show.columns.front()));
  figure.columns = histogram_bins(*values, show.bins);
  for (const std::size_t i : {0, 1}) {
    figure.columns[i].format = show.format;
    figure.columns[i].unit = show.unit;
  }
  return {};
}

Status add_columns(const Show& show, const Input& input, const std::vector<Input>& inputs, Moment now,
                   Figure& figure) {
  switch (show.kind) {
    case ShowKind::kTable:
      return add_table_columns(show, input, figure);
    case ShowKind::kHistogram:
      return add_histogram(show, input, figure);
    case ShowKind::kForecast:
      return add_forecast(show, input, inputs, figure);
    case ShowKind::kCohorts:
      return add_cohorts(input, figure);
    case ShowKind::kFunnel:
      return add_funnel(show, input, figure);
    case ShowKind::kPaths:
      return add_paths(input, figure);
    case ShowKind::kExperiment:
      return add_experiment(input, figure);
    default:
      return add_chart_columns(show, input, now, figure);
  }
}

bool formats_itself(ShowKind kind) {
  return kind == ShowKind::kCohorts || kind == ShowKind::kFunnel || kind == ShowKind::kPaths ||
         kind == ShowKind::kExperiment || kind == ShowKind::kHistogram;
}

void set_format(const Show& show, Figure& figure) {
  const bool is_table = show.kind == ShowKind::kTable;
  for (std::size_t i = is_table ? 0 : 1; i < figure.columns.size(); ++i) {
    if (!figure.columns[i].holds_numbers) continue;
    figure.columns[i].format = show.format;
    figure.columns[i].unit = show.unit;
  }
}

// Days of a zone are drawn as its clocks have them.
Moment place_of(const Column& x, Moment moment) {
  return x.days ? Moment{x.days->clock_us(moment.us)} : moment;
}

Status add_marks(const MarksSpec& marks, const std::vector<Input>& inputs, Figure& figure) {
  if (marks.from.empty()) return {};
  WEIR_ASSIGN_OR_RETURN(const Input* input, find_input(inputs, marks.from));
  WEIR_ASSIGN_OR_RETURN(const Column* at, find_column(*input, marks.at));
  if (!at->holds_moments)
    return Status::invalid("column '" + marks.at + "' in input '" + marks.from + "' holds no times");
  const Column* text = nullptr;
  if (!marks.text.empty()) {
    WEIR_ASSIGN_OR_RETURN(text, find_column(*input, marks.text));
  }
  for (std::size_t row = 0; row < at->cells.size(); ++row)
    if (const auto* moment = std::get_if<Moment>(&at->cells[row]))
      figure.marks.push_back({place_of(figure.columns[0], *moment),
                              text == nullptr ? "" : words_at(*text, row), moment_words(*at, *moment)});
  return {};
}

}  // namespace

Result<Figure> compose_figure(const Show& show, const Input& given, const std::vector<Input>& inputs,
                              Moment now) {
  // The time that is drawn may not be the first of the input.
  const std::optional<Input> ordered = ordered_by(given, show.x);
  const Input& input = ordered ? *ordered : given;
  Figure figure{show.id, figure_kind(show.kind), show.title.empty() ? show.id : show.title, {}, show.order,
                {},      provenance_of(input)};
  if (!show.note.empty()) figure.notes.push_back(show.note);
  WEIR_RETURN_IF_ERROR(add_columns(show, input, inputs, now, figure));
  if (figure.kind != FigureKind::kTable) order_by_first(figure.columns);
  // Rows may have times beside the one that is drawn.
  if (!figure.columns.empty() && figure.columns[0].holds_moments)
    figure.provenance.window = window_of(figure.columns[0]);
  if (figure.not_drawn.empty() && !formats_itself(show.kind)) set_format(show, figure);
  WEIR_RETURN_IF_ERROR(add_marks(show.marks, inputs, figure).with_context("marks"));
  return figure;
}

}  // namespace weir::report
