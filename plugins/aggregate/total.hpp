#pragma once
// A sum that loses nothing: 128-bit for integers and decimals, compensated for floats.
#include <cmath>
#include <cstring>

#include <weir/column.hpp>

namespace weir::aggregates {

/// Neumaier's: what rounding took from the sum is kept beside it.
struct CompensatedSum {
  double sum, correction;
};

/// What `sum` and `avg` keep. Which half of it is used depends on the argument's type.
struct Total {
  union {
    Decimal128 exact;  ///< integers and decimals (in units of the scale)
    CompensatedSum floating;
  };
  int64_t count;
  int64_t has_overflowed;  ///< 128 bits were not enough.

  void add(double x) {
    const double sum = floating.sum + x;
    floating.correction +=
        std::fabs(floating.sum) >= std::fabs(x) ? (floating.sum - sum) + x : (x - sum) + floating.sum;
    floating.sum = sum;
    ++count;
  }
  void add(Decimal128 x) {
    if (__builtin_add_overflow(exact, x, &exact)) has_overflowed = 1;
    ++count;
  }
  /// Once an infinity or NaN is in, the correction means nothing.
  double floating_sum() const {
    return std::isfinite(floating.sum) ? floating.sum + floating.correction : floating.sum;
  }
};

}  // namespace weir::aggregates
