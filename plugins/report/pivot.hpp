#pragma once
// From rows of (x, name, number) to a column for each name.
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// What a chart can tell apart by colour.
inline constexpr std::size_t kMostSeries = 6;

/// Returns x, then a column of `y` for each value of `by`, the one with the largest sum first. Rows of one x
/// and name are added up. With more than kMostSeries names the last column, "others", is the sum of those
/// beyond. A pair without a row is null.
/// Needs: `y` holds numbers.
std::vector<Column> pivot(const Column& x, const Column& by, const Column& y);

}  // namespace weir::report
