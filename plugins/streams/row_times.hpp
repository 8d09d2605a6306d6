#pragma once
// The event time of a batch's rows, and what the rows before each had put the watermark to.
#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>

#include <weir/batch.hpp>
#include <weir/row_errors.hpp>

namespace weir::streams {

inline constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
inline constexpr int64_t kBeforeAll = std::numeric_limits<int64_t>::min();
/// Times and durations up to here can be added and subtracted without a look at the ends of int64.
inline constexpr int64_t kFurthest = int64_t{1} << 60;

/// Returns `time` - `duration`, but never less than the least time. Needs: duration >= 0.
inline int64_t time_before(int64_t time, int64_t duration) {
  return time < kBeforeAll + duration ? kBeforeAll : time - duration;
}

/// Borrows: the batch.
class RowTimes {
 public:
  /// `watermark_us`: what the instance was told. Needs: column `index` is a timestamp.
  RowTimes(const Batch& batch, size_t index, int64_t watermark_us)
      : times_(batch.raw_column(index)), watermark_us_(watermark_us) {
    if (batch->row_watermark != nullptr) reached_ = static_cast<const int64_t*>(batch->row_watermark->values);
  }
  int64_t operator[](size_t row) const { return times_[row]; }
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

}  // namespace weir::streams
