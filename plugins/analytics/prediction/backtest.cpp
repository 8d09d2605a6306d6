#include "backtest.hpp"

#include <algorithm>
#include <cmath>

namespace weir::prediction {
namespace {

/// The unit of MASE at each origin, as a running mean.
std::vector<double> units_by_origin(std::span<const double> values, size_t season) {
  std::vector<double> units(values.size() + 1, kMissing);
  double sum = 0, count = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double difference = i < season ? kMissing : std::abs(values[i] - values[i - season]);
    if (!std::isnan(difference)) sum += difference, count += 1;
    if (count > 0) units[i + 1] = sum / count;
  }
  return units;
}

std::vector<size_t> places_of(const Origins& origins, size_t size, size_t season, size_t horizon) {
  const size_t earliest = std::max<size_t>(2 * season, 10);
  std::vector<size_t> places;
  for (size_t k = 0; k < origins.count; ++k) {
    const size_t back = horizon + k * origins.stride;
    if (size < back + earliest) break;
    places.push_back(size - back);
  }
  std::ranges::reverse(places);
  return places;
}

double symmetric(double actual, double forecast) {
  const double both = std::abs(actual) + std::abs(forecast);
  return both > 0 ? 200 * std::abs(actual - forecast) / both : 0;
}

}  // namespace

std::vector<Trial> back_test(const Method& method, std::span<const double> values, size_t season,
                             size_t horizon, const Origins& origins) {
  const std::vector<size_t> places = places_of(origins, values.size(), season, horizon);
  if (places.empty()) return {};
  const size_t first = places.front();
  const Predictor predictor = Predictor::fit(method, values.first(first), season, horizon);
  const Predictor naive = Predictor::fit({Method::Kind::kSeasonalNaive, {}}, values, season, horizon);
  const std::vector<double> units = units_by_origin(values, season);
  const size_t back = calibration_origins(season) + horizon;
  const PastErrors past(predictor, values, std::max(2 * season, first > back ? first - back : 0), season,
                        horizon);

  std::vector<Trial> trials;
  auto next = places.begin();
  const auto is_place = [&](size_t origin) { return next != places.end() && *next == origin; };
  predictor.replay(values, first, horizon,
                   [&](size_t origin, std::span<const double> mean, std::span<const double> deviation) {
                     if (!is_place(origin)) return;
                     ++next;
                     const Widths widths = past.widths(origin);
                     for (size_t i = 0; i < horizon; ++i)
                       trials.push_back({origin,
                                         i + 1,
                                         values[origin + i],
                                         {mean[i], {widths[0] * deviation[i], widths[1] * deviation[i]}},
                                         kMissing,
                                         units[origin]});
                   });
  next = places.begin();
  size_t at = 0;
  naive.replay(values, first, horizon, [&](size_t origin, std::span<const double> mean, auto) {
    if (!is_place(origin)) return;
    ++next;
    for (const double value : mean) {
      trials[at].naive = value;
      // A place of the season without any value has a state that nothing was learnt for.
      if (std::isnan(value)) trials[at].predicted.mean = kMissing;
      ++at;
    }
  });
  return trials;
}

Scores score(std::span<const Trial> trials) {
  Scores scores{0, {0, 0}, {0, 0}, {}};
  for (const Trial& trial : trials) {
    const double mean = trial.predicted.mean;
    if (std::isnan(trial.actual) || std::isnan(mean) || std::isnan(trial.naive)) continue;
    ++scores.scored;
    const double error = std::abs(trial.actual - mean);
    scores.model.smape += symmetric(trial.actual, mean);
    scores.model.mase += error / trial.unit;
    scores.naive.smape += symmetric(trial.actual, trial.naive);
    scores.naive.mase += std::abs(trial.actual - trial.naive) / trial.unit;
    for (size_t level = 0; level < kLevels.size(); ++level)
      scores.coverage[level] += error <= trial.predicted.half[level] ? 1 : 0;
  }
  const double count = scores.scored == 0 ? kMissing : static_cast<double>(scores.scored);
  for (double* sum : {&scores.model.smape, &scores.model.mase, &scores.naive.smape, &scores.naive.mase,
                      &scores.coverage[0], &scores.coverage[1]})
    *sum = std::isnan(count) ? kMissing : *sum / count;
  return scores;
}

}  // namespace weir::prediction
