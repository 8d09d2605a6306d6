#pragma once
// The records of a table by a time each of them waits for.
#include <cstdint>
#include <vector>

#include "data/memory.hpp"
#include "state/record_table.hpp"

namespace weir {

/// A heap of records: the lowest time first, then by key, then by namespace. Each record knows its place in
/// it, so that one can be moved or taken out at the cost of the logarithm of how many there are.
///
/// Threads: one at a time.
class RecordHeap {
 public:
  /// `place_offset`: where in a slot of `table` this heap keeps a uint32_t of its own.
  /// Borrows `table` and `account` as long as it lives.
  RecordHeap(const RecordTable& table, uint32_t place_offset, MemoryAccount& account)
      : table_(table), place_offset_(place_offset), account_(account) {}
  ~RecordHeap();
  RecordHeap(const RecordHeap&) = delete;
  RecordHeap& operator=(const RecordHeap&) = delete;

  /// Makes room for `more` records. Returns false when there is no memory.
  bool reserve(size_t more);
  /// Needs: reserve(); the record is not in it.
  void push(Record* record, int64_t time_us);
  /// Needs: the record is in it.
  void move(Record* record, int64_t time_us);
  void remove(Record* record);
  bool contains(Record* record) const;
  bool is_empty() const { return entries_.empty(); }
  size_t size() const { return entries_.size(); }
  /// Needs: it is not empty.
  Record* first() const { return entries_.front().record; }
  int64_t first_us() const { return entries_.front().time_us; }
  /// Needs: the record is in it.
  int64_t time_of(Record* record) const { return entries_[place(record)].time_us; }
  uint64_t held_bytes() const { return entries_.capacity() * sizeof(Entry); }

 private:
  struct Entry {  // The time is here, too, so that most comparisons touch no record.
    int64_t time_us;
    Record* record;
  };
  uint32_t& place(Record* record) const {
    return *reinterpret_cast<uint32_t*>(table_.shape().slot(record) + place_offset_);
  }
  bool is_before(const Entry& a, const Entry& b) const;
  void put(size_t at, const Entry& entry);
  /// Finds the place of `entry`, beginning with the hole at `at`.
  void settle(size_t at, const Entry& entry);

  const RecordTable& table_;
  const uint32_t place_offset_;
  MemoryAccount& account_;
  std::vector<Entry> entries_;
};

}  // namespace weir
