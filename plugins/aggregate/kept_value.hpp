#pragma once
// One value of any ordered type, kept in a slot.
#include <cmath>
#include <cstring>
#include <string_view>

#include "number_rows.hpp"

namespace weir::aggregates {

/// Whether values of the type have an order that `min` and `max` can follow.
inline bool is_ordered(Type type) { return type != Type::kNull && type < Type::kList; }
inline bool is_text(Type type) { return type == Type::kString || type == Type::kBinary; }

/// A value in the widest form of its kind: int64 for bool, signed integers, dates and timestamps, uint64,
/// float64, a decimal's digits, or text in a block of the host's.
struct KeptValue {
  union {
    int64_t signed_value;
    uint64_t unsigned_value;
    double float_value;
    Decimal128 decimal_value;
  };
  weir_block* text;

  void get(int64_t& out) const { out = signed_value; }
  void get(uint64_t& out) const { out = unsigned_value; }
  void get(double& out) const { out = float_value; }
  void get(Decimal128& out) const { out = decimal_value; }
  void get(std::string_view& out) const {
    out = text == nullptr ? std::string_view()
                          : std::string_view(reinterpret_cast<const char*>(text->data), text->size);
  }
  template <class Rows>
  void set(const Rows&, int64_t value) {
    signed_value = value;
  }
  template <class Rows>
  void set(const Rows&, uint64_t value) {
    unsigned_value = value;
  }
  template <class Rows>
  void set(const Rows&, double value) {
    float_value = value;
  }
  template <class Rows>
  void set(const Rows&, Decimal128 value) {
    decimal_value = value;
  }
  /// Fails: throws FaultException when the host has no memory.
  template <class Rows>
  void set(const Rows& rows, std::string_view value) {
    if (Status status = rows.resize_block(text, value.size()); !status.is_ok()) throw FaultException(status);
    if (!value.empty()) std::memcpy(text->data, value.data(), value.size());
  }
};

/// The widest form of a column's C++ type.
template <class T>
struct Widest {
  using type = std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>;
};
template <>
struct Widest<bool> {
  using type = int64_t;
};
template <>
struct Widest<float> {
  using type = double;
};
template <>
struct Widest<double> {
  using type = double;
};
template <>
struct Widest<Decimal128> {
  using type = Decimal128;
};
template <>
struct Widest<std::string_view> {
  using type = std::string_view;
};

/// Calls `take(slot, value, row)` with the widest form of each value that is not null.
template <class Rows, class Take>
void for_kept(const Rows& rows, const Column& column, Take take) {
  const auto each = [&](const auto& view) {
    using Value = typename Widest<std::remove_cvref_t<decltype(view[0])>>::type;
    for (size_t i = 0; i < rows.size(); ++i) {
      const size_t row = rows.row(i);
      if (!view.is_null(row)) take(rows.slot(i), static_cast<Value>(view[row]), row);
    }
  };
  if (column.type() == Type::kBool) return each(column.view<bool>());
  if (is_text(column.type())) return each(column.view<std::string_view>());
  with_numbers(column, each);
}

/// Makes a column of `type` from kept values: `get(i)` answers one, or null for none.
template <class Get>
Column kept_column(const DataType& type, size_t count, Get get) {
  const auto build = [&]<class Value>(auto builder, Value value) {
    for (size_t i = 0; i < count; ++i) {
      const KeptValue* const kept = get(i);
      if (kept == nullptr) {
        builder.append_null();
        continue;
      }
      typename Widest<Value>::type wide;
      kept->get(wide);
      value = static_cast<Value>(wide);
      builder.append(value);
    }
    return std::move(builder).finish();
  };
  const auto fixed = [&]<class Value>(Value value) { return build(ColumnBuilder<Value>(type), value); };
  switch (type.type) {
    case Type::kBool:
      return build(BoolBuilder(), false);
    case Type::kString:
    case Type::kBinary:
      return build(StringBuilder(type.type), std::string_view());
    case Type::kInt8:
      return fixed(int8_t{});
    case Type::kInt16:
      return fixed(int16_t{});
    case Type::kInt32:
    case Type::kDate32:
      return fixed(int32_t{});
    case Type::kUint8:
      return fixed(uint8_t{});
    case Type::kUint16:
      return fixed(uint16_t{});
    case Type::kUint32:
      return fixed(uint32_t{});
    case Type::kUint64:
      return fixed(uint64_t{});
    case Type::kFloat32:
      return fixed(float{});
    case Type::kFloat64:
      return fixed(double{});
    case Type::kDecimal128:
      return fixed(Decimal128{});
    default:
      return fixed(int64_t{});
  }
}

}  // namespace weir::aggregates
