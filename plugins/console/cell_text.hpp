#pragma once
// Values as people read them in a table.
#include <string>
#include <string_view>

#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir::console {

/// Appends one value: "null", 2025-01-31T12:00:00Z, [1, 2], {a: 1}. Control characters of texts are written
/// \n, \t, \x1b, so that no value moves the cursor.
void append_cell(const DataType& type, const weir_column& column, size_t row, std::string& out);

/// Returns how many columns of a terminal a text takes: one for each character, none for combining marks, two
/// for the wide ones of East Asia and emoji.
size_t display_width(std::string_view text);

}  // namespace weir::console
