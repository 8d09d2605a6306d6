#include "pivot.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "input_rows.hpp"

namespace weir::report {
namespace {

std::map<Cell, double> sums_by_name(const Column& by, const Column& y) {
  std::map<Cell, double> sums;
  for (std::size_t row = 0; row < by.cells.size(); ++row)
    sums[by.cells[row]] += number_at(y, row).value_or(0);
  return sums;
}

/// Which column a name gets, from 0; those beyond the last are left out.
std::map<Cell, std::size_t> series_of(const std::map<Cell, double>& sums, bool adds_up) {
  std::vector<std::pair<double, Cell>> ordered;
  for (const auto& [name, sum] : sums) ordered.emplace_back(-sum, name);
  std::ranges::sort(ordered);
  std::map<Cell, std::size_t> series;
  const bool has_others = adds_up && ordered.size() > kMostSeries;
  for (std::size_t i = 0; i < ordered.size(); ++i)
    series[ordered[i].second] = has_others ? std::min(i, kMostSeries - 1) : i;
  return series;
}

std::string name_of(const Column& by, const Cell& cell) {
  Column one = by;
  one.cells = {cell};
  const std::string words = name_at(one, 0);
  return words.empty() ? "(none)" : words;
}

}  // namespace

Pivot pivot(const Column& x, const Column& by, const Column& y, bool adds_up) {
  const std::map<Cell, std::size_t> series = series_of(sums_by_name(by, y), adds_up);
  Pivot made;
  made.columns.resize(std::min(series.size(), kMostSeries) + 1);
  made.columns[0] = x;
  made.columns[0].cells.clear();
  for (const auto& [name, place] : series) {
    if (place >= kMostSeries) {
      ++made.left_out_names;
      continue;
    }
    made.columns[place + 1].name = name_of(by, name);
    made.columns[place + 1].expression = y.expression;
  }
  if (adds_up && series.size() > kMostSeries) made.columns.back().name = "others";
  std::map<Cell, std::size_t> rows;
  std::set<std::pair<std::size_t, std::size_t>> seen;
  for (std::size_t row = 0; row < x.cells.size(); ++row) {
    const auto [found, is_new] = rows.emplace(x.cells[row], rows.size());
    made.places.push_back(found->second);
    if (is_new)
      for (std::size_t i = 0; i < made.columns.size(); ++i)
        made.columns[i].cells.push_back(i == 0 ? x.cells[row] : Cell());
    const std::size_t place = series.at(by.cells[row]);
    if (place >= kMostSeries) continue;
    const bool is_first = seen.emplace(found->second, place).second;
    if (!adds_up && !is_first) ++made.replaced_rows;
    Cell& cell = made.columns[place + 1].cells[found->second];
    const std::optional<double> number = number_at(y, row);
    if (!adds_up)
      cell = number ? Cell(*number) : Cell();
    else if (number)
      cell = number_of(cell).value_or(0) + *number;
  }
  return made;
}

}  // namespace weir::report
