#include "experiment_comparison.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "experiment_distributions.hpp"

namespace weir::experiment {
namespace {

/// An arm's value of the metric, and the variance of that value.
struct Estimate {
  double value = kNone;
  double variance = kNone;
};

/// The sum of squared distances of y - slope x from its mean. Rounding may put it below 0.
double squares_of_rest(const Moments& arm, double slope) {
  return std::max(0.0, arm.m2_y - 2 * slope * arm.c_yx + slope * slope * arm.m2_x);
}

Estimate estimate_of(const MetricRule& rule, const Moments& arm, const Correction& correction) {
  if (arm.n == 0) return {};
  const auto n = static_cast<double>(arm.n);
  if (rule.kind == Kind::kProportion) {
    const double p = static_cast<double>(arm.hits) / n;
    return {p, p * (1 - p) / n};
  }
  if (rule.kind == Kind::kMean) {
    const double value = arm.mean_y() - correction.theta * (arm.mean_x() - correction.mean_x);
    return {value, arm.n < 2 ? kNone : squares_of_rest(arm, correction.theta) / (n - 1) / n};
  }
  const double mean_x = arm.mean_x();
  if (mean_x == 0) return {};
  // Deng, Knoblich and Lu (2018): var(R) = (s_yy - 2 R s_yx + R^2 s_xx) / (n mean_x^2).
  const double ratio = arm.mean_y() / mean_x;
  const double variance = arm.n < 2 ? kNone : squares_of_rest(arm, ratio) / (n - 1) / (n * mean_x * mean_x);
  return {ratio, variance};
}

struct Interval {
  double low, high;
};

/// Wilson's score interval of a proportion (1927).
Interval wilson(const Moments& arm, double z) {
  const auto n = static_cast<double>(arm.n);
  const double p = static_cast<double>(arm.hits) / n;
  const double middle = p + z * z / (2 * n);
  const double reach = z * std::sqrt(p * (1 - p) / n + z * z / (4 * n * n));
  return {(middle - reach) / (1 + z * z / n), (middle + reach) / (1 + z * z / n)};
}

/// Newcombe's hybrid score interval of a difference of proportions (1998, method 10).
Interval newcombe(const Moments& treatment, const Moments& control, double z) {
  const double p = static_cast<double>(treatment.hits) / static_cast<double>(treatment.n);
  const double q = static_cast<double>(control.hits) / static_cast<double>(control.n);
  const Interval of_p = wilson(treatment, z);
  const Interval of_q = wilson(control, z);
  return {p - q - std::hypot(p - of_p.low, of_q.high - q), p - q + std::hypot(of_p.high - p, q - of_q.low)};
}

/// The mixture SPRT with a normal mixture, which is the asymptotic confidence sequence for a difference.
///
/// With the difference's standard error s after t units and u = t rho^2: the interval is
/// +- s sqrt(2 (u + 1) / u log(sqrt(u + 1) / alpha)), and p is 1 over the likelihood ratio
/// (u + 1)^(-1/2) exp(z^2 / 2 u / (u + 1)). Both are one statement: p <= alpha where the interval leaves out
/// 0.
class Sequence {
 public:
  Sequence(int64_t units, int64_t planned_units, double alpha) : alpha_(alpha) {
    const double spent = -2 * std::log(alpha);
    u_ = static_cast<double>(units) / static_cast<double>(planned_units) * (spent + std::log1p(spent));
  }
  double reach() const { return std::sqrt(2 * (u_ + 1) / u_ * (0.5 * std::log1p(u_) - std::log(alpha_))); }
  double p(double z) const {
    return std::min(1.0, std::exp(0.5 * std::log1p(u_) - z * z / 2 * (u_ / (u_ + 1))));
  }

 private:
  double alpha_;
  double u_;
};

double welch_df(const Estimate& one, const Moments& of_one, const Estimate& other, const Moments& of_other) {
  const double sum = one.variance + other.variance;
  return sum * sum /
         (one.variance * one.variance / static_cast<double>(of_one.n - 1) +
          other.variance * other.variance / static_cast<double>(of_other.n - 1));
}

double pooled_error(const Moments& treatment, const Moments& control) {
  const auto n = static_cast<double>(treatment.n);
  const auto m = static_cast<double>(control.n);
  const double p = static_cast<double>(treatment.hits + control.hits) / (n + m);
  return std::sqrt(p * (1 - p) * (1 / n + 1 / m));
}

}  // namespace

Correction correction_of(std::span<const Moments> arms) {
  Moments all{};
  double products = 0;
  double squares = 0;
  for (const Moments& arm : arms) {
    products += arm.c_yx;
    squares += arm.m2_x;
    all.add(arm);
  }
  return {squares > 0 ? products / squares : 0, all.n > 0 ? all.mean_x() : 0};
}

Comparison compare(const MetricRule& rule, const Moments& treatment, const Moments& control,
                   const Correction& correction, const Certainty& certainty) {
  const Correction used = rule.has_covariate ? correction : Correction();
  const Estimate of_treatment = estimate_of(rule, treatment, used);
  const Estimate of_control = estimate_of(rule, control, used);
  Comparison made;
  made.estimate = of_treatment.value;
  made.estimate_control = of_control.value;
  made.difference = of_treatment.value - of_control.value;
  if (of_control.value != 0) made.lift = made.difference / std::fabs(of_control.value);
  const double error = std::sqrt(of_treatment.variance + of_control.variance);
  if (!(error > 0) || !std::isfinite(error)) return made;
  if (rule.has_covariate) {
    const double raw = estimate_of(rule, treatment, {}).variance + estimate_of(rule, control, {}).variance;
    made.variance_reduction = 1 - error * error / raw;
  }

  const double tail = 1 - certainty.alpha() / 2;
  double reach = normal_quantile(tail);
  std::optional<Sequence> sequence;
  if (certainty.planned_units) {
    sequence.emplace(treatment.n + control.n, *certainty.planned_units, certainty.alpha());
    reach = sequence->reach();
  } else if (rule.kind == Kind::kMean) {
    made.df = welch_df(of_treatment, treatment, of_control, control);
    reach = t_quantile(tail, made.df);
  }
  made.mde = (reach + normal_quantile(certainty.power)) * error;
  if (rule.kind == Kind::kProportion && !sequence) {
    const Interval interval = newcombe(treatment, control, reach);
    made.low = interval.low;
    made.high = interval.high;
  } else {
    made.low = made.difference - reach * error;
    made.high = made.difference + reach * error;
  }

  const auto above = [&](double statistic) {
    return std::isnan(made.df) ? normal_above(statistic) : t_above(statistic, made.df);
  };
  if (rule.margin) {
    const double gain = rule.better == Better::kHigher ? made.difference : -made.difference;
    made.statistic = (gain + *rule.margin) / error;
    if (!sequence) made.p = above(made.statistic);
    // What a sequence says of two sides holds for one of them.
    if (sequence) made.p = made.statistic > 0 ? sequence->p(made.statistic) : 1.0;
    return made;
  }
  const bool is_pooled = rule.kind == Kind::kProportion && !sequence;
  made.statistic = made.difference / (is_pooled ? pooled_error(treatment, control) : error);
  made.p = sequence ? sequence->p(made.statistic) : std::min(1.0, 2 * above(std::fabs(made.statistic)));
  return made;
}

double sample_ratio_p(std::span<const int64_t> units, std::span<const double> weights) {
  const auto all = static_cast<double>(std::accumulate(units.begin(), units.end(), int64_t{0}));
  const double weight = std::accumulate(weights.begin(), weights.end(), 0.0);
  if (units.size() < 2 || all == 0) return kNone;
  double distance = 0;
  for (size_t i = 0; i < units.size(); ++i) {
    const double expected = all * (weights[i] / weight);
    const double off = static_cast<double>(units[i]) - expected;
    distance += off * off / expected;
  }
  return chi_squared_above(distance, static_cast<double>(units.size() - 1));
}

std::vector<double> holm(std::span<const double> p) {
  std::vector<size_t> order;
  for (size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::ranges::stable_sort(order, {}, [&](size_t i) { return p[i]; });
  std::vector<double> adjusted(p.size(), kNone);
  double least = 0;
  for (size_t rank = 0; rank < order.size(); ++rank) {
    least = std::max(least, std::min(1.0, p[order[rank]] * static_cast<double>(order.size() - rank)));
    adjusted[order[rank]] = least;
  }
  return adjusted;
}

}  // namespace weir::experiment
