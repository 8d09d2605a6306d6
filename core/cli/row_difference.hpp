#pragma once
// How the rows that came differ from the rows that a test expects.
#include <string>
#include <vector>

#include "cli/row_cells.hpp"

namespace weir {

/// Returns one line for everything that differs, none when nothing does:
///
///     - {"page":"/","views":3}          expected, and did not come
///     + {"page":"/a","views":1}         came, and was not expected
///     ~ {"page":"/b","views":4}         came with other values:
///         views: expected 4, found 5
///
/// Of a row that came only the columns count that the expected row names. Each row is used once. Without
/// `is_ordered` any order is right.
std::vector<std::string> row_difference(const std::vector<RowCells>& expected,
                                        const std::vector<RowCells>& found, bool is_ordered);

}  // namespace weir
