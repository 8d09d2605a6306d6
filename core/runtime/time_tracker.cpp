#include "runtime/time_tracker.hpp"

#include <algorithm>

namespace weir {

void TimeTracker::found(uint32_t partition, int64_t watermark_us) {
  const auto [known, is_new] = partitions_.try_emplace(partition);
  if (is_new && watermark_us != INT64_MIN && event_time_.max_delay_us)
    known->second.highest_us = watermark_us + *event_time_.max_delay_us;
}

void TimeTracker::advance(uint32_t partition, int64_t highest_us) {
  Partition& known = partitions_[partition];
  known.is_idle = false;
  known.highest_us = std::max(known.highest_us, highest_us);
}

int64_t TimeTracker::watermark_of(uint32_t partition) const {
  const auto found = partitions_.find(partition);
  if (!event_time_.max_delay_us || found == partitions_.end() || found->second.highest_us == INT64_MIN)
    return INT64_MIN;
  return found->second.highest_us - *event_time_.max_delay_us;
}

std::optional<int64_t> TimeTracker::take_watermark() {
  if (!event_time_.max_delay_us) return std::nullopt;
  int64_t lowest = INT64_MAX;
  for (const auto& [partition, known] : partitions_) {
    if (!known.is_idle) lowest = std::min(lowest, watermark_of(partition));
  }
  if (lowest == INT64_MAX || lowest <= watermark_us_) return std::nullopt;
  watermark_us_ = lowest;
  return lowest;
}

}  // namespace weir
