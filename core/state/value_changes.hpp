#pragma once
// What changed in a keyed table since its last checkpoint.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "state/record_pool.hpp"

namespace weir {

/// Records that were touched, keys that were removed, and how far whole namespaces were.
///
/// A record that the component was given a slot of counts as changed: what it writes there is not seen. When
/// the notes would cost more than they save (half of all records) they are given up, and the next checkpoint
/// writes the table whole. A table that was never stored keeps none.
///
/// Threads: as the table.
class ValueChanges {
 public:
  /// The key groups are written whole in turns, one share of them at a time, so that what later pages
  /// supersede is left behind before it outweighs what counts, and no checkpoint has to write everything.
  static constexpr uint32_t kTurns = 8;

  struct Removed {
    uint8_t group;
    std::string entry;  ///< As it is stored.
  };

  bool is_tracking() const { return is_tracking_; }
  bool is_empty() const { return touched_.empty() && removed_.empty() && !removed_upto_ && aside_ == 0; }

  /// Needs: is_tracking(). `record` has just become RecordMark::kTouched.
  void touch(Record* record) { touched_.push_back(record); }
  void remove(uint8_t group, std::string entry) {
    removed_bytes_ += sizeof(Removed) + entry.size();
    removed_.push_back({group, std::move(entry)});
  }
  void remove_upto(int64_t upto) { removed_upto_ = std::max(upto, removed_upto_.value_or(INT64_MIN)); }
  /// Gives up when there are too many for a table of `live_count` records.
  void weigh(size_t live_count) {
    const size_t allowed = live_count / 2 + kFew;
    if (touched_.size() + aside_ > allowed || removed_bytes_ / kRemovedBytes > allowed ||
        removed_bytes_ > kMostRemovedBytes)
      give_up();
  }
  void give_up() {
    forget();
    is_tracking_ = false;
  }
  /// No record is left, dead ones neither.
  void forget_records() { touched_.clear(); }
  /// All records went into a run, which knows of each whether it changed.
  void put_aside() {
    aside_ += touched_.size();
    touched_.clear();
  }

  /// In the order they were touched. A dead record is gone; one that is not marked any more came twice.
  const std::vector<Record*>& touched() const { return touched_; }
  const std::vector<Removed>& removed() const { return removed_; }
  std::optional<int64_t> removed_upto() const { return removed_upto_; }

  /// Returns whose turn it is to be written whole with these changes: groups with group % kTurns equal to it.
  std::optional<uint32_t> turn(size_t live_count) {
    changes_since_turn_ += touched_.size() + aside_ + removed_.size();
    const bool are_few = changes_since_turn_ * kTurnAfterShare < live_count;
    if (++checkpoints_since_turn_ < kTurnAfterCheckpoints && are_few) return std::nullopt;
    changes_since_turn_ = 0;
    checkpoints_since_turn_ = 0;
    next_turn_ = (next_turn_ + 1) % kTurns;
    return next_turn_;
  }
  /// Everything up to now is stored.
  void begin_anew() {
    forget();
    is_tracking_ = true;
  }

 private:
  static constexpr size_t kTurnAfterShare = 4;  // A quarter of all records: half of it is written once more.
  static constexpr uint32_t kTurnAfterCheckpoints = 8;
  static constexpr size_t kFew = 1024;
  static constexpr size_t kMostRemovedBytes = size_t{16} << 20;
  static constexpr size_t kRemovedBytes = 64;
  void forget() {
    touched_.clear();
    aside_ = 0;
    removed_.clear();
    removed_bytes_ = 0;
    removed_upto_.reset();
  }

  bool is_tracking_ = false;
  std::vector<Record*> touched_;
  size_t aside_ = 0;  // Touched before they went into a run.
  std::vector<Removed> removed_;
  size_t removed_bytes_ = 0;
  std::optional<int64_t> removed_upto_;
  size_t changes_since_turn_ = 0;
  uint32_t checkpoints_since_turn_ = 0;
  uint32_t next_turn_ = 0;
};

}  // namespace weir
