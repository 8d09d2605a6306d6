#pragma once
// Numbers of which the first are drawn most often.
#include <cstdint>

namespace weir::generator {

/// Zipf's distribution over 1..n: k is drawn in proportion to k^-s. Takes constant time and memory, by
/// rejection from the integral of the hull (Hörmann and Derflinger, 1996).
///
/// Threads: constant after construction.
class Zipf {
 public:
  /// Needs: n >= 1, s > 0.
  Zipf(int64_t n, double s);
  /// Draws with the bits of one cell: the i-th try takes the i-th draw.
  int64_t draw(uint64_t seed, uint64_t column, uint64_t row) const;

 private:
  double hull_integral(double x) const;
  double inverse(double x) const;
  double hull(double x) const;

  int64_t n_;
  double s_;
  double first_;   // Integral up to 1.5, less the whole height of 1.
  double last_;    // Integral up to n + 0.5.
  double always_;  // Nearer than this to its integer, a point is accepted without a look.
};

}  // namespace weir::generator
