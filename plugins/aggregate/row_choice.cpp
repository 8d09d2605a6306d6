#include "row_choice.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace weir::aggregates {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

/// The end of the window that holds `time`. Needs: |time| is far enough from the ends of int64.
int64_t window_end(int64_t time, int64_t size) {
  int64_t index = time / size;
  if (time % size < 0) --index;
  return (index + 1) * size;
}

}  // namespace

void RowChoice::take_all(size_t row_count) {
  has_all_ = true;
  rows_.clear();
  late_.clear();
  namespaces_.assign(row_count, kNever);
}

void RowChoice::take_windows(const Batch& batch, size_t time_column, const std::string& time_name,
                             int64_t size_us, int64_t watermark_us, RowErrors& errors) {
  const auto times = batch.column<int64_t>(time_column);
  const size_t row_count = batch.row_count();
  const int64_t* reached = nullptr;
  if (batch->row_watermark != nullptr) reached = static_cast<const int64_t*>(batch->row_watermark->values);
  has_all_ = true;
  rows_.clear();
  late_.clear();
  namespaces_.resize(row_count);
  const int64_t furthest = kNever - size_us;
  int64_t start = 0;
  int64_t end = std::numeric_limits<int64_t>::min();  // No row falls into this window.
  size_t kept = 0;
  for (size_t row = 0; row < row_count; ++row) {
    const int64_t time = times[row];
    if (times.is_null(row)) {
      errors.add(row, "missing-event-time", "the row has no event time, so no window takes it", time_name);
      continue;
    }
    if (time < start || time >= end) {
      if (time > furthest || time < -furthest) {
        errors.add(row, "bad-event-time", "the event time is beyond every window", time_name);
        continue;
      }
      end = window_end(time, size_us);
      start = end - size_us;
    }
    const bool is_late = end <= watermark_us || (reached != nullptr && reached[row] >= end);
    if (is_late) {
      late_.push_back(static_cast<uint32_t>(row));
      continue;
    }
    if (kept != row && has_all_) name_rows();
    if (!has_all_) rows_[kept] = static_cast<uint32_t>(row);
    namespaces_[kept++] = end;
  }
  if (kept < row_count && has_all_) name_rows();
  namespaces_.resize(kept);
  if (!has_all_) rows_.resize(kept);
}

void RowChoice::leave_out(const RowErrors& errors) {
  if (errors.is_empty()) return;
  if (has_all_) name_rows();
  std::vector<uint32_t> bad;
  for (const RowErrors::Fault& fault : errors.faults()) bad.push_back(static_cast<uint32_t>(fault.row));
  std::ranges::sort(bad);
  size_t kept = 0;
  for (size_t i = 0; i < rows_.size(); ++i) {
    if (std::ranges::binary_search(bad, rows_[i])) continue;
    rows_[kept] = rows_[i];
    namespaces_[kept++] = namespaces_[i];
  }
  rows_.resize(kept);
  namespaces_.resize(kept);
  std::erase_if(late_, [&](uint32_t row) { return std::ranges::binary_search(bad, row); });
}

void RowChoice::name_rows() {
  rows_.resize(namespaces_.size());
  std::iota(rows_.begin(), rows_.end(), 0U);
  has_all_ = false;
}

}  // namespace weir::aggregates
