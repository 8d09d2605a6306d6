#pragma once
// A figure's data as a table.
#include <string>

#include "model.hpp"

namespace weir::report {

/// A table longer than this would make the page slow; the rest stays in the page as JSON and in its CSV.
inline constexpr std::size_t kMaxTableRows = 500;

/// Returns the table in a region that scrolls. The first column heads its rows.
std::string table_html(const Figure& figure);

}  // namespace weir::report
