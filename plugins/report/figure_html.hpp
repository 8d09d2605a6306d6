#pragma once
// One figure as HTML: the place that the script draws the chart in, its data as JSON and as a table.
#include <string>

#include "model.hpp"

namespace weir::report {

/// Returns the line "52 rows · 1997-01-01 to 1998-06-30 · from weekly_revenue".
std::string provenance_html(const Provenance& provenance);

/// Returns the figure's data as a JSON object: id, kind, title, order, rows, window, sources and columns,
/// each column with name, label, type (number, moment, text), format, unit and values. Moments are ISO 8601
/// strings.
std::string figure_json(const Figure& figure);

enum class Width { kHalf, kFull };

/// Returns the `<figure>`, with its data in the script element `data-<id>`.
std::string figure_html(const Figure& figure, Width width);

}  // namespace weir::report
