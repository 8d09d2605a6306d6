#pragma once
// What is kept of one metric in one arm: counts, means and sums of squares, so that parts of an arm join.
#include <cmath>
#include <cstdint>

namespace weir::experiment {

/// Adds up without loss: what rounding takes from `sum` is kept beside it (Neumaier 1974). Begins zeroed.
struct ExactSum {
  double sum, lost;
  void add(double x) {
    const double made = sum + x;
    lost += std::fabs(sum) >= std::fabs(x) ? (sum - made) + x : (x - made) + sum;
    sum = made;
  }
  void add(const ExactSum& other) {
    add(other.sum);
    lost += other.lost;
  }
  double value() const { return sum + lost; }
};

/// Of pairs (y, x): a mean has y and its covariate x, a ratio the numerator y and the denominator x, a
/// proportion only y, 0 or 1. Begins zeroed.
///
/// Spreads by Welford's recurrence; two parts join by the pairwise formula of Chan, Golub and LeVeque (1983).
/// Means come from exact sums, as what is asked for is the small difference of two of them. So the order in
/// which pairs are added and parts joined changes a result by less than 1e-12 of it.
struct Moments {
  int64_t n;
  int64_t hits;  ///< Pairs with y other than 0: a proportion is exact.
  ExactSum sum_y, sum_x;
  double near_y, near_x;    ///< The means, but for rounding: what distances are taken from.
  double m2_y, m2_x, c_yx;  ///< Sums of squared distances from the mean, and of their products.

  /// Needs: n > 0.
  double mean_y() const { return sum_y.value() / static_cast<double>(n); }
  double mean_x() const { return sum_x.value() / static_cast<double>(n); }

  void add(double y, double x) {
    ++n;
    if (y != 0) ++hits;
    sum_y.add(y);
    sum_x.add(x);
    const auto count = static_cast<double>(n);
    const double distance_y = y - near_y;
    const double distance_x = x - near_x;
    near_y += distance_y / count;
    near_x += distance_x / count;
    m2_y += distance_y * (y - near_y);
    m2_x += distance_x * (x - near_x);
    c_yx += distance_y * (x - near_x);
  }
  void add(const Moments& other) {
    if (other.n == 0) return;
    const auto mine = static_cast<double>(n);
    const auto others = static_cast<double>(other.n);
    const double distance_y = other.near_y - near_y;
    const double distance_x = other.near_x - near_x;
    const double weight = mine * (others / (mine + others));
    m2_y += other.m2_y + distance_y * distance_y * weight;
    m2_x += other.m2_x + distance_x * distance_x * weight;
    c_yx += other.c_yx + distance_y * distance_x * weight;
    n += other.n;
    hits += other.hits;
    sum_y.add(other.sum_y);
    sum_x.add(other.sum_x);
    near_y = mean_y();
    near_x = mean_x();
  }
};

}  // namespace weir::experiment
