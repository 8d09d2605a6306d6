#pragma once
// When rows are known, also those that are windows.
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/emitter.hpp>
#include <weir/row_times.hpp>

namespace weir::analytics {

/// The event time of a node's input; of a window its last microsecond, before which nobody knows it: the
/// watermark may have been inside it before.
class SettledTimes {
 public:
  /// Adds the column to `read`. Fails: the input carries no event time.
  Status bind(const Schema& input, std::vector<ColumnId>& read) {
    WEIR_ASSIGN_OR_RETURN(column_, event_time_column(input));
    const auto end = input.find("window_end");
    is_window_ = input[column_].name == "window_start" && end && input[*end].type.type == Type::kTimestamp;
    if (is_window_) column_ = *end;
    name_ = input[column_].name;
    read.emplace_back(0, static_cast<uint32_t>(column_));
    return {};
  }
  /// Whether the node must ask for Binding::needs_row_watermark().
  bool needs_row_watermark() const { return !is_window_; }
  size_t column() const { return column_; }

  /// A row that takes part.
  struct Row {
    uint32_t row;
    int64_t time;     ///< [us]
    int64_t reached;  ///< What the rows before it had put the watermark to [us].
  };
  /// Fills `rows` with those of the batch that have a time and of which `takes_part(row, errors)` says so.
  template <class TakesPart>
  void read(const Batch& batch, std::vector<Row>& rows, Emitter& emitter, TakesPart&& takes_part) const {
    rows.clear();
    const RowTimes times(batch, column_);
    RowErrors errors;
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (!times.check(row, name_, errors) || !takes_part(row, errors)) continue;
      rows.push_back({row, times[row] - (is_window_ ? 1 : 0), times.reached(row)});
    }
    emitter.reject(batch, errors);
  }

 private:
  size_t column_ = 0;
  bool is_window_ = false;
  std::string name_;
};

}  // namespace weir::analytics
