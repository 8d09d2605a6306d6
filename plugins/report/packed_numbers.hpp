#pragma once
// Many numbers in little room, with every bit.
#include <optional>
#include <string>
#include <vector>

#include "model.hpp"

namespace weir::report {

/// Returns `{"float64":"..."}`: the numbers as little-endian doubles in base64, NaN for null. Nothing for few
/// numbers, and where a cell is something else.
std::optional<std::string> packed_numbers(const std::vector<Cell>& cells);

}  // namespace weir::report
