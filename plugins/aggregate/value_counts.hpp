#pragma once
// How often each value of a group comes, in blocks of the host's: exactly, however many there are.
#include <cstdint>
#include <string_view>
#include <vector>

#include <weir/abi.h>
#include <weir/status.hpp>

#include "value_set.hpp"

namespace weir::aggregates {

/// A hash table of 8-byte entries, 0: free, each the place of a record and some bits of its hash.
struct ValueCountsSlot {
  weir_block* table;
  weir_block* records;  ///< [u64 times][u32 size][value] one after another, as they came.
  uint64_t count;
  uint64_t bytes_used;
  uint32_t capacity;  ///< Entries of the table, a power of two.
  uint32_t reserved;
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(ValueCountsSlot, table), offsetof(ValueCountsSlot, records)};
  }
};

/// Borrows: until the slot changes.
struct CountedValue {
  std::string_view value;
  uint64_t times;
};

/// Borrows both.
class ValueCounts {
 public:
  ValueCounts(ValueCountsSlot& slot, const ResizeBlock& resize) : slot_(slot), resize_(resize) {}
  void add(std::string_view value, uint64_t times);
  /// Adds what saved() gave of another group. Fails: it is cut off.
  Status merge(std::string_view saved);
  /// The records as they lie. Borrows: until the slot changes.
  static std::string_view saved(const ValueCountsSlot& slot);
  static std::vector<CountedValue> all(const ValueCountsSlot& slot);

 private:
  void grow();
  uint64_t append(std::string_view value, uint64_t times);
  ValueCountsSlot& slot_;
  const ResizeBlock& resize_;
};

}  // namespace weir::aggregates
