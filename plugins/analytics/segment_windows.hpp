#pragma once
// In which window a row is clustered: one of its event time, the one that it brings with it, or all time.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/emitter.hpp>

#include "behaviour_rows.hpp"
#include "cohort_window.hpp"
#include "segment_options.hpp"

namespace weir::behaviour {

/// Rows of a batch that take part.
struct WindowedRows {
  std::vector<uint32_t> rows;
  std::vector<int64_t> starts;  ///< Of their windows. [us]
  std::vector<int64_t> ends;    ///< kNever: all time.
};

/// Threads: one instance's.
class SegmentWindows {
 public:
  enum class Kind { kWhole, kOfTime, kOfInput };

  /// Fails: no event time, no windows in the input, or an input without end and no windows.
  static Result<SegmentWindows> make(const KMeansOption& option, const Input& input);
  Kind kind() const { return kind_; }
  /// What it reads of the input.
  std::vector<ColumnId> columns_read() const;
  /// Windows that end here or before take no more rows at this watermark.
  int64_t due_upto(int64_t watermark) const { return time_before(watermark, lateness_us_); }

  /// Fills `found`. Rows without a time that can be reckoned with go to errors, late ones to `late_port`.
  void sort_out(const Batch& batch, int64_t watermark_us, uint32_t late_port, Emitter& emitter,
                WindowedRows& found);

 private:
  void sort_out_by_time(const Batch& batch, int64_t watermark_us, RowErrors& errors,
                        std::vector<uint32_t>& late, WindowedRows& found);
  void sort_out_by_end(const Batch& batch, int64_t watermark_us, RowErrors& errors,
                       std::vector<uint32_t>& late, WindowedRows& found) const;

  Kind kind_ = Kind::kWhole;
  Windows windows_;
  WhoAndWhen when_;  // Nobody's in particular.
  size_t start_ = 0;
  size_t end_ = 0;
  int64_t lateness_us_ = 0;
};

}  // namespace weir::behaviour
