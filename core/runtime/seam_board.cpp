#include "runtime/seam_board.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "runtime/actor.hpp"
#include "runtime/region_shared.hpp"

namespace weir {

SeamBoard::SeamBoard(RegionShared& region, std::string node, std::optional<EventTime> event_time)
    : region_(region), node_(std::move(node)) {
  if (event_time) times_.emplace(*event_time);
}

void SeamBoard::set_restored(std::vector<SourcePosition> positions) {
  const std::lock_guard lock(mutex_);
  unfound_ = std::move(positions);
}

void SeamBoard::all_found() {
  const std::lock_guard lock(mutex_);
  unfound_.clear();
}

void SeamBoard::found(uint32_t partition, const std::string& name, const SourcePosition& from) {
  const std::lock_guard lock(mutex_);
  std::erase_if(unfound_, [&](const SourcePosition& known) { return known.partition == name; });
  SourcePosition& position = positions_[partition];
  position = from;
  position.node = node_;
  position.partition = name;
  if (times_ && !from.is_ended) times_->found(partition, from.watermark_us);
}

void SeamBoard::gone(uint32_t partition) {
  const std::lock_guard lock(mutex_);
  gone_.insert(partition);
}

void SeamBoard::head(uint32_t partition, std::string bytes) {
  const std::lock_guard lock(mutex_);
  positions_[partition].head = std::move(bytes);
}

void SeamBoard::barrier_before(uint64_t epoch, uint64_t index) {
  std::vector<SourcePosition> positions;
  {
    const std::lock_guard lock(mutex_);
    if (settled_ < index) {
      barriers_.emplace(index, epoch);
      return;
    }
    positions = tell_positions({epoch});
  }
  region_.add_positions(epoch, node_, std::move(positions));
}

/// Needs: the lock is held.
std::vector<SourcePosition> SeamBoard::tell_positions(const std::vector<uint64_t>& epochs) {
  std::vector<SourcePosition> positions;
  for (const auto& [partition, position] : positions_) {
    positions.push_back(position);
    // What was given without a partition that is set aside stays given: its rows are late in the next run,
    // too.
    if (times_ && !position.is_ended)
      positions.back().watermark_us = std::max(position.watermark_us, times_->watermark());
  }
  positions.insert(positions.end(), unfound_.begin(), unfound_.end());
  for (const uint64_t epoch : epochs) told_[epoch] = positions;
  const auto is_over = [this](const auto& entry) {
    return entry.second.is_ended && gone_.erase(entry.first) > 0;
  };
  std::erase_if(positions_, is_over);
  return positions;
}

std::vector<SourcePosition> SeamBoard::take_told(uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  const auto end = told_.upper_bound(epoch);
  if (end == told_.begin()) return {};
  std::vector<SourcePosition> positions = std::move(std::prev(end)->second);
  told_.erase(told_.begin(), end);
  return positions;
}

bool SeamBoard::is_settled_upto(uint64_t index, Actor& reader) {
  const std::lock_guard lock(mutex_);
  if (settled_ >= index) return true;
  reader_ = &reader;
  awaited_ = index;
  return false;
}

void SeamBoard::set_aside(uint32_t partition) {
  const std::lock_guard lock(mutex_);
  if (times_) times_->idle(partition);
}

std::optional<weir_signal> SeamBoard::come_back(uint32_t partition) {
  const std::lock_guard lock(mutex_);
  return times_ ? times_->come_back(partition) : std::nullopt;
}

std::optional<weir_signal> SeamBoard::take_signal() {
  const std::lock_guard lock(mutex_);
  return times_ ? times_->take_signal() : std::nullopt;
}

int64_t SeamBoard::watermark() {
  const std::lock_guard lock(mutex_);
  return times_ ? times_->watermark() : INT64_MIN;
}

std::optional<Seam> SeamBoard::seam_before(const ByteRange& range) {
  const std::lock_guard lock(mutex_);
  if (settled_ != range.index) return std::nullopt;
  // Ranges of another partition may lie in between: what is left over waits for its own.
  const auto left = seams_.extract(range.partition->partition);
  return left.empty() ? Seam() : std::move(left.mapped());
}

SeamBoard::Settled SeamBoard::settle(const ByteRange& range, Seam left, int64_t highest_time_us,
                                     const SourcePosition& position) {
  Settled settled;
  std::vector<uint64_t> epochs;
  std::vector<SourcePosition> positions;
  Actor* waiting_reader = nullptr;
  {
    const std::lock_guard lock(mutex_);
    const uint32_t partition = range.partition->partition;
    SourcePosition& known = positions_[partition];
    if (range.begins_anew) {
      known = {};
      known.node = node_;
      known.partition = range.partition->name;
      known.head = *range.begins_anew;
      gone_.erase(partition);
      if (times_) {
        times_->ended(partition);  // What the one before had reached makes nothing late.
        times_->found(partition, INT64_MIN);
      }
    }
    known.position = position.position;
    known.token = position.token;
    known.skip = position.skip;
    known.is_ended = position.is_ended;
    if (times_) {
      settled.watermark_before = times_->watermark_of(partition);
      times_->advance(partition, highest_time_us);
      known.watermark_us = times_->watermark_of(partition);
      if (range.is_last) times_->ended(partition);
      settled.watermark = times_->take_watermark();
    }
    if (!left.is_empty()) seams_[partition] = std::move(left);
    settled_ = range.index + 1;
    if (reader_ != nullptr && settled_ == awaited_) waiting_reader = std::exchange(reader_, nullptr);
    const auto [first, last] = barriers_.equal_range(settled_);
    for (auto barrier = first; barrier != last; ++barrier) epochs.push_back(barrier->second);
    barriers_.erase(first, last);
    if (!epochs.empty()) positions = tell_positions(epochs);
  }
  for (const uint64_t epoch : epochs) region_.add_positions(epoch, node_, positions);
  lanes_[(range.index + 1) % lanes_.size()]->notify();
  if (waiting_reader != nullptr) waiting_reader->notify();
  return settled;
}

}  // namespace weir
