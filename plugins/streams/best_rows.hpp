#pragma once
// The best rows of one group, in a block: [u32 size][u32 size of the key][key][row] for each, best first.
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <weir/state.hpp>

namespace weir::streams {

struct BestRows {
  weir_block* rows;
  uint32_t count;
  uint32_t last;  ///< Where the last of them begins in the block [bytes].
  static std::vector<uint32_t> ref_offsets() { return {0}; }
};

/// One row as it lies in the block. Borrows: until the block changes.
struct BestRow {
  std::string_view key;  ///< Orders rows; the smallest is the best.
  std::string_view row;
  uint32_t end;  ///< Where the next one begins [bytes].

  /// Needs: a row begins at `from`.
  static BestRow at(const weir_block& block, uint32_t from) {
    const char* const begin = reinterpret_cast<const char*>(block.data) + from;
    uint32_t size = 0;
    uint32_t key_size = 0;
    std::memcpy(&size, begin, sizeof(size));
    std::memcpy(&key_size, begin + sizeof(size), sizeof(key_size));
    const std::string_view both(begin + kHead, size - kHead);
    return {both.substr(0, key_size), both.substr(key_size), from + size};
  }
  static constexpr uint32_t kHead = 8;
};

/// Whether a row with this key is among the `limit` best. Of equal rows the earlier stays.
inline bool is_among_best(const BestRows& best, size_t limit, std::string_view key) {
  return best.count < limit || key < BestRow::at(*best.rows, best.last).key;
}

/// Takes a row in, and lets the last one go when there are more than `limit`.
/// Needs: is_among_best(). Fails: the state has no memory.
inline Status insert_best(ValueState<BestRows>& state, weir_context* context, BestRows& best, size_t limit,
                          std::string_view key, std::string_view row) {
  const bool is_full = best.count == limit;
  uint32_t used = is_full ? best.last : best.rows == nullptr ? 0 : static_cast<uint32_t>(best.rows->size);
  uint32_t place = 0;
  for (uint32_t i = 0; i < best.count - (is_full ? 1 : 0); ++i) {
    const BestRow other = BestRow::at(*best.rows, place);
    if (key < other.key) break;
    place = other.end;
  }
  const auto size = static_cast<uint32_t>(BestRow::kHead + key.size() + row.size());
  const auto key_size = static_cast<uint32_t>(key.size());
  WEIR_RETURN_IF_ERROR(state.resize_block(context, &best.rows, used + size));
  uint8_t* const to = best.rows->data + place;
  std::memmove(to + size, to, used - place);
  std::memcpy(to, &size, sizeof(size));
  std::memcpy(to + sizeof(size), &key_size, sizeof(key_size));
  std::memcpy(to + BestRow::kHead, key.data(), key.size());
  std::memcpy(to + BestRow::kHead + key.size(), row.data(), row.size());
  if (!is_full) ++best.count;
  used += size;
  for (uint32_t at = 0; at < used; at = BestRow::at(*best.rows, at).end) best.last = at;
  return {};
}

}  // namespace weir::streams
