#pragma once
// Buckets for floats whose bounds grow by at most 1/64 of their value, found without a logarithm.
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace weir::aggregates {

/// The bucket of a normal positive float64 is its exponent and the first 6 bits of its fraction, which is one
/// shift of its bits. Everything else (negative, zero, subnormal, infinite, NaN) gives a number outside
/// [kFirstBucket, kEndBucket).
inline constexpr int kBucketShift = 46;
inline constexpr uint64_t kFirstBucket = 64;
inline constexpr uint64_t kEndBucket = uint64_t{0x7FF} << 6;

inline uint64_t bucket_of(double x) { return std::bit_cast<uint64_t>(x) >> kBucketShift; }

/// Returns the value that stands for a bucket: of all values in it, none is further away than 1/129 of
/// itself.
inline double bucket_value(uint64_t bucket) {
  const double low = std::bit_cast<double>(bucket << kBucketShift);
  const auto step = static_cast<double>(bucket & 63);
  return low * (2.0 * (65.0 + step) / (129.0 + 2.0 * step));
}

}  // namespace weir::aggregates
