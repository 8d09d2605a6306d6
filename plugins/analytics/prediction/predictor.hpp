#pragma once
// What predicts: a model of exponential smoothing, or the seasonal naive forecast that each is measured
// against.
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "ets.hpp"

namespace weir::prediction {

/// The value of the same place one season ago; the last one that was there.
class SeasonalNaive {
 public:
  /// Needs: season > 0.
  explicit SeasonalNaive(size_t season);
  void observe(double value);
  /// NaN for a place that never had a value. The deviation grows with the root of the seasons ahead:
  /// sigma * sqrt(k), k = floor((h - 1) / m) + 1, sigma from the differences of one season.
  void forecast(std::span<double> mean, std::span<double> deviation) const;

 private:
  std::vector<double> last_;  // By place in the season.
  size_t place_ = 0;
  double squares_ = 0;  // Of the differences of one season.
  double count_ = 0;
};

/// How a predictor is made and chosen.
struct Method {
  enum class Kind { kAutomatic, kEts, kForm, kSeasonalNaive };
  Kind kind = Kind::kAutomatic;
  EtsForm form;  ///< Of kForm.
};

/// Fitted, and standing before the first value.
class Predictor {
 public:
  /// Fits to `values`, of which missing ones are NaN. What cannot be fitted (too few values) is the seasonal
  /// naive forecast; kAutomatic is it, too, where that would have been nearer to the last `values` (see
  /// past_errors) than the best ETS.
  static Predictor fit(const Method& method, std::span<const double> values, size_t season, size_t horizon);

  /// "AAdM", "seasonal_naive".
  const std::string& name() const { return name_; }

  /// Goes through `values` and calls `see(origin, mean, deviation)` before each of those from `first` on, and
  /// behind the last: the forecasts of the next `horizon` steps when only values[0 .. origin) are known.
  template <class See>
  void replay(std::span<const double> values, size_t first, size_t horizon, See see) const {
    std::visit([&](auto model) { replay(std::move(model), values, first, horizon, see); }, model_);
  }

 private:
  using Model = std::variant<SeasonalNaive, Ets>;
  Predictor(Model model, std::string name) : model_(std::move(model)), name_(std::move(name)) {}

  template <class One, class See>
  static void replay(One model, std::span<const double> values, size_t first, size_t horizon, See& see) {
    std::vector<double> mean(horizon);
    std::vector<double> deviation(horizon);
    for (size_t origin = 0;; ++origin) {
      if (origin >= first) {
        model.forecast(mean, deviation);
        see(origin, std::span<const double>(mean), std::span<const double>(deviation));
      }
      if (origin == values.size()) return;
      model.observe(values[origin]);
    }
  }

  Model model_;
  std::string name_;
};

}  // namespace weir::prediction
