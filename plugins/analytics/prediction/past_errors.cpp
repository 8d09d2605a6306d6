#include "past_errors.hpp"

#include <algorithm>
#include <cmath>

namespace weir::prediction {
namespace {

constexpr size_t kFewestErrors = 20;
constexpr double kHalvings = 4;  // Of an error's weight, from the newest origin to the oldest.
constexpr Widths kNormal = {1.2815515655446004, 1.959963984540054};

size_t first_origin(size_t size, size_t season, size_t horizon) {
  const size_t last = size > horizon ? size - horizon : 0;
  const size_t back = calibration_origins(season) - 1;
  return std::max(2 * season, last > back ? last - back : 0);
}

struct Weighted {
  double value;
  double weight;
};

/// The least value that has a share of `p` of the weight at or below it. Needs: values in order.
double quantile_of(const std::vector<Weighted>& values, double total, double p) {
  double below = 0;
  for (const Weighted& each : values) {
    below += each.weight;
    if (below >= p * total) return each.value;
  }
  return values.back().value;
}

}  // namespace

PastErrors::PastErrors(const Predictor& predictor, std::span<const double> values, size_t season,
                       size_t horizon)
    : PastErrors(predictor, values, first_origin(values.size(), season, horizon), season, horizon) {}

PastErrors::PastErrors(const Predictor& predictor, std::span<const double> values, size_t first,
                       size_t season, size_t horizon)
    : first_(first), season_(season), horizon_(horizon) {
  predictor.replay(values, first, horizon,
                   [&](size_t origin, std::span<const double> mean, std::span<const double> deviation) {
                     if (origin + horizon > values.size()) return;
                     for (size_t i = 0; i < horizon; ++i) {
                       const double error = std::abs(values[origin + i] - mean[i]);
                       absolute_.push_back(error);
                       ratios_.push_back(deviation[i] > 0 ? error / deviation[i] : kMissing);
                     }
                   });
}

double PastErrors::mean_absolute() const {
  double sum = 0;
  size_t count = 0;
  for (const double error : absolute_)
    if (!std::isnan(error)) sum += error, ++count;
  return count == 0 ? kMissing : sum / static_cast<double>(count);
}

Widths PastErrors::widths(size_t origin) const {
  const size_t end =
      std::min(origin > horizon_ ? origin - horizon_ + 1 : 0, first_ + ratios_.size() / horizon_);
  const size_t most = calibration_origins(season_);
  const size_t begin = std::max({first_, 2 * season_, end > most ? end - most : 0});
  std::vector<Weighted> known;
  double total = 0, sum = 0, squares = 0;
  for (size_t at = begin; at < end; ++at) {
    const double weight =
        std::exp2(-static_cast<double>(end - 1 - at) * kHalvings / static_cast<double>(most));
    sum += weight;
    squares += weight * weight;
    for (size_t i = (at - first_) * horizon_; i < (at + 1 - first_) * horizon_; ++i) {
      if (std::isnan(ratios_[i])) continue;
      known.push_back({ratios_[i], weight});
      total += weight;
    }
  }
  if (known.size() < kFewestErrors) return kNormal;
  std::ranges::sort(known, {}, &Weighted::value);
  const double origins = sum * sum / squares;  // As many of one weight are as good.
  Widths widths{};
  for (size_t level = 0; level < kLevels.size(); ++level)
    widths[level] = quantile_of(known, total, std::min(1.0, kLevels[level] * (1 + 1 / origins)));
  return widths;
}

}  // namespace weir::prediction
