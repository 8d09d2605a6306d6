#pragma once
// From the rows of an input to one number with what it is compared with.
#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Fails: a column that is not there or holds no numbers.
Result<Tile> compose_tile(const Show& show, const Input& input, Moment now);

}  // namespace weir::report
