#pragma once
// Which rows are about a period that is not over: what they say will still change.
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Returns the rows, ascending. `partial` is "last", "first", "both", or a column that is true for a whole
/// period when its name begins with "is_complete" or "is_final", and for one that is not over otherwise.
/// When it is empty the input's own columns `is_complete`, `is_final` and `is_partial` are asked, and rows
/// whose `window_end` is after `now` are not over.
/// Fails: no such column.
Result<std::vector<std::size_t>> partial_rows(const Input& input, const std::string& partial, Moment now);

}  // namespace weir::report
