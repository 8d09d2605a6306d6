#pragma once
// The fast hash of a key's words. It may differ from build to build, so it is never stored.
#include <cstddef>
#include <cstdint>

#include "state/wide_integer.hpp"

namespace weir {

/// Returns a hash of `count` words: folded 128-bit products, two words a step. Steps of different rows
/// overlap in the processor, so that a row costs about a nanosecond a step.
inline uint64_t hash_words(const uint64_t* words, uint32_t count) {
  constexpr uint64_t kSeed = 0x9e3779b97f4a7c15;
  constexpr uint64_t kOdd = 0xd6e8feb86659fd93;
  const auto fold = [](uint64_t a, uint64_t b) {
    const uint128 product = static_cast<uint128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = kSeed;
  uint32_t i = 0;
  for (; i + 2 <= count; i += 2) hash = fold(words[i] ^ kOdd, words[i + 1] ^ hash) + kSeed;
  if (i < count) hash = fold(words[i] ^ kOdd, hash) + kSeed;
  return fold(hash ^ kSeed, kOdd);
}

/// Hashes `row_count` rows that lie one after the other.
inline void hash_rows(const uint64_t* words, uint32_t words_a_row, uint32_t row_count, uint64_t* hashes) {
  for (uint32_t i = 0; i < row_count; ++i, words += words_a_row) hashes[i] = hash_words(words, words_a_row);
}

}  // namespace weir
