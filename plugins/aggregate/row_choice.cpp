#include "row_choice.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace weir::aggregates {
namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

}  // namespace

/// The pane of a row, and what becomes of the row from what reached time on.
struct RowChoice::Pane {
  Span span;
  int64_t alone_from = kNever;  ///< The first sliding window of the pane may have been put together.
  int64_t late_from = kNever;   ///< All its windows are closed.
  bool holds(int64_t time) const { return time >= span.start && time < span.end; }
};

RowChoice::Pane RowChoice::pane_at(int64_t time, const Windows& windows) {
  Pane pane{windows.pane_of(time)};
  if (windows.kind() == Windows::Kind::kSliding) {
    pane.alone_from = windows.first_window_end(pane.span);
    pane.late_from = windows.last_window_end(pane.span) + windows.allowed_lateness();
  } else {
    pane.late_from = pane.span.end + windows.allowed_lateness();
  }
  return pane;
}

void RowChoice::take_all(size_t row_count) {
  has_all_ = true;
  rows_.clear();
  late_.clear();
  single_rows_.clear();
  single_windows_.clear();
  namespaces_.assign(row_count, kNever);
}

void RowChoice::take_windows(const Batch& batch, size_t time_column, const std::string& time_name,
                             const Windows& windows, int64_t watermark_us, RowErrors& errors) {
  const auto times = batch.column<int64_t>(time_column);
  const size_t row_count = batch.row_count();
  const int64_t* row_watermarks = nullptr;
  if (batch->row_watermark != nullptr)
    row_watermarks = static_cast<const int64_t*>(batch->row_watermark->values);
  take_all(row_count);
  const bool is_session = windows.kind() == Windows::Kind::kSession;
  Pane pane{{0, std::numeric_limits<int64_t>::min()}};  // Holds no row.
  size_t kept = 0;
  for (size_t row = 0; row < row_count; ++row) {
    const int64_t time = times[row];
    if (times.is_null(row)) {
      errors.add(row, "missing-event-time", "the row has no event time, so no window takes it", time_name);
      continue;
    }
    if (!pane.holds(time)) {
      if (!windows.holds(time)) {
        errors.add(row, "bad-event-time", "the event time is beyond every window", time_name);
        continue;
      }
      pane = pane_at(time, windows);
    }
    const int64_t reached =
        row_watermarks == nullptr ? watermark_us : std::max(watermark_us, row_watermarks[row]);
    if (reached >= (is_session ? time + windows.gap() : pane.late_from)) {
      late_.push_back(static_cast<uint32_t>(row));
      continue;
    }
    if (reached >= pane.alone_from) {
      take_singly(static_cast<uint32_t>(row), pane, reached, windows);
      continue;
    }
    if (kept != row && has_all_) name_rows();
    if (!has_all_) rows_[kept] = static_cast<uint32_t>(row);
    namespaces_[kept++] = pane.span.end;
  }
  if (kept < row_count && has_all_) name_rows();
  namespaces_.resize(kept);
  if (!has_all_) rows_.resize(kept);
}

void RowChoice::take_singly(uint32_t row, const Pane& pane, int64_t reached, const Windows& windows) {
  const int64_t last = windows.last_window_end(pane.span);
  for (int64_t end = pane.alone_from; end <= last; end += windows.every()) {
    if (end + windows.allowed_lateness() <= reached) continue;
    single_rows_.push_back(row);
    single_windows_.push_back(end);
  }
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
  kept = 0;
  for (size_t i = 0; i < single_rows_.size(); ++i) {
    if (std::ranges::binary_search(bad, single_rows_[i])) continue;
    single_rows_[kept] = single_rows_[i];
    single_windows_[kept++] = single_windows_[i];
  }
  single_rows_.resize(kept);
  single_windows_.resize(kept);
}

void RowChoice::name_rows() {
  rows_.resize(namespaces_.size());
  std::iota(rows_.begin(), rows_.end(), 0U);
  has_all_ = false;
}

}  // namespace weir::aggregates
