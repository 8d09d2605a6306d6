#pragma once
// Sets of values in blocks of the host's: 64-bit numbers, or texts.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <weir/abi.h>

namespace weir::aggregates {

/// A hash table of 8-byte entries, 0: free, and the bytes of texts. How values are hashed is part of the
/// stored form.
struct ValueSetSlot {
  weir_block* table;
  weir_block* bytes;  ///< Texts: uint32 length and bytes of each, one after another.
  uint64_t count;
  uint64_t bytes_used;
  uint32_t capacity;  ///< Entries of the table, a power of two.
  uint32_t has_zero;  ///< Numbers: whether 0 is in the set; it has no entry.
  static std::vector<uint32_t> ref_offsets() {
    return {offsetof(ValueSetSlot, table), offsetof(ValueSetSlot, bytes)};
  }
};

/// Makes a block of a slot `size` bytes long. Throws FaultException when there is no memory.
using ResizeBlock = std::function<void(weir_block*&, size_t)>;

/// The slot as a set of numbers. Borrows both.
class NumberSet {
 public:
  NumberSet(ValueSetSlot& slot, const ResizeBlock& resize) : slot_(slot), resize_(resize) {}
  void insert(uint64_t number);
  /// Adds what save() gave of another set.
  void merge(std::string_view saved);
  static void save(const ValueSetSlot& slot, std::string& out);

 private:
  void grow();
  ValueSetSlot& slot_;
  const ResizeBlock& resize_;
};

/// The slot as a set of texts. Borrows both.
class TextSet {
 public:
  TextSet(ValueSetSlot& slot, const ResizeBlock& resize) : slot_(slot), resize_(resize) {}
  void insert(std::string_view text);
  /// Adds what save() gave of another set.
  void merge(std::string_view saved);
  static void save(const ValueSetSlot& slot, std::string& out);

 private:
  std::string_view text_at(uint64_t offset) const;
  uint64_t append(std::string_view text);
  void grow();
  ValueSetSlot& slot_;
  const ResizeBlock& resize_;
};

}  // namespace weir::aggregates
