#pragma once
// Whether the data of a report can be used as it is: how old it is and how much of it was rejected.
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Says when the newest row is from, against `now`. The time is column `x`, or the first one of the input.
/// Fails: the input has no times.
Result<Badge> compose_freshness(const Show& show, const Input& input, Moment now);

/// Says how many rows the input has, all of them rejected, of how many, and for which reasons (column `code`,
/// where there is one). Fails: the total names no numbers.
Result<Badge> compose_rejected(const Show& show, const Input& input, const std::vector<Input>& inputs);

}  // namespace weir::report
