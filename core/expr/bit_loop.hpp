#pragma once
// Filling bits from a test of each row.
#include <emmintrin.h>

#include <array>
#include <cstdint>

#include "expr/vector.hpp"

namespace weir::expr {

/// Packs 64 bytes, each 0 or 1, into bits.
inline Bits pack_bits(const uint8_t* bytes) {
  Bits out = 0;
  for (int i = 0; i < 4; ++i) {
    const __m128i part = _mm_load_si128(reinterpret_cast<const __m128i*>(bytes) + i);
    const auto bits = static_cast<uint32_t>(_mm_movemask_epi8(_mm_slli_epi16(part, 7)));
    out |= static_cast<Bits>(bits) << static_cast<unsigned>(16 * i);
  }
  return out;
}

/// Sets bit i of `out` to test(i) for all rows. The test must not branch, so that the compiler can make it
/// work on several rows at a time: 64 rows are first written as bytes and then packed.
template <class Test>
inline void fill_bits(Bits* out, int64_t rows, Test test) {
  alignas(64) std::array<uint8_t, 64> bytes;
  const int64_t whole = rows / 64;
  for (int64_t word = 0; word < whole; ++word) {
    const int64_t base = word * 64;
    for (int64_t j = 0; j < 64; ++j) bytes[static_cast<size_t>(j)] = static_cast<uint8_t>(test(base + j));
    out[word] = pack_bits(bytes.data());
  }
  if (whole * 64 == rows) return;
  Bits last = 0;
  for (int64_t row = whole * 64; row < rows; ++row)
    last |= static_cast<Bits>(test(row)) << static_cast<unsigned>(row % 64);
  out[whole] = last;
}

}  // namespace weir::expr
