#pragma once
// Rows for every kind of figure, as the components would give them.
#include <vector>

#include "report.hpp"

namespace weir::report {

/// Returns daily, pages, channels, incidents, bad, next, steps, cohorts, ways and arms.
std::vector<Input> every_kind_inputs();

/// Returns the moment at which a page of these rows is made.
Moment every_kind_now();

}  // namespace weir::report
