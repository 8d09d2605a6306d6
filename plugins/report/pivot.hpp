#pragma once
// From rows of (x, name, number) to a column for each name.
#include <cstddef>
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// What a chart can tell apart by colour.
inline constexpr std::size_t kMostSeries = 6;

struct Pivot {
  std::vector<Column> columns;      ///< x, then one for each name, that with the largest sum first.
  std::vector<std::size_t> places;  ///< Of each row that was given: its row in `columns`.
  std::size_t left_out_names = 0;
  std::size_t replaced_rows = 0;  ///< There was a later one of the same x and name.
};

/// `adds_up`: rows of one x and name are added up, and with more than kMostSeries names the last column,
/// "others", is the sum of those beyond. Else a later row takes the place of an earlier one, and the names
/// beyond are left out: a sum of rates or quantiles is none. A pair without a row is null.
/// Needs: `y` holds numbers.
Pivot pivot(const Column& x, const Column& by, const Column& y, bool adds_up);

}  // namespace weir::report
