#include "cli/row_difference.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <set>

namespace weir {
namespace {

// Sums of floats depend on the order in which rows came, in their last digits.
constexpr double kRounding = 1e-9;

bool is_same(const Cell& expected, const Cell& found) {
  if (expected.json == found.json) return true;
  if (!expected.is_float || !found.is_float) return false;
  const double a = std::strtod(expected.json.c_str(), nullptr);
  const double b = std::strtod(found.json.c_str(), nullptr);
  const bool are_numbers = expected.json != "null" && found.json != "null" && a - a == 0 && b - b == 0;
  return are_numbers && std::abs(a - b) <= kRounding * std::max({std::abs(a), std::abs(b), 1e-3});
}

const Cell& cell_named(const RowCells& row, const std::string& column) {
  return *std::ranges::find(row, column, &Cell::column);
}

size_t same_count(const RowCells& expected, const RowCells& found) {
  return static_cast<size_t>(std::ranges::count_if(
      expected, [&](const Cell& cell) { return is_same(cell, cell_named(found, cell.column)); }));
}

bool fits(const RowCells& expected, const RowCells& found) {
  return same_count(expected, found) == expected.size();
}

/// Gives each expected row a row that came, so that as many as possible have one (augmenting paths: a row
/// with few columns must not take the one that another needs).
class Matching {
 public:
  Matching(const std::vector<RowCells>& expected, const std::vector<RowCells>& found)
      : expected_(expected), found_(found), owner_(found.size()) {
    for (size_t row = 0; row < expected.size(); ++row) {
      std::vector<bool> was_tried(found.size());
      place(row, was_tried);
    }
  }
  /// Returns the expected row that each row that came has, by the latter.
  const std::vector<std::optional<size_t>>& owners() const { return owner_; }

 private:
  bool place(size_t row, std::vector<bool>& was_tried) {
    for (size_t i = 0; i < found_.size(); ++i) {
      if (was_tried[i] || !fits(expected_[row], found_[i])) continue;
      was_tried[i] = true;
      if (owner_[i] && !place(*owner_[i], was_tried)) continue;
      owner_[i] = row;
      return true;
    }
    return false;
  }

  const std::vector<RowCells>& expected_;
  const std::vector<RowCells>& found_;
  std::vector<std::optional<size_t>> owner_;
};

/// The columns that a test looks at: a row that was not expected is shown with them.
RowCells shown(const RowCells& found, const std::set<std::string>& columns) {
  if (columns.empty()) return found;
  RowCells row;
  std::ranges::copy_if(found, std::back_inserter(row),
                       [&](const Cell& cell) { return columns.contains(cell.column); });
  return row;
}

void add_changes(const RowCells& expected, const RowCells& found, std::vector<std::string>& lines) {
  lines.push_back("~ " + row_text(expected));
  for (const Cell& cell : expected) {
    const Cell& other = cell_named(found, cell.column);
    if (!is_same(cell, other))
      lines.push_back("    " + cell.column + ": expected " + cell.json + ", found " + other.json);
  }
}

}  // namespace

std::vector<std::string> row_difference(const std::vector<RowCells>& expected,
                                        const std::vector<RowCells>& found, bool is_ordered) {
  std::set<std::string> columns;
  for (const RowCells& row : expected) {
    for (const Cell& cell : row) columns.insert(cell.column);
  }
  std::vector<std::optional<size_t>> owners(found.size());
  if (is_ordered) {
    for (size_t i = 0; i < std::min(found.size(), expected.size()); ++i) owners[i] = i;
  } else {
    owners = Matching(expected, found).owners();
  }
  std::set<size_t> missing;
  for (size_t row = 0; row < expected.size(); ++row) missing.insert(row);
  for (const auto& owner : owners) {
    if (owner) missing.erase(*owner);
  }
  // A row that is like an expected one in something probably is that row, with a wrong value.
  for (size_t i = 0; i < found.size() && !is_ordered; ++i) {
    if (owners[i]) continue;
    const auto nearest = std::ranges::max_element(
        missing, {}, [&](size_t row) { return same_count(expected[row], found[i]); });
    if (nearest == missing.end() || same_count(expected[*nearest], found[i]) == 0) continue;
    owners[i] = *nearest;
    missing.erase(nearest);
  }
  std::vector<std::string> lines;
  for (const size_t row : missing) lines.push_back("- " + row_text(expected[row]));
  for (size_t i = 0; i < found.size(); ++i) {
    if (!owners[i]) {
      lines.push_back("+ " + row_text(shown(found[i], columns)));
    } else if (!fits(expected[*owners[i]], found[i])) {
      add_changes(expected[*owners[i]], found[i], lines);
    }
  }
  return lines;
}

}  // namespace weir
