#pragma once
// One column as another type.
#include <string_view>

#include <weir/batch.hpp>
#include <weir/row_errors.hpp>

namespace weir::basic {

/// Whether cast_column() knows the way: between bools, numbers and texts, and between dates and timestamps.
bool can_cast(const DataType& from, const DataType& to);

/// Returns the column as `to`. A value that does not fit is added to `errors`, under `name`, and null.
/// Numbers that lose their fraction are rounded, halves away from zero; texts may have spaces around them.
/// Needs: can_cast().
Column cast_column(const weir_column& column, const DataType& to, std::string_view name, RowErrors& errors);

}  // namespace weir::basic
