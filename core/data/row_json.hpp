#pragma once
// One row of a batch as JSON text, for people and for dead letters.
#include <cstdint>
#include <string>
#include <string_view>

#include <weir/abi_data.h>

namespace weir {

/// Appends the row as one JSON object, its members in the order of the columns:
/// `{"id":7,"at":"2025-01-31T12:00:00Z"}`.
///
/// Decimals are numbers with every digit; times are ISO 8601 texts in UTC; binary values are base64; NaN and
/// infinities, which JSON does not have, are the texts "NaN", "Infinity", "-Infinity". Bytes of a string that
/// are not UTF-8 become U+FFFD. Hidden columns are left out.
/// Needs: `batch` matches `schema`; 0 <= row < batch.row_count.
void append_row_json(const weir_schema& schema, const weir_batch& batch, int64_t row, std::string& out);

/// Appends one value as append_row_json() does; a null is "null".
void append_value_json(const weir_field& field, const weir_column& column, int64_t row, std::string& out);

/// Appends `text` as a JSON string with its quotes.
void append_json_string(std::string_view text, std::string& out);

}  // namespace weir
