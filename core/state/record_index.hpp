#pragma once
// Finds records by the hash of their key.
#include <cstddef>
#include <cstdint>
#include <vector>

#include "data/memory.hpp"
#include "state/record_pool.hpp"

namespace weir {

/// A hash table of pointers with open addressing, at most three fifths full. An entry has 16 bits of the hash
/// above 48 of the pointer, so that records of other keys are hardly ever looked at. Without tombstones.
///
/// Threads: one at a time.
class RecordIndex {
 public:
  /// Borrows `account`, which is charged for the table, as long as it lives.
  explicit RecordIndex(MemoryAccount& account) : account_(account) {}
  ~RecordIndex() { account_.uncharge(held_bytes()); }
  RecordIndex(const RecordIndex&) = delete;
  RecordIndex& operator=(const RecordIndex&) = delete;

  size_t held_bytes() const { return entries_.size() * sizeof(uint64_t); }
  /// The table as it is now, for many look-ups in a row. Stays good while nothing is put in or taken out.
  class Look {
   public:
    /// Fetches what first() and find() look at.
    void prefetch(uint64_t hash) const { __builtin_prefetch(entries_ + (hash & mask_)); }
    /// Returns the record that is most likely the one with this hash; null: there is none.
    Record* first(uint64_t hash) const {
      size_t at = hash & mask_;
      while (entries_[at] != 0 && !has_same_tag(entries_[at], hash)) at = (at + 1) & mask_;
      return record_in(entries_[at]);
    }
    /// Returns the record of which `is_same` says so; null: there is none.
    template <class IsSame>
    Record* find(uint64_t hash, IsSame&& is_same) const {
      for (size_t at = hash & mask_; entries_[at] != 0; at = (at + 1) & mask_) {
        if (!has_same_tag(entries_[at], hash)) continue;
        Record* const record = record_in(entries_[at]);
        if (is_same(record)) return record;
      }
      return nullptr;
    }

   private:
    friend class RecordIndex;
    Look(const uint64_t* entries, uint64_t mask) : entries_(entries), mask_(mask) {}
    const uint64_t* entries_;
    uint64_t mask_;
  };
  Look look() const {
    static constexpr uint64_t kNothing = 0;
    return entries_.empty() ? Look(&kNothing, 0) : Look(entries_.data(), entries_.size() - 1);
  }
  template <class Visit>
  void for_each(Visit&& visit) const {
    for (const uint64_t entry : entries_) {
      if (entry != 0) visit(record_in(entry));
    }
  }

  /// Makes room for `count` records in all. Returns false when there is no memory for that.
  bool reserve(size_t count);
  /// Needs: reserve(); no record of the same key is in it.
  void put(Record* record);
  /// Needs: the record is in it.
  void take(const Record* record);
  /// Gives memory back when `count` records, which are all that are in it, need less by far.
  void shrink(size_t count);
  /// Forgets all records, which may be gone. `count` are to be put in again: where they need less by far it
  /// becomes smaller, so that closing windows never goes on clearing an old peak's size.
  void clear(size_t count);
  /// Forgets all records and gives all memory back.
  void release();

 private:
  static constexpr size_t kSmallest = 64;
  static constexpr uint64_t kAddressMask = (uint64_t{1} << 48) - 1;
  static Record* record_in(uint64_t entry) { return reinterpret_cast<Record*>(entry & kAddressMask); }
  static uint64_t entry_of(const Record* record) {
    return reinterpret_cast<uint64_t>(record) | (record->hash & ~kAddressMask);
  }
  static bool has_same_tag(uint64_t entry, uint64_t hash) { return ((entry ^ hash) & ~kAddressMask) == 0; }
  size_t home_of(uint64_t hash) const { return hash & (entries_.size() - 1); }
  size_t next(size_t at) const { return (at + 1) & (entries_.size() - 1); }
  bool is_sparse(size_t count) const { return entries_.size() > kSmallest && count * 8 < entries_.size(); }
  /// Needs: the account was charged what is added.
  void resize(size_t size);

  MemoryAccount& account_;
  std::vector<uint64_t> entries_;  // 0: free.
};

}  // namespace weir
