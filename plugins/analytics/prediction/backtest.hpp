#pragma once
// How good the same method would have been: forecasts from origins in the past, compared with what came.
#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "past_errors.hpp"
#include "predictor.hpp"

namespace weir::prediction {

/// Half the width of each interval, in the unit of the values.
struct Predicted {
  double mean;
  std::array<double, kLevels.size()> half;
};

/// Where to forecast from. `count` origins, `stride` steps apart; the last one has its whole horizon in the
/// values.
struct Origins {
  size_t count = 0;
  size_t stride = 1;
};

/// One forecast of a step that was known later.
struct Trial {
  size_t origin;  ///< As many values were known.
  size_t step;    ///< From 1.
  double actual;
  Predicted predicted;
  double naive;
  double unit;  ///< Of MASE: the mean |y(t) - y(t - season)| of what was known.
};

/// Over all trials that have an actual value and both forecasts. NaN: there is none.
struct Score {
  double smape;  ///< Mean of 200 |y - f| / (|y| + |f|) [%]; 0 where both are 0.
  double mase;   ///< Mean of |y - f| / unit (Hyndman & Koehler 2006).
};
struct Scores {
  size_t scored = 0;
  Score model, naive;
  std::array<double, kLevels.size()> coverage;  ///< Share of actual values within each interval.
};

/// Fits to what was known at the first origin and keeps that model and its parameters at the later ones,
/// where it only sees more values. Origins that leave fewer than two seasons and ten values before them are
/// left out.
std::vector<Trial> back_test(const Method& method, std::span<const double> values, size_t season,
                             size_t horizon, const Origins& origins);

Scores score(std::span<const Trial> trials);

}  // namespace weir::prediction
