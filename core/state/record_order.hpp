#pragma once
// Records of a keyed table in the order of their keys.
#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "state/key_shape.hpp"
#include "state/record_pool.hpp"

namespace weir {

/// Keeps the beginning of each key beside the record, as a number that orders as the keys do: sorting looks
/// at records only where these are equal.
///
/// Threads: one at a time.
class RecordOrder {
 public:
  /// Borrows both as long as it lives.
  RecordOrder(const KeyShape& key, const RecordShape& shape) : key_(key), shape_(shape) {}

  /// Holds those for which `is_taken` in place of all others. Needs: records of one namespace. Borrows: the
  /// records, until clear().
  template <class IsTaken>
  void assign(std::span<Record* const> records, IsTaken&& is_taken) {
    entries_.clear();
    for (Record* const record : records) {
      if (!is_taken(record)) continue;
      entries_.push_back({key_.order_prefix(shape_.words(record), shape_.texts(record)), record});
    }
    std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
      if (a.prefix != b.prefix) return a.prefix < b.prefix;
      return key_.compare(shape_.words(a.record), shape_.texts(a.record), shape_.words(b.record),
                          shape_.texts(b.record)) < 0;
    });
  }
  void clear() { entries_.clear(); }
  size_t size() const { return entries_.size(); }
  Record* at(size_t place) const { return entries_[place].record; }

 private:
  struct Entry {
    uint64_t prefix;
    Record* record;
  };
  const KeyShape& key_;
  const RecordShape& shape_;
  std::vector<Entry> entries_;
};

}  // namespace weir
