#pragma once
// From the rows of an input to a chart or a table.
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Needs: `show` is of a kind that draws a figure. `inputs` are looked at for what a chart takes from another
/// one: marks, and what came beside a forecast.
/// Fails: a column or input that is not there, or holds no numbers.
Result<Figure> compose_figure(const Show& show, const Input& given, const std::vector<Input>& inputs,
                              Moment now);

}  // namespace weir::report
