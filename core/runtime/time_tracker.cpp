#include "runtime/time_tracker.hpp"

#include <algorithm>
#include <utility>

namespace weir {

void TimeTracker::found(uint32_t partition, int64_t watermark_us) {
  const auto [known, is_new] = partitions_.try_emplace(partition);
  is_silent_ = false;
  if (is_new && watermark_us != INT64_MIN && event_time_.max_delay_us)
    known->second.highest_us = watermark_us + *event_time_.max_delay_us;
}

std::optional<weir_signal> TimeTracker::come_back(uint32_t partition) {
  partitions_[partition].is_idle = false;
  is_silent_ = false;
  if (!std::exchange(is_idle_told_, false)) return std::nullopt;
  return weir_signal{WEIR_SIGNAL_WATERMARK, 0, watermark_us_, 0};
}

void TimeTracker::advance(uint32_t partition, int64_t highest_us) {
  Partition& known = partitions_[partition];
  known.highest_us = std::max(known.highest_us, highest_us);
}

void TimeTracker::idle(uint32_t partition) {
  if (partition == kItself) {
    is_silent_ = true;
  } else if (const auto found = partitions_.find(partition); found != partitions_.end()) {
    found->second.is_idle = true;
  }
}

int64_t TimeTracker::watermark_of(uint32_t partition) const {
  const auto found = partitions_.find(partition);
  if (!event_time_.max_delay_us || found == partitions_.end() || found->second.highest_us == INT64_MIN)
    return INT64_MIN;
  return found->second.highest_us - *event_time_.max_delay_us;
}

int64_t TimeTracker::lowest() const {
  int64_t lowest = INT64_MAX;
  for (const auto& [partition, known] : partitions_) {
    if (!known.is_idle) lowest = std::min(lowest, watermark_of(partition));
  }
  return lowest;
}

std::optional<int64_t> TimeTracker::take_watermark() {
  if (!event_time_.max_delay_us) return std::nullopt;
  const int64_t reached = lowest();
  if (reached == INT64_MAX || reached <= watermark_us_) return std::nullopt;
  watermark_us_ = reached;
  return reached;
}

std::optional<weir_signal> TimeTracker::take_signal() {
  if (!event_time_.max_delay_us) return std::nullopt;
  if (lowest() == INT64_MAX) {
    const bool is_idle = !partitions_.empty() || is_silent_;
    if (!is_idle || std::exchange(is_idle_told_, true)) return std::nullopt;
    return weir_signal{WEIR_SIGNAL_IDLE, 0, 0, 0};
  }
  // A partition that was found while all others were idle is waited for again.
  const bool is_back = std::exchange(is_idle_told_, false);
  const bool has_risen = take_watermark().has_value();
  if (!has_risen && !is_back) return std::nullopt;
  return weir_signal{WEIR_SIGNAL_WATERMARK, 0, watermark_us_, 0};
}

}  // namespace weir
