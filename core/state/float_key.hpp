#pragma once
// Floats as keys: every NaN is one value, and zero has no sign.
#include <bit>
#include <cstdint>

namespace weir {

inline constexpr uint64_t kKeyNaN = 0x7ff8000000000000;

/// Returns the bits that stand for `value` in a key.
inline uint64_t float_key_bits(double value) {
  if (value != value) return kKeyNaN;
  return std::bit_cast<uint64_t>(value + 0.0);  // -0 + 0 is 0; every other value stays.
}

}  // namespace weir
