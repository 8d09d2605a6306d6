#pragma once
// Numeric arguments of aggregates, whatever their type: the type is looked at once for a batch.
#include <cmath>
#include <string>
#include <type_traits>

#include <weir/aggregate_function.hpp>
#include <weir/numbers.hpp>

namespace weir::aggregates {

/// Returns "sum takes one number, found (string, int64)".
inline Status wrong_arguments(std::string_view name, std::string_view takes, std::span<const Field> found) {
  std::string list;
  for (const Field& field : found) list += (list.empty() ? "" : ", ") + field.type.to_string();
  return Status::invalid(std::string(name) + " takes " + std::string(takes) + ", found (" + list + ")");
}

/// Calls `take(slot, value)` for each row that has a value.
template <class Rows, class View, class Take>
void for_values(const Rows& rows, const View& view, Take take) {
  if (!view.has_nulls()) {
    for (size_t i = 0; i < rows.size(); ++i) take(rows.slot(i), view[rows.row(i)]);
    return;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    const size_t row = rows.row(i);
    if (!view.is_null(row)) take(rows.slot(i), view[row]);
  }
}

/// Calls `take(slot, value)` with each value as float64. `scale` is that of a decimal.
template <class Rows, class Take>
void for_doubles(const Rows& rows, const Column& column, Take take) {
  const double unit = column.type() == Type::kDecimal128 ? std::pow(10.0, column->scale) : 1.0;
  with_numbers(column, [&](const auto& view) {
    using Value = std::remove_cvref_t<decltype(view[0])>;
    for_values(rows, view, [&](auto& slot, Value value) {
      if constexpr (std::is_same_v<Value, Decimal128>)
        take(slot, static_cast<double>(value) / unit);
      else
        take(slot, static_cast<double>(value));
    });
  });
}

}  // namespace weir::aggregates
