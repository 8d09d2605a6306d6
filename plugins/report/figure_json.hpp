#pragma once
// A figure's data for machines: for the page's script and for whoever reads the page with a program.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns a JSON object: id, kind, title, order, rows, window, sources, columns, and where there are any
/// `partial` (rows whose period is not over) and `marks` (at, text). Each column has name, label, type
/// (number, moment, text), format, unit and values, and `expression` where it is known. Moments are ISO 8601
/// strings.
std::string figure_json(const Figure& figure);

}  // namespace weir::report
