#include "cells.hpp"

#include <cmath>
#include <limits>

namespace weir::report {
namespace {

constexpr std::int64_t kDayUs = 86'400'000'000;

Cell whole_number(std::int64_t value) {
  if (value > kExactInDouble || value < -kExactInDouble) return value;
  return static_cast<double>(value);
}

template <class T>
Cell number(const weir_column& column, std::size_t row) {
  const T value = ColumnView<T>(column)[row];
  if constexpr (std::is_floating_point_v<T>) return static_cast<double>(value);
  if constexpr (std::is_same_v<T, std::uint64_t>)
    if (value > std::numeric_limits<std::int64_t>::max()) return static_cast<double>(value);
  return whole_number(static_cast<std::int64_t>(value));
}

Cell decimal(const weir_column& column, int scale, std::size_t row) {
  // A long double holds 19 digits, more than anyone reads in a report.
  const auto value = static_cast<long double>(ColumnView<Decimal128>(column)[row]);
  return static_cast<double>(value / std::pow(10.0L, scale));
}

Cell cell(const DataType& type, const weir_column& column, std::size_t row) {
  switch (type.type) {
    case Type::kNull:
      return {};
    case Type::kBool:
      return std::string(BoolColumn(column)[row] ? "true" : "false");
    case Type::kInt8:
      return number<std::int8_t>(column, row);
    case Type::kInt16:
      return number<std::int16_t>(column, row);
    case Type::kInt32:
      return number<std::int32_t>(column, row);
    case Type::kUint8:
      return number<std::uint8_t>(column, row);
    case Type::kUint16:
      return number<std::uint16_t>(column, row);
    case Type::kUint32:
      return number<std::uint32_t>(column, row);
    case Type::kUint64:
      return number<std::uint64_t>(column, row);
    case Type::kFloat32:
      return number<float>(column, row);
    case Type::kFloat64:
      return number<double>(column, row);
    case Type::kTimestamp:
      return Moment{ColumnView<std::int64_t>(column)[row]};
    case Type::kDate32:
      return Moment{ColumnView<std::int32_t>(column)[row] * kDayUs};
    case Type::kDecimal128:
      return decimal(column, type.scale, row);
    case Type::kString:
    case Type::kBinary:
      return std::string(StringColumn(column)[row]);
    default:
      return number<std::int64_t>(column, row);
  }
}

}  // namespace

Result<Input> empty_input(const std::string& port, const Schema& schema) {
  Input input{port, {port}, {}};
  for (const Field& field : schema.fields) {
    if (field.type.type == Type::kList || field.type.type == Type::kStruct)
      return Status::invalid("input '" + port + "': column '" + field.name + "' is " +
                             field.type.to_string() +
                             ", which a report cannot show; leave it out with select");
    const bool holds_numbers = (field.type.type >= Type::kInt8 && field.type.type <= Type::kFloat64) ||
                               field.type.type == Type::kDecimal128 || field.type.type == Type::kNull;
    const bool holds_moments = field.type.type == Type::kTimestamp || field.type.type == Type::kDate32;
    input.columns.push_back({field.name, "", Format::kNumber, "", {}, holds_numbers, "", {}, holds_moments});
    // A date is a day whatever zone the report has.
    if (field.type.type == Type::kDate32) input.columns.back().days = DayZone();
  }
  return input;
}

void append_rows(const Schema& schema, const Batch& batch, Input& input) {
  for (std::size_t i = 0; i < schema.size(); ++i) {
    const weir_column& column = batch.raw_column(i);
    const Validity validity(column);
    std::vector<Cell>& cells = input.columns[i].cells;
    for (std::size_t row = 0; row < batch.row_count(); ++row)
      cells.push_back(validity.is_null(row) ? Cell() : cell(schema[i].type, column, row));
  }
}

}  // namespace weir::report
