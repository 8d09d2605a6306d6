#pragma once
// Of rows that come again for each window, origin or revision, those that came last.
#include <string_view>

#include "report.hpp"

namespace weir::report {

/// Returns the rows whose value of `column` (a time or a number) is the largest; all rows when there is no
/// such column. Rows with a null there are dropped when others have a value.
Input latest_rows(const Input& input, std::string_view column);

}  // namespace weir::report
