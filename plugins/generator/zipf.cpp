#include "zipf.hpp"

#include <algorithm>
#include <cmath>

#include "row_random.hpp"

namespace weir::generator {
namespace {

// (exp(x) - 1) / x and log(1 + x) / x, also where x is next to 0: s = 1 is an ordinary value.
double exp_ratio(double x) { return std::abs(x) > 1e-8 ? std::expm1(x) / x : 1.0 + x / 2.0; }
double log_ratio(double x) { return std::abs(x) > 1e-8 ? std::log1p(x) / x : 1.0 - x / 2.0; }

}  // namespace

Zipf::Zipf(int64_t n, double s)
    : n_(n),
      s_(s),
      first_(hull_integral(1.5) - 1.0),
      last_(hull_integral(static_cast<double>(n) + 0.5)),
      always_(2.0 - inverse(hull_integral(2.5) - hull(2.0))) {}

double Zipf::hull(double x) const { return std::exp(-s_ * std::log(x)); }

double Zipf::hull_integral(double x) const {
  const double log_x = std::log(x);
  return exp_ratio((1.0 - s_) * log_x) * log_x;
}

double Zipf::inverse(double x) const {
  const double t = std::max(-1.0, x * (1.0 - s_));
  return std::exp(log_ratio(t) * x);
}

int64_t Zipf::draw(uint64_t seed, uint64_t column, uint64_t row) const {
  for (uint64_t i = 0;; ++i) {
    const double u = last_ + unit(random_bits(seed, column, row, i)) * (first_ - last_);
    const double x = inverse(u);
    const auto k = std::clamp(static_cast<int64_t>(std::floor(x + 0.5)), int64_t{1}, n_);
    const auto at = static_cast<double>(k);
    if (at - x <= always_ || u >= hull_integral(at + 0.5) - hull(at)) return k;
  }
}

}  // namespace weir::generator
