#pragma once
// Rows that are values of series: their time, when no more of it is to come, and their numbers.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/emitter.hpp>
#include <weir/node.hpp>
#include <weir/option_types.hpp>
#include <weir/row_times.hpp>

namespace weir::prediction {

using weir::kBeforeAll;
using weir::kNever;

/// Rows of a batch that take part.
struct SeriesRows {
  std::vector<uint32_t> rows;
  std::vector<int64_t> times;  ///< [us] The window's start, or the row's own time.
  std::vector<int64_t> due;    ///< [us] When the watermark is there, no row of this time is missing.
};

/// The time of a node's input: `window_end` where the rows are windows, else event time.
class SeriesInput {
 public:
  /// Reads what it needs from the schema and adds it to `read`.
  /// Fails: no event time.
  Status bind(const Input& input, Duration allowed_lateness, std::vector<ColumnId>& read);
  /// Whether the node must ask for Binding::needs_row_watermark().
  bool needs_row_watermark() const { return window_end_ < 0; }
  size_t time_column() const { return time_; }
  bool has_windows() const { return window_end_ >= 0; }

  /// Fills `found`. Rows without a time go to errors; those that are due at `watermark` or before, or were
  /// when they came, to `late_port`.
  void sort_out(const Batch& batch, int64_t watermark, uint32_t late_port, Emitter& emitter,
                SeriesRows& found) const;

 private:
  size_t time_ = 0;
  int window_end_ = -1;  // The column; -1: rows are no windows.
  int64_t lateness_us_ = 0;
  std::string time_name_;
};

/// Returns the numbers of a column; NaN where there is none, or one that is not finite.
/// Needs: is_number().
std::vector<double> numbers_of(const weir_column& column);
/// Fails: a column that is not numeric, naming the option `value`.
Status check_numeric(const Schema& input, const ColumnRef& value);

}  // namespace weir::prediction
