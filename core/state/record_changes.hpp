#pragma once
// Which key groups of a table of records changed since its last checkpoint.
#include <bitset>
#include <cstddef>
#include <cstdint>

#include "state/key_bytes.hpp"
#include "state/record_pool.hpp"

namespace weir {

/// A changed record is marked, which is all that a row costs. The group of a removed one is noted: it is
/// known when a page has the record, and otherwise no page needs to hear of it.
///
/// Threads: as the table.
class RecordChanges {
 public:
  void touch(Record* record) {
    record->is_touched = true;
    has_touched_ = true;
  }
  void remove(const Record* record) {
    if (record->is_stored) removed_.set(record->group);
  }
  bool is_empty() const { return !has_touched_ && removed_.none(); }
  /// Those of which a stored record was removed.
  const std::bitset<kKeyGroupCount>& removed() const { return removed_; }
  /// Whether pages of this table tell what was there before these changes, and hold no more than a few times
  /// the `live_rows` that count.
  bool is_tracking(size_t live_rows) const {
    return is_tracking_ && stored_rows_ <= kMostTimes * live_rows + kFew;
  }
  /// Rows of a page that is being written.
  void add_stored_rows(size_t rows) { stored_rows_ += rows; }
  /// A page that holds the table whole begins: no other will count.
  void begin_whole() { stored_rows_ = 0; }
  /// Everything up to now is stored.
  void begin_anew() {
    is_tracking_ = true;
    has_touched_ = false;
    removed_.reset();
  }

 private:
  static constexpr size_t kMostTimes = 3;
  static constexpr size_t kFew = 1024;
  bool is_tracking_ = false;
  bool has_touched_ = false;
  std::bitset<kKeyGroupCount> removed_;
  size_t stored_rows_ = 0;  // In pages since the last whole one, with it.
};

}  // namespace weir
