#pragma once
// Where numbers come from, as a line that is printed and as attributes that a click reads.
#include <string>
#include <vector>

#include "model.hpp"

namespace weir::report {

/// Returns the line "52 rows · 1997-01-01 to 1998-06-30 · from weekly_revenue".
std::string provenance_html(const Provenance& provenance);

/// Returns data-rows, data-window, data-sources and data-expression, each with a space before it.
std::string origin_attributes(const Provenance& provenance);

/// Returns a paragraph for each.
std::string notes_html(const std::vector<std::string>& notes);

}  // namespace weir::report
