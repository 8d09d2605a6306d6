#pragma once
// Rows for which an expression has no value.
#include <cstdint>
#include <string>
#include <vector>

namespace weir::expr {

/// Why an expression could not answer for one row; the row is null in its result. At most one a row.
struct RowFault {
  int64_t row = 0;
  std::string code;     ///< Stable word: "overflow", "bad-cast".
  std::string message;  ///< What was found, what was expected.
};

using RowFaults = std::vector<RowFault>;

}  // namespace weir::expr
