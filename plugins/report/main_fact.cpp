#include "main_fact.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "cell_text.hpp"
#include "input_rows.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

using Row = std::optional<std::size_t>;

std::string word(const Column& column, std::size_t row) { return CellTexts(column)[row]; }

/// The row of the largest (sign 1) or smallest (sign -1) number.
Row extreme(const Column& column, double sign) {
  Row best;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const std::optional<double> number = number_at(column, row);
    if (number && (!best || sign * *number > sign * *number_at(column, *best))) best = row;
  }
  return best;
}

Row last_value(const Column& column) {
  for (std::size_t row = column.cells.size(); row > 0; --row)
    if (number_at(column, row - 1)) return row - 1;
  return std::nullopt;
}

bool has_values(const Figure& figure) {
  return std::ranges::any_of(figure.columns.begin() + 1, figure.columns.end(), [](const Column& column) {
    return std::ranges::any_of(column.cells, [](const Cell& cell) { return cell != Cell(); });
  });
}

bool is_over_time(const Figure& figure) { return type_word(figure.columns.front()) == "moment"; }

std::string not_over(const Figure& figure, std::size_t row) {
  return is_partial(figure.columns.front(), row) ? ", not over yet" : "";
}

std::string one_series(const Figure& figure, const Column& y) {
  const Column& x = figure.columns.front();
  const Row last = last_value(y);
  if (!last) return "";
  const std::size_t high = *extreme(y, 1);
  const std::size_t low = *extreme(y, -1);
  std::string text = as_words(label_of(y)) + ": " + word(y, *last) + " last (" + word(x, *last) +
                     not_over(figure, *last) + ")";
  if (*number_at(y, high) == *number_at(y, low)) return text + ".";
  return text + "; highest " + word(y, high) + " (" + word(x, high) + "), lowest " + word(y, low) + " (" +
         word(x, low) + ").";
}

std::string last_of_each(const Figure& figure) {
  Row last;
  for (std::size_t i = 1; i < figure.columns.size(); ++i)
    if (const Row row = last_value(figure.columns[i])) last = std::max(last.value_or(0), *row);
  if (!last) return "";
  std::string text = "Last (" + word(figure.columns.front(), *last) + not_over(figure, *last) + "):";
  for (std::size_t i = 1; i < figure.columns.size(); ++i)
    text += (i == 1 ? " " : ", ") + label_of(figure.columns[i]) + " " + word(figure.columns[i], *last);
  return text + ".";
}

// What a bar comes to: of several series their sum.
Column bar_totals(const Figure& figure) {
  Column totals = figure.columns[1];
  for (std::size_t i = 2; i < figure.columns.size(); ++i)
    for (std::size_t row = 0; row < totals.cells.size(); ++row)
      if (const std::optional<double> number = number_at(figure.columns[i], row))
        totals.cells[row] = number_of(totals.cells[row]).value_or(0) + *number;
  return totals;
}

std::string ranking(const Figure& figure) {
  const Column& x = figure.columns.front();
  const Column y = bar_totals(figure);
  const Row high = extreme(y, 1);
  if (!high) return "";
  const std::string text = "Largest: " + word(x, *high) + " with " + word(y, *high);
  const std::size_t low = *extreme(y, -1);
  if (low == *high) return text + ".";
  return text + "; smallest of " + std::to_string(x.cells.size()) + ": " + word(x, low) + " with " +
         word(y, low) + ".";
}

std::string forecast_fact(const Figure& figure) {
  const Column& mean = figure.columns[2];
  for (std::size_t row = 0; row < mean.cells.size(); ++row) {
    if (!number_at(mean, row)) continue;
    return "Forecast for " + word(figure.columns[0], row) + ": " + word(mean, row) +
           "; in 95 of 100 cases between " + word(figure.columns[5], row) + " and " +
           word(figure.columns[6], row) + ".";
  }
  return last_of_each(figure);
}

double sum_of(const Column& column, const Row& row) {
  if (row) return std::max(0.0, number_at(column, *row).value_or(0));
  double sum = 0;
  for (const Cell& cell : column.cells) sum += std::max(0.0, number_of(cell).value_or(0));
  return sum;
}

// Over time the last row is the news; over names all of them are.
std::string shares_fact(const Figure& figure) {
  const Column& x = figure.columns.front();
  Row last;
  for (std::size_t i = 1; is_over_time(figure) && i < figure.columns.size(); ++i)
    if (const Row row = last_value(figure.columns[i])) last = std::max(last.value_or(0), *row);
  double all = 0;
  const Column* most = &figure.columns[1];
  for (std::size_t i = 1; i < figure.columns.size(); ++i) {
    all += sum_of(figure.columns[i], last);
    if (sum_of(figure.columns[i], last) > sum_of(*most, last)) most = &figure.columns[i];
  }
  if (!(all > 0)) return "";
  const std::string where =
      last ? "Last (" + word(x, *last) + not_over(figure, *last) + ")" : std::string("In all");
  return where + ": " + label_of(*most) + " has the largest part, " +
         number_text(sum_of(*most, last) / all, Format::kPercent, "") + ".";
}

std::string histogram_fact(const Figure& figure) {
  double sum = 0;
  for (const Cell& cell : figure.columns[2].cells) sum += number_of(cell).value_or(0);
  double below = 0;
  for (std::size_t row = 0; row < row_count(figure); ++row) {
    below += number_at(figure.columns[2], row).value_or(0);
    if (below * 2 >= sum)
      return counted_text(sum, "value", "values") + "; the middle one lies between " +
             word(figure.columns[0], row) + " and " + word(figure.columns[1], row) + ".";
  }
  return "";
}

std::string box_fact(const Figure& figure) {
  const Column& x = figure.columns.front();
  const Column& median = figure.columns[3];
  const Row high = extreme(median, 1);
  if (!high) return "";
  const std::size_t low = *extreme(median, -1);
  const std::string text = "Highest median: " + word(x, *high) + " with " + word(median, *high);
  return low == *high ? text + "." : text + "; lowest: " + word(x, low) + " with " + word(median, low) + ".";
}

std::string cohorts_fact(const Figure& figure) {
  if (figure.columns.size() < 4) return "";
  const Column& users = figure.columns[1];
  const Column& next = figure.columns[3];
  double came = 0;
  double all = 0;
  double cohorts = 0;
  for (std::size_t row = 0; row < users.cells.size(); ++row) {
    const std::optional<double> rate = number_at(next, row);
    if (!rate || is_partial(next, row)) continue;
    came += *rate * number_at(users, row).value_or(0);
    all += number_at(users, row).value_or(0);
    cohorts += 1;
  }
  if (!(all > 0)) return "No cohort has a whole period behind it yet.";
  return "In the first period after they joined " + number_text(came / all, Format::kPercent, "") +
         " came back, of " + counted_text(all, "user", "users") + " in " +
         counted_text(cohorts, "cohort", "cohorts") + ".";
}

std::string funnel_fact(const Figure& figure) {
  const Column& step = figure.columns[0];
  const Column& there = figure.columns[1];
  if (figure.columns.size() > 6) {  // Segments: the funnels are beside each other.
    return counted_text(static_cast<double>(row_count(figure)), "step", "steps") + " by " +
           label_of(figure.columns[6]) + ".";
  }
  const std::size_t last = row_count(figure) - 1;
  const std::optional<double> first = number_at(there, 0);
  if (!first || !number_at(there, last)) return "";
  std::string text = word(there, last) + " of " + word(there, 0) + " get through all " +
                     counted_text(static_cast<double>(row_count(figure)), "step", "steps");
  if (*first > 0) text += ", " + number_text(*number_at(there, last) / *first, Format::kPercent, "");
  Row worst;
  const Column& kept = figure.columns[3];
  for (std::size_t row = 1; row <= last; ++row)
    if (number_at(kept, row) && (!worst || *number_at(kept, row) < *number_at(kept, *worst))) worst = row;
  if (!worst) return text + ".";
  return text + "; the largest part is lost before " + word(step, *worst) + ", " +
         number_text(1 - *number_at(kept, *worst), Format::kPercent, "") + ".";
}

// A step that all take the same way tells nothing of the ways; the most frequent link is looked for where
// they part.
std::string paths_fact(const Figure& figure) {
  const Column& step = figure.columns[0];
  std::map<std::string, int> links;
  for (std::size_t row = 0; row < row_count(figure); ++row) ++links[word(step, row)];
  Column counts = figure.columns[3];
  for (std::size_t row = 0; row < row_count(figure); ++row)
    if (links[word(step, row)] == 1) counts.cells[row] = Cell();
  const Row parted = extreme(counts, 1);
  const Row most = parted ? parted : extreme(figure.columns[3], 1);
  if (!most) return "";
  return std::string(parted ? "Most frequent where ways part: from " : "Most frequent: from ") +
         word(figure.columns[1], *most) + " to " + word(figure.columns[2], *most) + ", " +
         counted_text(*number_at(figure.columns[3], *most), "time", "times") + ".";
}

std::string fact_of(const Figure& figure) {
  switch (figure.kind) {
    case FigureKind::kForecast:
      return forecast_fact(figure);
    case FigureKind::kShares:
      return shares_fact(figure);
    case FigureKind::kHistogram:
      return histogram_fact(figure);
    case FigureKind::kBox:
      return box_fact(figure);
    case FigureKind::kCohorts:
      return cohorts_fact(figure);
    case FigureKind::kFunnel:
      return funnel_fact(figure);
    case FigureKind::kPaths:
      return paths_fact(figure);
    case FigureKind::kExperiment:
      return figure.findings.empty() ? "" : figure.findings.front().sentence;
    case FigureKind::kTable:
      return counted_text(static_cast<double>(row_count(figure)), "row", "rows") + ".";
    case FigureKind::kInterval:
      return one_series(figure, figure.columns[1]);
    case FigureKind::kLine:
    case FigureKind::kBars:
    case FigureKind::kPercentiles:
      break;
  }
  if (!is_over_time(figure) && figure.kind == FigureKind::kBars) return ranking(figure);
  return figure.columns.size() == 2 ? one_series(figure, figure.columns[1]) : last_of_each(figure);
}

}  // namespace

std::string main_fact(const Figure& figure) {
  if (!figure.not_drawn.empty()) return figure.not_drawn;
  const std::size_t rows = row_count(figure);
  if (rows == 0) return "No rows.";
  if (figure.columns.size() > 1 && !has_values(figure))
    return "No values in " + counted_text(static_cast<double>(rows), "row", "rows") + ".";
  const std::string fact = fact_of(figure);
  return fact.empty() ? "No values in " + counted_text(static_cast<double>(rows), "row", "rows") + "." : fact;
}

}  // namespace weir::report
