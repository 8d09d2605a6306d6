#pragma once
// Exponential smoothing as a state space model: Hyndman, Koehler, Ord & Snyder, "Forecasting with Exponential
// Smoothing" (2008), chapter 2, and Hyndman & Athanasopoulos, "Forecasting: Principles and Practice".
//
// With q = level + phi * growth, s the season's state of m steps ago, and the point forecast
//   mu = q (no season), q + s (additive), q * s (multiplicative):
//   level  = q + alpha * (y - mu)              with a multiplicative season (y - mu) / s
//   growth = phi * growth + beta * (y - mu)    with a multiplicative season (y - mu) / s
//   season = s + gamma * (y - mu)              with a multiplicative season (y - mu) / q
// The error is y - mu (additive) or (y - mu) / mu (multiplicative). Where a value is missing the error is 0.
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir::prediction {

/// A value that is not there.
inline constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Which error, trend and season a model has.
struct EtsForm {
  enum class Error : uint8_t { kAdditive, kMultiplicative };
  enum class Trend : uint8_t { kNone, kAdditive, kDamped };
  enum class Season : uint8_t { kNone, kAdditive, kMultiplicative };
  Error error = Error::kAdditive;
  Trend trend = Trend::kNone;
  Season season = Season::kNone;

  bool has_trend() const { return trend != Trend::kNone; }
  bool has_season() const { return season != Season::kNone; }
  /// Some of its states must stay above 0.
  bool is_multiplicative() const {
    return error == Error::kMultiplicative || season == Season::kMultiplicative;
  }
  /// As the literature writes it: "AAdM" is additive error, damped trend, multiplicative season.
  std::string name() const;
  /// Those that stay finite (ibid., chapter 15): a multiplicative season goes with a multiplicative error.
  static std::span<const EtsForm> all();
  /// Returns null for a name that is not among all().
  static const EtsForm* find(std::string_view name);
  bool operator==(const EtsForm&) const = default;
};

/// 0 < beta < alpha < 1, 0 < gamma < 1 - alpha, 0.8 <= phi <= 0.98; phi is 1 without damping.
struct EtsParameters {
  double alpha = 0, beta = 0, gamma = 0, phi = 1;
};

/// One model with its states, moved forward a value at a time.
class Ets {
 public:
  EtsForm form;
  EtsParameters parameters;
  double level = 0;
  double growth = 0;
  std::vector<double> season;  ///< By place in the season; empty without one.
  double variance = 0;         ///< Of the error.

  struct Error {
    double error;     ///< 0 for a missing value.
    double log_unit;  ///< log |mu| of a multiplicative error, for the likelihood; else 0.
    bool is_sound;    ///< Whether the states are still what the form can have.
  };
  /// Takes the next value in; NaN is a missing one.
  Error observe(double value) {
    const double q = level + parameters.phi * growth;
    const double s = form.has_season() ? season[place_] : 0;
    const bool is_ratio = form.season == EtsForm::Season::kMultiplicative;
    const double mu = is_ratio ? q * s : q + s;
    const bool is_relative = form.error == EtsForm::Error::kMultiplicative;
    if ((is_relative && !(mu > 0)) || (is_ratio && !(q > 0))) return {0, 0, false};
    const double surprise = std::isnan(value) ? 0 : value - mu;
    const double on_level = is_ratio ? surprise / s : surprise;
    level = q + parameters.alpha * on_level;
    growth = parameters.phi * growth + parameters.beta * on_level;
    if (form.has_season()) {
      season[place_] = s + parameters.gamma * (is_ratio ? surprise / q : surprise);
      if (++place_ == season.size()) place_ = 0;
    }
    return {is_relative ? surprise / mu : surprise, is_relative ? std::log(mu) : 0, true};
  }

  /// Writes point forecasts of the next steps, and their standard deviations. Those of a multiplicative
  /// season are approximate (ibid., section 6.4).
  /// Needs: spans of one size.
  void forecast(std::span<double> mean, std::span<double> deviation) const;

 private:
  void additive_deviation(std::span<double> deviation) const;
  void relative_deviation(std::span<const double> base, std::span<double> deviation) const;
  /// How much an error now moves the point forecast `steps` later.
  double weight_after(size_t steps, double damping) const;

  size_t place_ = 0;  // In the season.
};

}  // namespace weir::prediction
