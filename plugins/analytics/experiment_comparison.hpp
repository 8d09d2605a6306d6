#pragma once
// One metric of a treatment against the control: estimates, interval, p and what could have been found.
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "experiment_moments.hpp"

namespace weir::experiment {

/// Stands for "there is none".
inline constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

enum class Kind { kProportion, kMean, kRatio };
enum class Better { kHigher, kLower };

/// How sure one wants to be.
struct Certainty {
  double confidence = 0.95;
  double power = 0.8;
  /// Given: intervals and p hold however often they are looked at, and are tightest at so many units.
  std::optional<int64_t> planned_units = {};
  double alpha() const { return 1 - confidence; }
};

/// What holds for all arms of a metric.
struct MetricRule {
  Kind kind = Kind::kMean;
  Better better = Better::kHigher;
  std::optional<double> margin = {};  ///< Of a guardrail.
  bool has_covariate = false;
};

/// How the values of a metric are corrected by their covariate (CUPED): y - theta (x - mean_x).
struct Correction {
  double theta = 0;
  double mean_x = 0;
};

struct Comparison {
  double estimate = kNone, estimate_control = kNone;
  double difference = kNone, lift = kNone;
  double low = kNone, high = kNone;
  double p = kNone;          ///< Of no difference; of a guardrail: of being worse by the margin or more.
  double statistic = kNone;  ///< z, or t where there are degrees of freedom.
  double df = kNone;
  double mde = kNone;                 ///< The least true difference that is found with the wanted power.
  double variance_reduction = kNone;  ///< By the covariate: 0.3 is as good as 43 % more units.
};

/// Returns theta and the mean of x over all arms. Theta comes from within the arms, so that no difference
/// between them leaks in.
Correction correction_of(std::span<const Moments> arms);

/// Where there is too little data, interval and p are kNone.
Comparison compare(const MetricRule& rule, const Moments& treatment, const Moments& control,
                   const Correction& correction, const Certainty& certainty);

/// Returns p of these counts when units are assigned by these weights; kNone for less than two arms.
double sample_ratio_p(std::span<const int64_t> units, std::span<const double> weights);

/// Adjusts p for their number (Holm 1979). kNone stays and does not count.
std::vector<double> holm(std::span<const double> p);

}  // namespace weir::experiment
