#pragma once
// Which rows of a batch are aggregated, and into which window each goes.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/row_errors.hpp>

#include "windows.hpp"

namespace weir::aggregates {

/// The rows of one batch, sorted out. Its memory is used again for the next batch.
///
/// Rows are picked by number only when one is left out; the usual batch keeps all.
class RowChoice {
 public:
  /// Every row, all in the one window that never closes.
  void take_all(size_t row_count);
  /// Rows go into panes. A row without a time, or with one that no window can hold, is added to `errors`. A
  /// row is late when what the rows before it reached, or `watermark_us`, is the end of its window plus the
  /// allowed lateness, or more. The window of a row in a session is what the row alone would make: so neither
  /// timing nor rows of other partitions decide. A row of a sliding window that may have been put together
  /// from its panes already goes into each of its windows by itself, but for those that it is late for.
  void take_windows(const Batch& batch, size_t time_column, const std::string& time_name,
                    const Windows& windows, int64_t watermark_us, RowErrors& errors);
  /// Leaves out the rows that `errors` names.
  void leave_out(const RowErrors& errors);

  size_t size() const { return namespaces_.size(); }
  /// Null: rows 0 .. size()-1.
  const uint32_t* rows() const { return has_all_ ? nullptr : rows_.data(); }
  std::span<const uint32_t> picked() const { return rows_; }
  std::span<const int64_t> namespaces() const { return namespaces_; }
  std::span<const uint32_t> late() const { return late_; }
  /// Rows that go into sliding windows by themselves, one entry for each such window, and the windows' ends.
  std::span<const uint32_t> single_rows() const { return single_rows_; }
  std::span<const int64_t> single_windows() const { return single_windows_; }

 private:
  struct Pane;
  static Pane pane_at(int64_t time, const Windows& windows);
  void take_singly(uint32_t row, const Pane& pane, int64_t reached, const Windows& windows);
  void name_rows();

  bool has_all_ = true;
  std::vector<uint32_t> rows_;  // Empty while has_all_.
  std::vector<int64_t> namespaces_;
  std::vector<uint32_t> late_;
  std::vector<uint32_t> single_rows_;
  std::vector<int64_t> single_windows_;
};

}  // namespace weir::aggregates
