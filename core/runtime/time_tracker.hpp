#pragma once
// The event time of a source: highest time of each partition's contiguous prefix, and the watermark over all.
#include <weir/abi.h>

#include <cstdint>
#include <map>
#include <optional>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// Watermark = the smallest, over partitions that are neither idle nor ended, of (highest time read so far −
/// max_delay). A partition that was found and not read from yet holds it back. Without max_delay there is no
/// watermark before the end. When every partition is idle there is one idle signal; before the next rows the
/// watermark is told again, risen or not, so that whoever merges it waits for this source again.
///
/// Threads: one at a time.
class TimeTracker {
 public:
  /// Stands for a source that has no partition.
  static constexpr uint32_t kItself = 0;

  explicit TimeTracker(EventTime event_time) : event_time_(event_time) {}
  const EventTime& event_time() const { return event_time_; }

  /// `watermark_us`: what its rows had put the watermark to before a restart; INT64_MIN: nowhere.
  void found(uint32_t partition, int64_t watermark_us);
  /// Before rows of a partition are given on: what must be told first, if it had been set aside with all
  /// others.
  std::optional<weir_signal> come_back(uint32_t partition);
  /// The next rows of a partition, in order, reach up to `highest_us` (INT64_MIN: no row has a time).
  void advance(uint32_t partition, int64_t highest_us);
  void ended(uint32_t partition) { partitions_.erase(partition); }
  /// The partition is set aside until it has rows.
  void idle(uint32_t partition);
  /// What the rows read so far put the watermark of their own partition to; INT64_MIN: nowhere.
  int64_t watermark_of(uint32_t partition) const;
  /// The watermark over all partitions as it was last told.
  int64_t watermark() const { return watermark_us_; }
  /// The watermark when it has risen since it was last told.
  std::optional<int64_t> take_watermark();
  /// The same, or that all partitions have become idle.
  std::optional<weir_signal> take_signal();

 private:
  /// Over partitions that are not set aside; INT64_MAX: there is none.
  int64_t lowest() const;
  struct Partition {
    int64_t highest_us = INT64_MIN;
    bool is_idle = false;
  };
  EventTime event_time_;
  std::map<uint32_t, Partition> partitions_;
  int64_t watermark_us_ = INT64_MIN;
  bool is_silent_ = false;     // Of a source without partitions.
  bool is_idle_told_ = false;  // And nothing since.
};

}  // namespace weir
