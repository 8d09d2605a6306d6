#pragma once
// The event time of rows: which column it is, which rows have none, and how it is printed.
#include <algorithm>
#include <cstdint>
#include <string>

#include <weir/batch.hpp>
#include <weir/date_text.hpp>
#include <weir/node.hpp>
#include <weir/row_errors.hpp>

#include "ends_of_time.hpp"

namespace weir::analytics {

using weir::kBeforeAll;
using weir::kNever;
/// Times and durations up to here can be added and subtracted without a look at the ends of int64.
inline constexpr int64_t kFurthest = int64_t{1} << 60;

/// Returns the place of the input's event time. Fails: it carries none.
inline Result<size_t> event_time_column(const Input& input) {
  if (input.schema.event_time >= 0) return static_cast<size_t>(input.schema.event_time);
  return Status::invalid(
      "its input carries no event time; declare event_time at a node before it, for example event_time: "
      "{column: ts}");
}

/// Borrows: the batch.
class EventTimes {
 public:
  /// `watermark_us`: what the instance was told. Needs: column `index` is a timestamp.
  EventTimes(const Batch& batch, size_t index, int64_t watermark_us = kBeforeAll)
      : times_(batch.raw_column(index)), watermark_us_(watermark_us) {
    if (batch->row_watermark != nullptr) reached_ = static_cast<const int64_t*>(batch->row_watermark->values);
  }
  int64_t operator[](size_t row) const { return times_[row]; }
  /// What the rows before this one in its own partition put the watermark to, or what the engine said.
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

/// Returns "2025-01-31T10:00:00Z", with a fraction where there is one.
inline std::string time_text(int64_t us) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t day = us / kDay - (us % kDay < 0 ? 1 : 0);
  const int64_t in_day = us - day * kDay;
  char clock[32];
  char* at = clock;
  *at++ = 'T';
  at = put_digits(at, static_cast<uint64_t>(in_day / 3'600'000'000), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<uint64_t>(in_day / 60'000'000 % 60), 2);
  *at++ = ':';
  at = put_digits(at, static_cast<uint64_t>(in_day / 1'000'000 % 60), 2);
  if (in_day % 1'000'000 != 0) {
    *at++ = '.';
    at = put_digits(at, static_cast<uint64_t>(in_day % 1'000'000), 6);
  }
  *at++ = 'Z';
  return date_text(day) + std::string(clock, at);
}

/// Returns the duration in the greatest unit that divides it: "90s", "2h", "7d".
inline std::string duration_text(int64_t us) {
  struct Unit {
    int64_t us;
    const char* name;
  };
  for (const Unit unit : {Unit{86'400'000'000, "d"}, Unit{3'600'000'000, "h"}, Unit{60'000'000, "m"},
                          Unit{1'000'000, "s"}, Unit{1000, "ms"}})
    if (us != 0 && us % unit.us == 0) return std::to_string(us / unit.us) + unit.name;
  return us == 0 ? "0s" : std::to_string(us) + "us";
}

}  // namespace weir::analytics
