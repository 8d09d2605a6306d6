#pragma once
// What a predictor's forecasts were wrong by, from many origins in the past; and how wide intervals must have
// been to hold what came.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "predictor.hpp"

namespace weir::prediction {

/// The intervals that a forecast has: 80 and 95 %.
inline constexpr std::array kLevels = {0.80, 0.95};
/// Half the width of each, in deviations of the model.
using Widths = std::array<double, kLevels.size()>;

/// From how many origins errors are taken: two seasons, and 90 at least.
inline size_t calibration_origins(size_t season) { return season > 45 ? 2 * season : 90; }

/// The errors of forecasts made before each of values[first .. size], kept by origin.
class PastErrors {
 public:
  /// From the last calibration_origins() of `values` that have their whole horizon behind them. The first two
  /// seasons are left out: from them the model started.
  PastErrors(const Predictor& predictor, std::span<const double> values, size_t season, size_t horizon);
  /// From every origin from `first` on, so that widths() can be asked for any of them.
  PastErrors(const Predictor& predictor, std::span<const double> values, size_t first, size_t season,
             size_t horizon);

  /// NaN when there is none.
  double mean_absolute() const;

  /// Returns the widths for forecasts from `origin`, taken from errors that were known by then: their
  /// quantile of p (1 + 1 / C), as split-conformal prediction has it (Lei et al. 2018, "Distribution-free
  /// predictive inference for regression"), of |error| / deviation. Newer errors weigh more, an origin a
  /// quarter of the way back half as much as the newest (Barber et al. 2023, "Conformal prediction beyond
  /// exchangeability"); C = (sum of w)^2 / sum of w^2 over the origins. With fewer than 20 errors the
  /// quantiles of the normal distribution.
  Widths widths(size_t origin) const;

 private:
  const size_t first_;
  const size_t season_;
  const size_t horizon_;
  std::vector<double> absolute_;  // By origin, then step; NaN: nothing to compare with.
  std::vector<double> ratios_;    // The same, in deviations.
};

}  // namespace weir::prediction
