#pragma once
// Numeric columns whatever their type: the type is looked at once for a batch.
#include <cmath>
#include <limits>
#include <vector>

#include "weir/column.hpp"

namespace weir {

inline bool is_integer(Type type) { return type >= Type::kInt8 && type <= Type::kUint64; }
inline bool is_float(Type type) { return type == Type::kFloat32 || type == Type::kFloat64; }
inline bool is_number(Type type) { return is_integer(type) || is_float(type) || type == Type::kDecimal128; }

/// Calls `use(view)` with the ColumnView of the column's own C++ type; returns what that returns. A decimal
/// is its unscaled integer. Needs: the type is a number, a timestamp (int64_t [us]) or a date (int32_t
/// [days]).
template <class Use>
auto with_numbers(const weir_column& column, Use use) {
  switch (static_cast<Type>(column.type)) {
    case Type::kInt8:
      return use(ColumnView<int8_t>(column));
    case Type::kInt16:
      return use(ColumnView<int16_t>(column));
    case Type::kInt32:
    case Type::kDate32:
      return use(ColumnView<int32_t>(column));
    case Type::kInt64:
    case Type::kTimestamp:
      return use(ColumnView<int64_t>(column));
    case Type::kUint8:
      return use(ColumnView<uint8_t>(column));
    case Type::kUint16:
      return use(ColumnView<uint16_t>(column));
    case Type::kUint32:
      return use(ColumnView<uint32_t>(column));
    case Type::kUint64:
      return use(ColumnView<uint64_t>(column));
    case Type::kFloat32:
      return use(ColumnView<float>(column));
    case Type::kDecimal128:
      return use(ColumnView<Decimal128>(column));
    default:
      return use(ColumnView<double>(column));
  }
}
template <class Use>
auto with_numbers(const Column& column, Use use) {
  return with_numbers(*column, std::move(use));
}

/// Writes each row's value into `out` as float64, NaN for a null. Needs: is_number() of the column's type.
inline void read_doubles(const weir_column& column, std::vector<double>& out) {
  const double unit = column.type == WEIR_DECIMAL128 ? std::pow(10.0, column.scale) : 1.0;
  with_numbers(column, [&](const auto& view) {
    out.resize(view.size());
    for (size_t row = 0; row < view.size(); ++row) out[row] = static_cast<double>(view[row]) / unit;
    if (!view.has_nulls()) return;
    for (size_t row = 0; row < view.size(); ++row)
      if (view.is_null(row)) out[row] = std::numeric_limits<double>::quiet_NaN();
  });
}

}  // namespace weir
