#include "pivot.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "input_rows.hpp"

namespace weir::report {
namespace {

/// Which column a name gets, from 0; those from kMostSeries on are left out.
using Series = std::map<Cell, std::size_t>;

Series series_of(const Column& by, const Column& y, Combine combine) {
  std::map<Cell, double> sums;
  for (std::size_t row = 0; row < by.cells.size(); ++row)
    sums[key_of(by.cells[row])] += number_at(y, row).value_or(0);
  std::vector<std::pair<double, Cell>> ordered;
  for (const auto& [name, sum] : sums) ordered.emplace_back(-sum, name);
  std::ranges::sort(ordered);
  Series series;
  for (std::size_t i = 0; i < ordered.size(); ++i)
    series[ordered[i].second] = combine == Combine::kSum ? std::min(i, kMostSeries - 1) : i;
  return series;
}

void name_columns(const Series& series, const Column& by, const Column& y, std::vector<Column>& columns) {
  std::vector<std::size_t> names_of(columns.size());
  for (const auto& [name, place] : series) {
    if (place >= kMostSeries) continue;
    Column& column = columns[place + 1];
    column.expression = y.expression;
    column.name = ++names_of[place + 1] > 1 ? "others" : name_of(by, name);
    if (column.name.empty()) column.name = "(none)";
  }
}

/// Fills the cells of one row of the figure after the other.
class Filling {
 public:
  Filling(Pivot& made, Combine combine) : made_(made), combine_(combine) {}

  void add(const Cell& x, std::size_t series, const std::optional<double>& number) {
    const auto [found, is_new] = rows_.emplace(key_of(x), rows_.size());
    made_.places.push_back(found->second);
    if (is_new)
      for (std::size_t i = 0; i < made_.columns.size(); ++i)
        made_.columns[i].cells.push_back(i == 0 ? x : Cell());
    if (series >= kMostSeries || !number) return;
    Cell& cell = made_.columns[series + 1].cells[found->second];
    const std::optional<double> before = number_of(cell);
    if (combine_ == Combine::kSum) {
      cell = before.value_or(0) + *number;
    } else {
      cell = std::max(before.value_or(*number), *number);
      if (before) ++made_.left_out_rows;
    }
  }

 private:
  Pivot& made_;
  const Combine combine_;
  std::map<Cell, std::size_t> rows_;
};

}  // namespace

Pivot pivot(const Column& x, const Column& by, const Column& y, Combine combine) {
  const Series series = series_of(by, y, combine);
  Pivot made;
  made.columns.resize(std::min(series.size(), kMostSeries) + 1);
  made.columns[0] = x;
  made.columns[0].cells.clear();
  if (combine == Combine::kLargest) made.left_out_names = series.size() - (made.columns.size() - 1);
  name_columns(series, by, y, made.columns);
  Filling filling(made, combine);
  for (std::size_t row = 0; row < x.cells.size(); ++row)
    filling.add(x.cells[row], series.at(key_of(by.cells[row])), number_at(y, row));
  return made;
}

}  // namespace weir::report
