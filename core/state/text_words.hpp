#pragma once
// A few bytes of a text as one number, without reading past its end.
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace weir {

/// Returns `size` bytes as a little endian number. Needs: size <= 8. Reads exactly these bytes.
inline uint64_t load_short(const char* bytes, size_t size) {
  if (size >= 4) {
    uint32_t first = 0;
    uint32_t last = 0;
    std::memcpy(&first, bytes, 4);
    std::memcpy(&last, bytes + size - 4, 4);  // Overlaps `first` by 8 - size bytes.
    return first | (static_cast<uint64_t>(last) << (8 * (size - 4)));
  }
  uint64_t word = 0;
  for (size_t i = 0; i < size; ++i) word |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[i])) << (8 * i);
  return word;
}

}  // namespace weir
