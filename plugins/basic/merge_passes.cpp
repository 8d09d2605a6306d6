#include "merge_passes.hpp"

#include <iterator>
#include <utility>

namespace weir::basic {

MergePasses::MergePasses(std::vector<SortedRun> runs, uint64_t memory_bytes)
    : memory_bytes_(memory_bytes),
      waiting_(std::make_move_iterator(runs.begin()), std::make_move_iterator(runs.end())) {}

MergePasses::Group MergePasses::next() {
  Group group;
  if (do_all_fit()) {
    group.is_last = true;
    group.runs = std::exchange(merged_, {});
    std::ranges::move(waiting_, std::back_inserter(group.runs));
    waiting_.clear();
    return group;
  }
  // One that is left over at the end of a pass is as good as merged.
  if (waiting_.size() == 1) {
    merged_.push_back(std::move(waiting_.front()));
    waiting_.clear();
  }
  if (waiting_.empty()) {
    std::ranges::move(merged_, std::back_inserter(waiting_));
    merged_.clear();
  }
  uint64_t bytes = 0;
  while (!waiting_.empty()) {
    bytes += waiting_.front().batch_bytes;
    if (group.runs.size() >= 2 && bytes > memory_bytes_) break;
    group.runs.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  return group;
}

bool MergePasses::do_all_fit() const {
  if (merged_.size() + waiting_.size() <= 2) return true;
  uint64_t bytes = 0;
  for (const SortedRun& run : merged_) bytes += run.batch_bytes;
  for (const SortedRun& run : waiting_) bytes += run.batch_bytes;
  return bytes <= memory_bytes_;
}

}  // namespace weir::basic
