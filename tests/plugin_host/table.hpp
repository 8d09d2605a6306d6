#pragma once
// Rows as tests write and read them.
#include <optional>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir::test {

using Cells = std::vector<std::vector<std::optional<std::string>>>;

/// Makes a batch of rows of texts; nothing is null. Timestamps are microseconds, dates days since 1970.
/// Needs: columns of bool, int64, float64, timestamp, date32 or string.
Batch make_rows(const Schema& schema, const Cells& rows);

/// Returns one value as JSON has it, texts without quotes.
std::string value_text(const Schema& schema, const Batch& batch, size_t column, size_t row);
/// Returns a row as JSON.
std::string row_json(const Schema& schema, const Batch& batch, size_t row);

}  // namespace weir::test
