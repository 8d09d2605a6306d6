#pragma once
// The main fact of a figure in one sentence: for those who listen, and for those who only glance.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns a sentence with numbers, "No rows." when there is none, and "No values in 12 rows." when all are
/// null. Of a figure that is not drawn it is the reason.
std::string main_fact(const Figure& figure);

}  // namespace weir::report
