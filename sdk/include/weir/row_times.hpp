#pragma once
// The event time of a batch's rows, and what the rows before each had put the watermark to.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include "weir/batch.hpp"
#include "weir/node.hpp"
#include "weir/row_errors.hpp"

namespace weir {

/// The two times that are none [us].
inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kBeforeAll = std::numeric_limits<int64_t>::min();
/// Times and durations up to here can be added and subtracted without a look at the ends of int64 [us].
inline constexpr int64_t kFurthest = int64_t{1} << 60;

/// Returns `time` - `duration`, but never less than kBeforeAll; kNever stays. Needs: duration >= 0.
inline int64_t time_before(int64_t time, int64_t duration) {
  if (time == kNever) return kNever;
  return time < kBeforeAll + duration ? kBeforeAll : time - duration;
}

/// Returns the place of the input's event time. Fails: it carries none.
inline Result<size_t> event_time_column(const Schema& input) {
  if (input.event_time >= 0) return static_cast<size_t>(input.event_time);
  return Status::invalid(
      "its input carries no event time; declare event_time at a node before it, for example event_time: "
      "{column: ts}");
}

/// Needs: Binding::needs_row_watermark(), where the data alone shall decide which rows are late.
///
/// Borrows: the batch.
class RowTimes {
 public:
  /// `watermark_us`: what the instance was told. Needs: column `index` is a timestamp.
  explicit RowTimes(const Batch& batch, size_t index, int64_t watermark_us = kBeforeAll)
      : times_(batch.raw_column(index)), watermark_us_(watermark_us) {
    if (batch->row_watermark != nullptr) reached_ = static_cast<const int64_t*>(batch->row_watermark->values);
  }
  int64_t operator[](size_t row) const { return times_[row]; }
  bool is_null(size_t row) const { return times_.is_null(row); }
  /// What the rows before this one in its own partition put the watermark to: the data alone decides. Where
  /// the engine has gone on without an idle partition, what the engine says.
  int64_t reached(size_t row) const {
    return reached_ == nullptr ? watermark_us_ : std::max(watermark_us_, reached_[row]);
  }
  /// Whether the row has a time to reckon with; adds it to `errors` when not.
  bool check(size_t row, const std::string& name, RowErrors& errors) const {
    if (times_.is_null(row)) {
      errors.add(row, "missing-event-time", "the row has no event time", name);
      return false;
    }
    if (times_[row] > kFurthest || times_[row] < -kFurthest) {
      errors.add(row, "bad-event-time", "the event time is too far from our days to reckon with", name);
      return false;
    }
    return true;
  }

 private:
  ColumnView<int64_t> times_;
  const int64_t* reached_ = nullptr;
  const int64_t watermark_us_;
};

}  // namespace weir
