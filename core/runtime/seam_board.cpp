#include "runtime/seam_board.hpp"

#include <iterator>
#include <utility>

#include "runtime/actor.hpp"
#include "runtime/run_shared.hpp"

namespace weir {

SeamBoard::SeamBoard(RunShared& run, std::string node, std::optional<EventTime> event_time)
    : run_(run), node_(std::move(node)) {
  if (event_time) times_.emplace(*event_time);
}

void SeamBoard::found(uint32_t partition, const std::string& name, const SourcePosition& from) {
  const std::lock_guard lock(mutex_);
  SourcePosition& position = positions_[partition];
  position = from;
  position.node = node_;
  position.partition = name;
  if (times_ && !from.is_ended) times_->found(partition, from.watermark_us);
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
    for (const auto& [partition, position] : positions_) positions.push_back(position);
    told_[epoch] = positions;
  }
  run_.add_positions(epoch, node_, std::move(positions));
}

std::vector<SourcePosition> SeamBoard::take_told(uint64_t epoch) {
  const std::lock_guard lock(mutex_);
  const auto end = told_.upper_bound(epoch);
  if (end == told_.begin()) return {};
  std::vector<SourcePosition> positions = std::move(std::prev(end)->second);
  told_.erase(told_.begin(), end);
  return positions;
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
  {
    const std::lock_guard lock(mutex_);
    const uint32_t partition = range.partition->partition;
    SourcePosition& known = positions_[partition];
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
    if (!left.leftover.empty()) seams_[partition] = std::move(left);
    settled_ = range.index + 1;
    const auto [first, last] = barriers_.equal_range(settled_);
    for (auto barrier = first; barrier != last; ++barrier) epochs.push_back(barrier->second);
    barriers_.erase(first, last);
    if (!epochs.empty()) {
      for (const auto& [number, at] : positions_) positions.push_back(at);
    }
    for (const uint64_t epoch : epochs) told_[epoch] = positions;
  }
  for (const uint64_t epoch : epochs) run_.add_positions(epoch, node_, positions);
  lanes_[(range.index + 1) % lanes_.size()]->notify();
  return settled;
}

}  // namespace weir
