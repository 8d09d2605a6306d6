#pragma once
// Which rows of a batch are aggregated, and into which window each goes.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/row_errors.hpp>

namespace weir::aggregates {

/// The rows of one batch, sorted out. Its memory is used again for the next batch.
///
/// Rows are picked by number only when one is left out; the usual batch keeps all.
class RowChoice {
 public:
  /// Every row, all in the one window that never closes.
  void take_all(size_t row_count);
  /// Windows of `size_us`, aligned to 1970. A row without a time, or with one that no window can hold, is
  /// added to `errors`; a row whose window ended before what the rows before it reached, or before
  /// `watermark_us`, is late.
  void take_windows(const Batch& batch, size_t time_column, const std::string& time_name, int64_t size_us,
                    int64_t watermark_us, RowErrors& errors);
  /// Leaves out the rows that `errors` names.
  void leave_out(const RowErrors& errors);

  size_t size() const { return namespaces_.size(); }
  /// Null: rows 0 .. size()-1.
  const uint32_t* rows() const { return has_all_ ? nullptr : rows_.data(); }
  std::span<const uint32_t> picked() const { return rows_; }
  std::span<const int64_t> namespaces() const { return namespaces_; }
  std::span<const uint32_t> late() const { return late_; }

 private:
  void name_rows();

  bool has_all_ = true;
  std::vector<uint32_t> rows_;  // Empty while has_all_.
  std::vector<int64_t> namespaces_;
  std::vector<uint32_t> late_;
};

}  // namespace weir::aggregates
