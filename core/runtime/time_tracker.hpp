#pragma once
// The event time of a source: highest time of each partition's contiguous prefix, and the watermark over all.
#include <cstdint>
#include <map>
#include <optional>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// Watermark = the smallest, over partitions that are neither idle nor ended, of (highest time read so far −
/// max_delay). A partition that was found and not read from yet holds it back. Without max_delay there is no
/// watermark before the end.
///
/// Threads: one at a time.
class TimeTracker {
 public:
  explicit TimeTracker(EventTime event_time) : event_time_(event_time) {}
  const EventTime& event_time() const { return event_time_; }

  /// `watermark_us`: what its rows had put the watermark to before a restart; INT64_MIN: nowhere.
  void found(uint32_t partition, int64_t watermark_us);
  /// The next rows of a partition, in order, reach up to `highest_us` (INT64_MIN: no row has a time).
  void advance(uint32_t partition, int64_t highest_us);
  void ended(uint32_t partition) { partitions_.erase(partition); }
  void idle(uint32_t partition) { partitions_[partition].is_idle = true; }
  /// What the rows read so far put the watermark of their own partition to; INT64_MIN: nowhere.
  int64_t watermark_of(uint32_t partition) const;
  /// The watermark over all partitions when it has risen since the last call.
  std::optional<int64_t> take_watermark();

 private:
  struct Partition {
    int64_t highest_us = INT64_MIN;
    bool is_idle = false;
  };
  EventTime event_time_;
  std::map<uint32_t, Partition> partitions_;
  int64_t watermark_us_ = INT64_MIN;
};

}  // namespace weir
