#pragma once
// Moments of a column as people read them: a day stays a day, a moment has its zone beside it.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Finds out whether the moments of a column are days: all of them begin a day of `zone`. A column that is
/// known to hold days keeps its own zone, and one without moments stays as it is.
void find_days(Column& column, const DayZone& zone);

/// Returns "2025-01-06" of a column of days, "2025-01-06 12:30 UTC" of another.
std::string moment_words(const Column& column, Moment moment);

}  // namespace weir::report
