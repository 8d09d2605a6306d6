#include "series_input.hpp"

#include <cmath>

#include <weir/numbers.hpp>
#include <weir/row_errors.hpp>

namespace weir::prediction {

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
  const RowTimes times(batch, time_, watermark);
  const RowTimes ends(batch, has_windows() ? static_cast<size_t>(window_end_) : time_);
  RowErrors errors;
  std::vector<uint32_t> late;
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (!times.check(row, time_name_, errors) || !ends.check(row, time_name_, errors)) continue;
    const int64_t due = ends[row] + (has_windows() ? 0 : 1) + lateness_us_;
    if (due <= times.reached(row)) {
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

std::vector<double> numbers_of(const weir_column& column) {
  std::vector<double> numbers;
  read_doubles(column, numbers);
  for (double& number : numbers)
    if (!std::isfinite(number)) number = NAN;
  return numbers;
}

Status check_numeric(const Schema& input, const ColumnRef& value) {
  const DataType& type = input[value.index].type;
  if (is_number(type.type)) return {};
  return Status::invalid("value: column '" + value.name + "' is " + type.to_string() +
                         ", expected a number; convert it with cast or map before");
}

}  // namespace weir::prediction
