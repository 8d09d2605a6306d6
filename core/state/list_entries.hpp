#pragma once
// Which rows lie under one key of a list, in the order of their namespaces.
#include <cstddef>
#include <cstdint>
#include <span>

#include "data/memory.hpp"

namespace weir {

/// `row` is its number in a RowStore. Numbers grow in the order of appending, so that (ns, row) is the order
/// in which a list is read.
struct ListEntry {
  int64_t ns;
  uint64_t row;
  bool operator<(const ListEntry& other) const { return ns != other.ns ? ns < other.ns : row < other.row; }
};

/// Lies in a slot of a RecordTable, so zeros are an empty one and whoever removes the record calls clear()
/// before. A single entry lies in the slot itself: most keys have one.
class ListEntries {
 public:
  /// Returns false, with nothing appended, when there is no memory.
  bool append(ListEntry entry, MemoryAccount& account);
  size_t count() const { return count_; }
  /// The entries in order. Borrows: until the next append() or drop.
  std::span<const ListEntry> sorted();
  /// Forgets the first `count` in order.
  void drop_front(size_t count, MemoryAccount& account);
  /// Keeps those for which `keep` is true.
  template <class Keep>
  void keep_if(Keep&& keep, MemoryAccount& account) {
    ListEntry* const all = entries();
    uint32_t kept = 0;
    uint32_t kept_sorted = 0;
    for (uint32_t i = 0; i < count_; ++i) {
      if (!keep(all[i])) continue;
      all[kept++] = all[i];
      if (i < sorted_) kept_sorted = kept;
    }
    count_ = kept;
    sorted_ = kept_sorted;
    if (count_ == 0) clear(account);
  }
  void clear(MemoryAccount& account);
  /// [bytes] besides the slot.
  uint64_t held_bytes() const { return capacity_ * sizeof(ListEntry); }

 private:
  ListEntry* entries() { return capacity_ == 0 ? &place_.one : place_.many; }

  union {
    ListEntry one;    // While capacity_ is 0.
    ListEntry* many;  // Charged memory for capacity_ entries.
  } place_;
  uint32_t count_;
  uint32_t capacity_;
  uint32_t sorted_;  // That many from the first on are in order.
};

}  // namespace weir
