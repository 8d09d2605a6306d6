#include "experiment_rows.hpp"

#include <algorithm>
#include <cmath>

namespace weir::experiment {
namespace {

template <class View>
void copy_numbers(const View& view, double unit, std::vector<double>& out) {
  for (size_t row = 0; row < out.size(); ++row) out[row] = static_cast<double>(view[row]) / unit;
}

/// Writes every value as float64; slots under a null get any value.
void to_doubles(const Column& column, std::vector<double>& out) {
  switch (column.type()) {
    case Type::kBool:
      return copy_numbers(column.view<bool>(), 1, out);
    case Type::kInt8:
      return copy_numbers(column.view<int8_t>(), 1, out);
    case Type::kInt16:
      return copy_numbers(column.view<int16_t>(), 1, out);
    case Type::kInt32:
      return copy_numbers(column.view<int32_t>(), 1, out);
    case Type::kInt64:
      return copy_numbers(column.view<int64_t>(), 1, out);
    case Type::kUint8:
      return copy_numbers(column.view<uint8_t>(), 1, out);
    case Type::kUint16:
      return copy_numbers(column.view<uint16_t>(), 1, out);
    case Type::kUint32:
      return copy_numbers(column.view<uint32_t>(), 1, out);
    case Type::kUint64:
      return copy_numbers(column.view<uint64_t>(), 1, out);
    case Type::kFloat32:
      return copy_numbers(column.view<float>(), 1, out);
    case Type::kDecimal128:
      return copy_numbers(column.view<Decimal128>(), std::pow(10.0, column->scale), out);
    default:
      return copy_numbers(column.view<double>(), 1, out);
  }
}

}  // namespace

ExperimentRows::ExperimentRows(const Options& options, const std::vector<MetricPlan>& metrics,
                               const Schema& input)
    : options_(options),
      metrics_(metrics),
      time_column_(options.window ? input.event_time : -1),
      time_name_(time_column_ < 0 ? "" : input[static_cast<size_t>(time_column_)].name),
      values_(value_count(metrics)) {}

Status ExperimentRows::read(const Batch& batch, int64_t watermark, RowErrors& errors) {
  masks_.assign(batch.row_count(), 0);
  for (size_t m = 0; m < metrics_.size(); ++m) WEIR_RETURN_IF_ERROR(read_metric(m, batch, errors));
  pick(batch, watermark, errors);
  return {};
}

Status ExperimentRows::read_metric(size_t index, const Batch& batch, RowErrors& errors) {
  const MetricPlan& metric = metrics_[index];
  const size_t count = metric.has_x() ? 2 : 1;
  std::vector<Column> columns;
  for (size_t i = 0; i < count; ++i) {
    WEIR_ASSIGN_OR_RETURN(Column made, (i == 0 ? metric.y : metric.x).evaluate(batch, errors));
    std::vector<double>& values = values_[metric.first_column + i];
    values.resize(batch.row_count());
    to_doubles(made, values);
    columns.push_back(std::move(made));
  }
  const uint64_t bit = uint64_t{1} << index;
  for (size_t i = 0; i < count; ++i) {
    const Validity validity(*columns[i]);
    const Validity other(*columns[count - 1 - i]);
    const std::vector<double>& values = values_[metric.first_column + i];
    for (size_t row = 0; row < values.size(); ++row) {
      if (validity.is_null(row) || other.is_null(row)) continue;
      masks_[row] |= bit;
      if (!std::isfinite(values[row]))
        errors.add(row, "not-finite", "the metric '" + metric.name + "' is infinite or not a number",
                   metric.name);
    }
  }
  return {};
}

/// Windows are named by their end.
int64_t ExperimentRows::window_end(int64_t time) const {
  const int64_t width = options_.window->tumbling.count();
  const int64_t rest = time % width;
  return time - (rest < 0 ? rest + width : rest) + width;
}

void ExperimentRows::pick(const Batch& batch, int64_t watermark, RowErrors& errors) {
  constexpr int64_t kFurthest = int64_t{1} << 60;
  const Validity arms(batch.raw_column(options_.arm.index));
  const Validity units = options_.unit ? Validity(batch.raw_column(options_.unit->index)) : Validity();
  const int64_t* reached = nullptr;
  if (batch->row_watermark != nullptr) reached = static_cast<const int64_t*>(batch->row_watermark->values);
  std::vector<uint8_t> is_bad(batch.row_count(), 0);
  for (const RowErrors::Fault& fault : errors.faults()) is_bad[fault.row] = 1;
  picked_.clear();
  namespaces_.clear();
  late_.clear();
  const int64_t* times = nullptr;
  Validity has_time;
  if (time_column_ >= 0) {
    times = batch.column<int64_t>(static_cast<size_t>(time_column_)).values().data();
    has_time = Validity(batch.raw_column(static_cast<size_t>(time_column_)));
  }
  for (uint32_t row = 0; row < batch.row_count(); ++row) {
    if (is_bad[row] != 0) continue;
    if (arms.is_null(row)) {
      errors.add(row, "missing-arm", "the row has no arm; filter out who is not in the experiment",
                 options_.arm.name);
      continue;
    }
    if (units.is_null(row)) {
      errors.add(row, "missing-unit", "the row has no unit", options_.unit->name);
      continue;
    }
    int64_t end = kNever;
    if (times != nullptr) {
      if (has_time.is_null(row) || times[row] > kFurthest || times[row] < -kFurthest) {
        const bool is_missing = has_time.is_null(row);
        errors.add(row, is_missing ? "missing-event-time" : "bad-event-time",
                   is_missing ? "the row has no event time, so no window takes it"
                              : "the event time is beyond every window",
                   time_name_);
        continue;
      }
      end = window_end(times[row]);
      // What the rows before this one in its own partition reached: the data alone decides.
      if ((reached == nullptr ? watermark : std::max(watermark, reached[row])) >= end) {
        late_.push_back(row);
        continue;
      }
    }
    picked_.push_back(row);
    namespaces_.push_back(end);
  }
}

void ExperimentRows::leave_out(std::span<const size_t> places) {
  if (places.empty()) return;
  size_t kept = 0;
  size_t next = 0;
  for (size_t i = 0; i < picked_.size(); ++i) {
    if (next < places.size() && places[next] == i) {
      ++next;
      continue;
    }
    picked_[kept] = picked_[i];
    namespaces_[kept++] = namespaces_[i];
  }
  picked_.resize(kept);
  namespaces_.resize(kept);
}

}  // namespace weir::experiment
