#pragma once
// Bitmaps as Arrow has them: least significant bit first.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

inline bool get_bit(const uint8_t* bits, size_t index) {
  return ((bits[index >> 3] >> (index & 7)) & 1U) != 0;
}
inline void set_bit(uint8_t* bits, size_t index) {
  bits[index >> 3] = static_cast<uint8_t>(bits[index >> 3] | (1U << (index & 7)));
}
inline void clear_bit(uint8_t* bits, size_t index) {
  bits[index >> 3] = static_cast<uint8_t>(bits[index >> 3] & ~(1U << (index & 7)));
}
inline void assign_bit(uint8_t* bits, size_t index, bool value) {
  const auto mask = static_cast<uint8_t>(1U << (index & 7));
  bits[index >> 3] = static_cast<uint8_t>((bits[index >> 3] & ~mask) | (value ? mask : 0));
}
inline size_t bitmap_bytes(size_t bits) { return (bits + 7) / 8; }

/// Returns how many of the first `count` bits are set.
inline size_t count_set_bits(const uint8_t* bits, size_t count) {
  size_t set = 0;
  size_t at = 0;
  for (; at + 64 <= count; at += 64) {
    uint64_t word = 0;
    std::memcpy(&word, bits + at / 8, 8);
    set += static_cast<size_t>(std::popcount(word));
  }
  for (; at < count; ++at) set += get_bit(bits, at) ? 1 : 0;
  return set;
}

/// Copies `count` bits that begin at bit `from` of `source` to bit `to` of `target`.
inline void copy_bits(const uint8_t* source, size_t from, uint8_t* target, size_t to, size_t count) {
  if ((from & 7) == 0 && (to & 7) == 0 && count >= 8) {
    std::memcpy(target + to / 8, source + from / 8, count / 8);
    const size_t done = count / 8 * 8;
    from += done;
    to += done;
    count -= done;
  }
  for (size_t i = 0; i < count; ++i) assign_bit(target, to + i, get_bit(source, from + i));
}

}  // namespace weir
