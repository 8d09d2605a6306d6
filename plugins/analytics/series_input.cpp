#include "series_input.hpp"

#include <algorithm>
#include <cmath>

#include <weir/row_errors.hpp>

namespace weir::prediction {
namespace {

/// Times up to here can be added to without a look at the ends of int64.
constexpr int64_t kFurthest = int64_t{1} << 60;

template <class T>
void read(const weir_column& column, double unit, std::vector<double>& numbers) {
  const ColumnView<T> view(column);
  for (size_t row = 0; row < numbers.size(); ++row) {
    const double number = view.is_null(row) ? NAN : static_cast<double>(view[row]) / unit;
    numbers[row] = std::isfinite(number) ? number : NAN;
  }
}

}  // namespace

Status SeriesInput::bind(const Input& input, Duration allowed_lateness, std::vector<ColumnId>& read) {
  const Schema& schema = input.schema;
  lateness_us_ = allowed_lateness.count();
  const auto start = schema.find("window_start");
  const auto end = schema.find("window_end");
  const bool has_windows = start && end && schema[*start].type.type == Type::kTimestamp &&
                           schema[*end].type.type == Type::kTimestamp;
  if (has_windows) {
    time_ = *start;
    window_end_ = static_cast<int>(*end);
    read.emplace_back(0, static_cast<uint32_t>(*end));
  } else if (schema.event_time >= 0) {
    time_ = static_cast<size_t>(schema.event_time);
  } else {
    return Status::invalid(
        "its input carries no event time; put an aggregate with a window before it, or declare event_time at "
        "a "
        "node before it, for example event_time: {column: ts}");
  }
  read.emplace_back(0, static_cast<uint32_t>(time_));
  time_name_ = schema[time_].name;
  return {};
}

void SeriesInput::sort_out(const Batch& batch, int64_t watermark, uint32_t late_port, Emitter& emitter,
                           SeriesRows& found) const {
  found.rows.clear();
  found.times.clear();
  found.due.clear();
  const auto times = batch.column<int64_t>(time_);
  const auto ends = batch.column<int64_t>(has_windows() ? static_cast<size_t>(window_end_) : time_);
  const auto* const reached =
      batch->row_watermark == nullptr ? nullptr : static_cast<const int64_t*>(batch->row_watermark->values);
  RowErrors errors;
  std::vector<uint32_t> late;
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (times.is_null(row) || ends.is_null(row)) {
      errors.add(row, "missing-event-time", "the row has no event time", time_name_);
      continue;
    }
    if (std::abs(times[row] / 2) > kFurthest / 2 || std::abs(ends[row] / 2) > kFurthest / 2) {
      errors.add(row, "bad-event-time", "the event time is too far from our days to reckon with", time_name_);
      continue;
    }
    const int64_t due = ends[row] + (has_windows() ? 0 : 1) + lateness_us_;
    const int64_t known = reached == nullptr ? watermark : std::max(watermark, reached[row]);
    if (due <= known) {
      late.push_back(row);
      continue;
    }
    found.rows.push_back(row);
    found.times.push_back(times[row]);
    found.due.push_back(due);
  }
  emitter.reject(batch, errors);
  if (!late.empty()) emitter.emit(batch.select(late), late_port);
}

bool is_numeric(Type type) {
  return (type >= Type::kInt8 && type <= Type::kUint64) || type == Type::kFloat32 || type == Type::kFloat64 ||
         type == Type::kDecimal128;
}

std::vector<double> numbers_of(const weir_column& column) {
  std::vector<double> numbers(static_cast<size_t>(column.row_count));
  switch (static_cast<Type>(column.type)) {
    case Type::kInt8:
      read<int8_t>(column, 1, numbers);
      break;
    case Type::kInt16:
      read<int16_t>(column, 1, numbers);
      break;
    case Type::kInt32:
      read<int32_t>(column, 1, numbers);
      break;
    case Type::kInt64:
      read<int64_t>(column, 1, numbers);
      break;
    case Type::kUint8:
      read<uint8_t>(column, 1, numbers);
      break;
    case Type::kUint16:
      read<uint16_t>(column, 1, numbers);
      break;
    case Type::kUint32:
      read<uint32_t>(column, 1, numbers);
      break;
    case Type::kUint64:
      read<uint64_t>(column, 1, numbers);
      break;
    case Type::kFloat32:
      read<float>(column, 1, numbers);
      break;
    case Type::kDecimal128:
      read<Decimal128>(column, std::pow(10.0, column.scale), numbers);
      break;
    default:
      read<double>(column, 1, numbers);
  }
  return numbers;
}

Status check_numeric(const Schema& input, const ColumnRef& value) {
  const DataType& type = input[value.index].type;
  if (is_numeric(type.type)) return {};
  return Status::invalid("value: column '" + value.name + "' is " + type.to_string() +
                         ", expected a number; convert it with cast or map before");
}

}  // namespace weir::prediction
