#pragma once
// Which rows of a batch take part in an experiment, in which window, and what they say.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/row_errors.hpp>
#include <weir/row_times.hpp>

#include "experiment_options.hpp"

namespace weir::experiment {

using weir::kBeforeAll;
using weir::kNever;

/// The rows of one batch. Its memory is used again for the next batch.
class ExperimentRows {
 public:
  /// Borrows both: as long as the node.
  ExperimentRows(const Options& options, const std::vector<MetricPlan>& metrics, const Schema& input);

  /// Reads a batch. Rows without arm, unit or usable time or numbers are added to `errors`.
  /// `watermark`: what the instance was told. Fails: where an expression does.
  Status read(const Batch& batch, int64_t watermark, RowErrors& errors);

  /// The rows that take part; namespaces() says for each in which window, by its end; kNever without windows.
  std::span<const uint32_t> picked() const { return picked_; }
  std::span<const int64_t> namespaces() const { return namespaces_; }
  std::span<const uint32_t> late() const { return late_; }
  /// A bit for each metric of which the row says something.
  uint64_t metrics_of(uint32_t row) const { return masks_[row]; }
  double value(size_t column, uint32_t row) const { return values_[column][row]; }
  /// Leaves out what was picked in place `i` of picked(), for each `i` in `places`, ascending.
  void leave_out(std::span<const size_t> places);

 private:
  void pick(const Batch& batch, int64_t watermark, RowErrors& errors);
  Status read_metric(size_t index, const Batch& batch, RowErrors& errors);
  int64_t window_end(int64_t time) const;

  const Options& options_;
  const std::vector<MetricPlan>& metrics_;
  const int time_column_;
  const std::string time_name_;
  std::vector<std::vector<double>> values_;
  std::vector<uint64_t> masks_;
  std::vector<uint32_t> picked_;
  std::vector<int64_t> namespaces_;
  std::vector<uint32_t> late_;
};

}  // namespace weir::experiment
