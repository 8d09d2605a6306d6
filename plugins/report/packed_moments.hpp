#pragma once
// Many moments in little room: a hundred thousand written out would be two thirds of a page.
#include <optional>
#include <string>
#include <vector>

#include "model.hpp"

namespace weir::report {

/// Returns `{"first":"2025-01-01T00:00:00Z","unit_us":60000000,"steps":[1,[1,500],7]}`: the first moment, and
/// in units how far each is from the one before; `[1,500]` is 500 such steps. Nothing for few moments, and
/// where a cell is null.
std::optional<std::string> packed_moments(const std::vector<Cell>& cells);

}  // namespace weir::report
