#include "experiment_rows.hpp"

#include <cmath>
#include <optional>

#include <weir/numbers.hpp>

namespace weir::experiment {
namespace {

/// Writes every value as float64, a boolean as 0 or 1.
void to_doubles(const Column& column, std::vector<double>& out) {
  if (column.type() != Type::kBool) return read_doubles(*column, out);
  const auto view = column.view<bool>();
  for (size_t row = 0; row < out.size(); ++row) out[row] = view[row] ? 1 : 0;
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
  const Validity arms(batch.raw_column(options_.arm.index));
  const Validity units = options_.unit ? Validity(batch.raw_column(options_.unit->index)) : Validity();
  std::vector<uint8_t> is_bad(batch.row_count(), 0);
  for (const RowErrors::Fault& fault : errors.faults()) is_bad[fault.row] = 1;
  picked_.clear();
  namespaces_.clear();
  late_.clear();
  std::optional<RowTimes> times;
  if (time_column_ >= 0) times.emplace(batch, static_cast<size_t>(time_column_), watermark);
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
    if (times) {
      if (!times->check(row, time_name_, errors)) continue;
      end = window_end((*times)[row]);
      if (times->reached(row) >= end) {
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
