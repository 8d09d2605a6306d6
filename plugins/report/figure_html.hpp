#pragma once
// One figure as HTML: its main fact, the place that the script draws the chart in, and its data as JSON and
// as a table.
#include <string>

#include "model.hpp"

namespace weir::report {

enum class Width { kHalf, kFull };

/// Returns the `<figure>`, with its data in the script element `data-<id>`.
std::string figure_html(const Figure& figure, Width width);

}  // namespace weir::report
