#include "latest_rows.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "input_rows.hpp"

namespace weir::report {
namespace {

double rank_of(const Cell& cell) {
  if (const auto* at = std::get_if<Moment>(&cell)) return static_cast<double>(at->us);
  return number_of(cell).value_or(-std::numeric_limits<double>::infinity());
}

}  // namespace

Input latest_rows(const Input& input, std::string_view column) {
  const Column* rank = column_or_null(input, column);
  if (rank == nullptr || rank->cells.empty()) return input;
  double latest = rank_of(rank->cells.front());
  for (const Cell& cell : rank->cells) latest = std::max(latest, rank_of(cell));
  std::vector<bool> keep;
  for (const Cell& cell : rank->cells) keep.push_back(rank_of(cell) == latest);
  return picked_rows(input, keep);
}

}  // namespace weir::report
