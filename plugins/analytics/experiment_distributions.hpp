#pragma once
// Tails and quantiles of the distributions that tests use.

namespace weir::experiment {

/// P(Z > z).
double normal_above(double z);
/// The z with P(Z < z) = p. Needs: 0 < p < 1.
double normal_quantile(double p);
/// P(T > t). Needs: df > 0.
double t_above(double t, double df);
/// Needs: 0 < p < 1, df > 0.
double t_quantile(double p, double df);
/// P(X > x). Needs: x >= 0, df > 0.
double chi_squared_above(double x, double df);

}  // namespace weir::experiment
