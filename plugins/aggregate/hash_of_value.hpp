#pragma once
// The hash of a value of any ordered type as every HyperLogLog has it: equal values have equal hashes.
#include <bit>
#include <cmath>
#include <limits>
#include <string_view>

#include <weir/column.hpp>

#include "hll_slot.hpp"

namespace weir::aggregates {

inline uint64_t hash_of(std::string_view value) { return sketch_hash(value); }
inline uint64_t hash_of(Decimal128 value) {
  return sketch_hash(std::string_view(reinterpret_cast<const char*>(&value), sizeof(value)));
}
/// One NaN, and -0 is 0.
inline uint64_t hash_of(double value) {
  if (std::isnan(value)) value = std::numeric_limits<double>::quiet_NaN();
  return sketch_hash(std::bit_cast<uint64_t>(value == 0 ? 0.0 : value));
}
inline uint64_t hash_of(int64_t value) { return sketch_hash(static_cast<uint64_t>(value)); }
inline uint64_t hash_of(uint64_t value) { return sketch_hash(value); }

}  // namespace weir::aggregates
