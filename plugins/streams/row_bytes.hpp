#pragma once
// Whole rows as bytes, for state that keeps rows of one key together in a block.
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir::streams {

/// Appends row `row` of every column to `out`. What a type's bytes are is part of the state's version: a
/// change of it is a new version of every state that holds rows.
void append_row(const Batch& batch, size_t row, std::string& out);

/// Returns the columns of rows that append_row() wrote, one row for each text.
/// Needs: `fields` are those of the batches that the rows came from.
/// Fails: throws FaultException(kCorrupt) when a text ends before its row does.
std::vector<Column> columns_of(std::span<const Field> fields, std::vector<std::string_view> rows);

}  // namespace weir::streams
