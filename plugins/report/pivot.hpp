#pragma once
// From rows of (x, name, number) to a column for each name.
#include <cstddef>
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// What a chart can tell apart by colour.
inline constexpr std::size_t kMostSeries = 6;

/// What becomes of several rows of one x and name, and of names beyond kMostSeries.
enum class Combine {
  kSum,      ///< Both are added up; the last column is then "others".
  kLargest,  ///< The largest number stands for the rows, and the names are left out: sums of rates are none.
};

struct Pivot {
  std::vector<Column> columns;      ///< x, then one for each name, that with the largest sum first.
  std::vector<std::size_t> places;  ///< Of each row that was given: its row in `columns`.
  std::size_t left_out_names = 0;
  std::size_t left_out_rows = 0;  ///< There was one of the same x and name that was not smaller.
};

/// A pair without a row is null. What is given depends on the rows and not on their order, but for the order
/// of the x. Needs: `y` holds numbers.
Pivot pivot(const Column& x, const Column& by, const Column& y, Combine combine);

}  // namespace weir::report
