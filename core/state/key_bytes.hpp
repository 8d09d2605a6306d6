#pragma once
// Keys as bytes that mean the same in every layout, width and version: what decides a key's group, and how
// keys are stored in checkpoints. Frozen: key_vectors.txt holds bytes and groups that must never change.
//
// A key is its columns one after the other, each a tag and a value, numbers little endian:
//   0 null       nothing
//   1 bool       1 byte, 0 or 1
//   2 integer    16 bytes two's complement, whatever the width and sign of the column
//   3 float      8 bytes, IEEE double; float32 is widened; one NaN (7ff8000000000000); -0 is 0
//   4 decimal    1 byte scale, 16 bytes two's complement; no trailing zeros (the scale may go below 0)
//   5 string     u32 length, bytes; views, offsets and dictionaries alike
//   6 binary     the same
//   7 timestamp  8 bytes [us since 1970 UTC]
//   8 date       4 bytes [days since 1970]
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <weir/abi.h>
#include <weir/status.hpp>

namespace weir {

enum class KeyTag : uint8_t {
  kNull = 0,
  kBool = 1,
  kInteger = 2,
  kFloat = 3,
  kDecimal = 4,
  kString = 5,
  kBinary = 6,
  kTimestamp = 7,
  kDate = 8,
};

inline constexpr uint32_t kKeyGroupCount = 256;

/// The key groups of one copy of a node: [first, end).
struct KeyGroupRange {
  uint32_t first = 0;
  uint32_t end = kKeyGroupCount;
  bool contains(uint32_t group) const { return first <= group && group < end; }
  bool operator==(const KeyGroupRange&) const = default;
};

/// Returns the groups of copy `index` of `count`. Needs: index < count.
constexpr KeyGroupRange groups_of_copy(uint32_t index, uint32_t count) {
  return {static_cast<uint32_t>(uint64_t{index} * kKeyGroupCount / count),
          static_cast<uint32_t>((uint64_t{index} + 1) * kKeyGroupCount / count)};
}

/// Returns the copy of `count` that owns a group. Needs: group < 256, count > 0.
constexpr uint32_t copy_of_group(uint32_t group, uint32_t count) {
  return static_cast<uint32_t>(((uint64_t{group} + 1) * count - 1) / kKeyGroupCount);
}

/// Fails with kUnsupported when a column of this type cannot be part of a key (lists and structs).
Status check_key_field(const weir_field& field);

/// Appends the canonical bytes of one row. Needs: every column passes check_key_field().
void append_key_bytes(std::span<const weir_column* const> columns, int64_t row, std::string& out);

/// Returns the group of canonical bytes: the low 8 bits of XXH3_64 with seed 0.
uint8_t key_group(std::string_view key_bytes);

/// Writes the group of each picked row (`rows` NULL: rows 0 .. row_count-1) to `groups`, a block of rows
/// column by column.
///
/// Needs: every column passes check_key_field(). Threads: any, at once.
void key_groups(std::span<const weir_column* const> columns, const uint32_t* rows, int64_t row_count,
                uint8_t* groups);

/// Where one value of a key was found in canonical bytes.
struct KeyValue {
  KeyTag tag = KeyTag::kNull;
  uint64_t low = 0;       ///< Bool, integer, float (bits), decimal, timestamp, date: the value's low 64 bits.
  uint64_t high = 0;      ///< Integer, decimal: the upper 64 bits.
  int8_t scale = 0;       ///< Decimal.
  std::string_view text;  ///< String, binary.
};

/// Reads values from canonical bytes, one after the other.
class KeyBytesReader {
 public:
  /// Borrows `bytes`.
  explicit KeyBytesReader(std::string_view bytes) : rest_(bytes) {}
  /// Fails with kCorrupt when no whole value follows.
  Result<KeyValue> next();
  bool is_at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace weir
