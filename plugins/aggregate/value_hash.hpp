#pragma once
// How values are hashed where the hash is part of what is stored: sets in checkpoints, sketches in files.
#include <cstdint>
#include <cstring>
#include <string_view>

namespace weir::aggregates {

/// Every bit of the result depends on every bit of `x`; 0 stays 0.
inline uint64_t mix(uint64_t x) {
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93U;
  x ^= x >> 32;
  x *= 0xD6E8FEB86659FD93U;
  return x ^ (x >> 32);
}

inline uint64_t hash_text(std::string_view text) {
  uint64_t hash = text.size();
  while (text.size() >= 8) {
    uint64_t word = 0;
    std::memcpy(&word, text.data(), 8);
    hash = mix(hash ^ word);
    text.remove_prefix(8);
  }
  uint64_t word = 0;
  if (!text.empty()) std::memcpy(&word, text.data(), text.size());
  return mix(hash ^ word);
}

}  // namespace weir::aggregates
