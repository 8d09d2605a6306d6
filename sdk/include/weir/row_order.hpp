#pragma once
// The order of rows: columns as a pipeline's author lists them, and rows as bytes that order as the rows do.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "weir/batch.hpp"
#include "weir/options.hpp"

namespace weir {

enum class Order { kAscending, kDescending };
enum class Nulls { kFirst, kLast };

struct SortColumn {
  size_t column = 0;
  Order order = Order::kAscending;
  Nulls nulls = Nulls::kLast;
};

/// An entry of an option that orders rows: a column, or {column, order, nulls}. `kDefault` is the order of
/// one that says nothing.
template <Order kDefault>
struct OrderBy {
  ColumnRef column;
  Order order = kDefault;
  Nulls nulls = Nulls::kLast;
  static auto options() {
    return options_of<OrderBy>(
        required("column", &OrderBy::column, "The column."),
        optional("order", &OrderBy::order, kDefault == Order::kAscending ? "asc" : "desc",
                 "Smallest or largest first.",
                 choices<Order>({{"asc", Order::kAscending}, {"desc", Order::kDescending}})),
        optional("nulls", &OrderBy::nulls, "last", "Where rows without a value stand.",
                 choices<Nulls>({{"first", Nulls::kFirst}, {"last", Nulls::kLast}})));
  }
};
template <Order kDefault>
using OrderByList = std::vector<OneOf<OrderBy<kDefault>, ColumnRef>>;

/// Whether rows can be ordered by a column of this type.
inline bool can_sort_by(Type type) { return type != Type::kNull && type < Type::kList; }

/// Returns the columns of the option `by`. Fails: none, or one that has no order.
template <Order kDefault>
Result<std::vector<SortColumn>> sort_columns(const OrderByList<kDefault>& by, const Schema& input) {
  if (by.empty()) return Status::invalid("by: at least one column is needed");
  std::vector<SortColumn> made;
  for (const auto& entry : by) {
    SortColumn column;
    if (const auto* const bare = std::get_if<ColumnRef>(&entry)) {
      column = {bare->index, kDefault, Nulls::kLast};
    } else {
      const auto& full = std::get<OrderBy<kDefault>>(entry);
      column = {full.column.index, full.order, full.nulls};
    }
    const Field& field = input[column.column];
    if (!can_sort_by(field.type.type))
      return Status::invalid("by: column '" + field.name + "' is " + field.type.to_string() +
                             ", which has no order");
    made.push_back(column);
  }
  return made;
}

namespace detail {
template <class Unsigned>
inline void append_big_endian(Unsigned bits, std::string& out) {
  for (size_t i = sizeof(Unsigned); i-- > 0;) out += static_cast<char>((bits >> (i * 8)) & 0xFF);
}

/// Signed numbers order as unsigned ones once their top bit is turned.
template <class T, class Unsigned>
inline void append_signed(T value, std::string& out) {
  append_big_endian<Unsigned>(
      static_cast<Unsigned>(static_cast<Unsigned>(value) ^ (Unsigned{1} << (sizeof(Unsigned) * 8 - 1))), out);
}

inline void append_float(double value, std::string& out) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  if (value == 0) value = 0;  // -0 is 0.
  constexpr uint64_t kSign = uint64_t{1} << 63;
  const auto bits = std::bit_cast<uint64_t>(value);
  append_big_endian<uint64_t>((bits & kSign) != 0 ? ~bits : bits | kSign, out);
}

/// A zero byte inside a text is followed by 255, its end by 0: no text's key begins another's.
inline void append_text(std::string_view text, std::string& out) {
  for (const char c : text) {
    out += c;
    if (c == '\0') out += '\xFF';
  }
  out += '\0';
  out += '\0';
}

__extension__ typedef unsigned __int128 UnsignedWide;

inline void append_value(const weir_column& column, size_t row, std::string& out) {
  switch (static_cast<Type>(column.type)) {
    case Type::kBool:
      out += BoolColumn(column)[row] ? '\1' : '\0';
      return;
    case Type::kInt8:
      return append_signed<int8_t, uint8_t>(ColumnView<int8_t>(column)[row], out);
    case Type::kInt16:
      return append_signed<int16_t, uint16_t>(ColumnView<int16_t>(column)[row], out);
    case Type::kInt32:
    case Type::kDate32:
      return append_signed<int32_t, uint32_t>(ColumnView<int32_t>(column)[row], out);
    case Type::kUint8:
      return append_big_endian(ColumnView<uint8_t>(column)[row], out);
    case Type::kUint16:
      return append_big_endian(ColumnView<uint16_t>(column)[row], out);
    case Type::kUint32:
      return append_big_endian(ColumnView<uint32_t>(column)[row], out);
    case Type::kUint64:
      return append_big_endian(ColumnView<uint64_t>(column)[row], out);
    case Type::kFloat32:
      return append_float(static_cast<double>(ColumnView<float>(column)[row]), out);
    case Type::kFloat64:
      return append_float(ColumnView<double>(column)[row], out);
    case Type::kDecimal128:
      return append_signed<Decimal128, UnsignedWide>(ColumnView<Decimal128>(column)[row], out);
    case Type::kString:
    case Type::kBinary:
      return append_text(StringColumn(column)[row], out);
    default:
      return append_signed<int64_t, uint64_t>(ColumnView<int64_t>(column)[row], out);
  }
}

inline void append_column(const weir_column& column, const SortColumn& by, size_t row, std::string& out) {
  const bool is_null = Validity(column).is_null(row);
  // Where nulls stand does not turn with the order.
  const bool is_above = is_null == (by.nulls == Nulls::kLast);
  out += is_above ? '\1' : '\0';
  if (is_null) return;
  const size_t from = out.size();
  append_value(column, row, out);
  if (by.order == Order::kAscending) return;
  for (size_t i = from; i < out.size(); ++i) out[i] = static_cast<char>(~out[i]);
}
}  // namespace detail

/// One key for each row of a batch: memcmp of two keys orders as the columns do. NaN stands above all
/// numbers, texts order by their bytes.
class SortKeys {
 public:
  SortKeys() = default;
  /// Needs: can_sort_by() each column.
  SortKeys(const Batch& batch, const std::vector<SortColumn>& columns);
  /// [bytes] that the keys of a batch take; more where texts hold zero bytes.
  static size_t bytes_of(const Batch& batch, const std::vector<SortColumn>& columns);
  std::string_view operator[](size_t row) const {
    return std::string_view(bytes_).substr(ends_[row], ends_[row + 1] - ends_[row]);
  }

 private:
  static size_t text_bytes(const Batch& batch, const std::vector<SortColumn>& columns);

  std::string bytes_;
  std::vector<size_t> ends_;  // Of the row before: row i lies in [ends_[i], ends_[i + 1]).
};

/// Without the places where they end.
inline size_t SortKeys::text_bytes(const Batch& batch, const std::vector<SortColumn>& columns) {
  size_t bytes = 0;
  for (const SortColumn& by : columns) {
    const weir_column& column = batch.raw_column(by.column);
    if (column.type == WEIR_STRING || column.type == WEIR_BINARY) {
      const StringColumn texts(column);
      for (size_t row = 0; row < texts.size(); ++row) bytes += texts.is_null(row) ? 1 : texts[row].size() + 3;
    } else {
      const size_t width = std::max<size_t>(1, type_width(static_cast<Type>(column.type)));
      bytes += batch.row_count() * (1 + width);
    }
  }
  return bytes;
}

inline size_t SortKeys::bytes_of(const Batch& batch, const std::vector<SortColumn>& columns) {
  return text_bytes(batch, columns) + (batch.row_count() + 1) * sizeof(size_t);
}

inline SortKeys::SortKeys(const Batch& batch, const std::vector<SortColumn>& columns) {
  // Growing would hold them twice for a moment.
  bytes_.reserve(text_bytes(batch, columns));
  ends_.reserve(batch.row_count() + 1);
  ends_.push_back(0);
  for (size_t row = 0; row < batch.row_count(); ++row) {
    for (const SortColumn& by : columns) detail::append_column(batch.raw_column(by.column), by, row, bytes_);
    ends_.push_back(bytes_.size());
  }
}

}  // namespace weir
