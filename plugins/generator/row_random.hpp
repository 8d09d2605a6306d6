#pragma once
// Random numbers that need no state: the seed, the column and the row say everything.
#include <cmath>
#include <cstdint>
#include <numbers>

namespace weir::generator {

/// Returns 64 bits for one draw of one cell (the finalizer of splitmix64 over all four).
inline uint64_t random_bits(uint64_t seed, uint64_t column, uint64_t row, uint64_t draw = 0) {
  const auto mix = [](uint64_t z) {
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  };
  constexpr uint64_t kGolden = 0x9e3779b97f4a7c15U;
  return mix(mix(mix(seed + kGolden * (column + 1)) + kGolden * (row + 1)) + kGolden * (draw + 1));
}

/// Returns a number in [0, 1) from 64 random bits: 53 of them.
inline double unit(uint64_t bits) { return static_cast<double>(bits >> 11U) * 0x1.0p-53; }

/// Returns a standard normal number (Box and Muller) from two draws.
inline double normal(uint64_t first, uint64_t second) {
  const double u = 1.0 - unit(first);  // In (0, 1]: its logarithm is finite.
  return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * unit(second));
}

}  // namespace weir::generator
