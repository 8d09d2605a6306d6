#pragma once
// Columns for tests, by type.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model.hpp"

namespace weir::report {

inline const Cell kNull;

inline Column numbers(std::string name, std::vector<Cell> cells) {
  return {std::move(name), "", Format::kNumber, "", std::move(cells)};
}

inline Column texts(std::string name, std::vector<Cell> cells) {
  Column column = numbers(std::move(name), std::move(cells));
  column.holds_numbers = false;
  return column;
}

/// Midnights of these days after 1970-01-01.
inline Column times(std::string name, const std::vector<std::int64_t>& days) {
  Column column = texts(std::move(name), {});
  for (const std::int64_t day : days) column.cells.emplace_back(Moment{day * 86'400'000'000});
  column.holds_moments = true;
  return column;
}

}  // namespace weir::report
