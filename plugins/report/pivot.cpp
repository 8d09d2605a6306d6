#include "pivot.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "input_rows.hpp"

namespace weir::report {
namespace {

// Cells have no order of their own; the words that people read are as good a key.
using Key = std::pair<std::int64_t, std::string>;

Key key_of(const Column& column, std::size_t row) {
  if (const auto* at = std::get_if<Moment>(&column.cells[row])) return {at->us, ""};
  return {0, words_at(column, row)};
}

std::map<std::string, double> sums_by_name(const Column& by, const Column& y) {
  std::map<std::string, double> sums;
  for (std::size_t row = 0; row < by.cells.size(); ++row)
    sums[words_at(by, row)] += number_at(y, row).value_or(0);
  return sums;
}

/// Which column a name gets, from 0.
std::map<std::string, std::size_t> places_of(const std::map<std::string, double>& sums) {
  std::vector<std::pair<double, std::string>> ordered;
  for (const auto& [name, sum] : sums) ordered.emplace_back(-sum, name);
  std::ranges::sort(ordered);
  std::map<std::string, std::size_t> places;
  const bool has_others = ordered.size() > kMostSeries;
  for (std::size_t i = 0; i < ordered.size(); ++i)
    places[ordered[i].second] = has_others ? std::min(i, kMostSeries - 1) : i;
  return places;
}

void name_columns(const std::map<std::string, std::size_t>& places, const Column& y,
                  std::vector<Column>& wide) {
  for (const auto& [name, place] : places) {
    Column& column = wide[place + 1];
    column.name = name.empty() ? "(none)" : name;
    column.expression = y.expression;
  }
  if (places.size() > kMostSeries) wide.back().name = "others";
}

}  // namespace

std::vector<Column> pivot(const Column& x, const Column& by, const Column& y) {
  const std::map<std::string, std::size_t> places = places_of(sums_by_name(by, y));
  std::vector<Column> wide(std::min(places.size(), kMostSeries) + 1);
  wide[0] = x;
  wide[0].cells.clear();
  name_columns(places, y, wide);
  std::map<Key, std::size_t> rows;
  for (std::size_t row = 0; row < x.cells.size(); ++row) {
    const auto [found, is_new] = rows.emplace(key_of(x, row), rows.size());
    if (is_new) {
      wide[0].cells.push_back(x.cells[row]);
      for (std::size_t i = 1; i < wide.size(); ++i) wide[i].cells.emplace_back();
    }
    const std::optional<double> number = number_at(y, row);
    if (!number) continue;
    Cell& cell = wide[places.at(words_at(by, row)) + 1].cells[found->second];
    cell = number_of(cell).value_or(0) + *number;
  }
  return wide;
}

}  // namespace weir::report
