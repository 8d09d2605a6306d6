#include "surprise.hpp"

#include <algorithm>
#include <cmath>

namespace weir::prediction {
namespace {

constexpr double kLevelRate = 1.0 / 300;
constexpr double kScaleRate = 1.0 / 2500;
constexpr double kErrorRate = 1.0 / 500;
constexpr double kSmoothedValues = 24;
constexpr double kScaleCut = 6;
constexpr double kStepCut = 18;
constexpr double kQuantile = 0.97;
constexpr double kThresholdStep = 0.0125;
constexpr double kFirstThreshold = 3;
constexpr double kLeastThreshold = 0.5;
constexpr double kExcessRate = 0.01;
constexpr double kExcessCut = 25;
constexpr double kMustBeNearer = 0.65;  // A profile is taken when its error is so much smaller.
constexpr int64_t kValuesToSettle = 20;
constexpr double kFewestForProfile = 2;
constexpr double kLeastProbability = 1e-30;
constexpr double kShortestRate = 0.05;
constexpr double kHighestRate = 0.3;

/// The mean of the first values, an exponential one later.
double rate_at(double rate, double count) { return std::max(rate, 1 / count); }

using Expectations = std::array<double, kMostSeasons + 1>;

/// The level, then what each profile expects; one that knows too little says what the one before it does.
Expectations expectations(const SurpriseState& state, std::span<const ProfilePlace> places,
                          const SeasonProfiles& profiles, int64_t time_us) {
  Expectations expected{};
  expected[0] = state.level;
  for (size_t i = 0; i < profiles.season_count(); ++i) {
    const ProfilePlace& place = places[profiles.place_of(i, time_us)];
    expected[i + 1] = place.count >= kFewestForProfile ? place.mean : expected[i];
  }
  return expected;
}

size_t nearest(const SurpriseState& state, size_t count) {
  size_t best = 0;
  for (size_t i = 1; i < count; ++i)
    if (state.errors[i] < state.errors[best] * kMustBeNearer) best = i;
  return best;
}

double tail(const SurpriseState::Residual& residual, double size) {
  if (size <= residual.threshold) return 1;
  return (1 - kQuantile) * std::exp(-(size - residual.threshold) / residual.excess);
}

void learn(SurpriseState::Residual& residual, double absolute, double size, int64_t count) {
  const bool has_settled = count >= kValuesToSettle;
  const double cut = has_settled ? std::min(absolute, kScaleCut * residual.scale + 1e-12) : absolute;
  residual.scale += (cut - residual.scale) * rate_at(kScaleRate, static_cast<double>(count + 1));
  if (count <= kValuesToSettle) return;
  residual.threshold +=
      size > residual.threshold ? kThresholdStep * kQuantile : -kThresholdStep * (1 - kQuantile);
  residual.threshold = std::max(residual.threshold, kLeastThreshold);
  if (size <= residual.threshold) return;
  residual.exceeded += 1;
  const double excess = std::min(size - residual.threshold, kExcessCut * residual.excess);
  residual.excess += (excess - residual.excess) * rate_at(kExcessRate, residual.exceeded + 2);
}

/// Moves the level, the profiles and what each was wrong by.
void adapt(SurpriseState& state, std::span<ProfilePlace> places, const SeasonProfiles& profiles,
           int64_t time_us, double value, const Expectations& expected) {
  const double cut = kStepCut * std::max(state.residuals[0].scale, 1e-12);
  const auto count = static_cast<double>(state.count + 1);
  for (size_t i = 0; i <= profiles.season_count(); ++i) {
    const double error = std::min(std::abs(value - expected[i]), cut);
    state.errors[i] += (error - state.errors[i]) * rate_at(kErrorRate, count);
  }
  const double step = value - state.level;
  state.level +=
      rate_at(kLevelRate, count) * (state.count > kValuesToSettle ? std::clamp(step, -cut, cut) : step);
  for (size_t i = 0; i < profiles.season_count(); ++i) {
    ProfilePlace& place = places[profiles.place_of(i, time_us)];
    place.count += 1;
    const double off = value - place.mean;
    place.mean +=
        rate_at(profiles.rate(i), place.count) * (place.count > 3 ? std::clamp(off, -cut, cut) : off);
  }
}

void begin(SurpriseState& state, int64_t time_us, double value) {
  state.first_us = time_us;
  state.level = state.last = value;
  for (SurpriseState::Residual& residual : state.residuals) residual = {0, kFirstThreshold, 1, 0};
}

}  // namespace

SeasonProfiles::SeasonProfiles(std::vector<int64_t> seasons_us, int64_t place_us) : place_us_(place_us) {
  for (const int64_t length : seasons_us) {
    const double ratio = static_cast<double>(length) / static_cast<double>(seasons_us.front());
    seasons_.push_back({length, place_count_, std::min(kHighestRate, kShortestRate * ratio)});
    place_count_ += static_cast<size_t>(length / place_us);
  }
}

size_t SeasonProfiles::place_of(size_t season, int64_t time_us) const {
  const int64_t length = seasons_[season].length_us;
  const int64_t into = ((time_us % length) + length) % length;
  return seasons_[season].first + static_cast<size_t>(into / place_us_);
}

Surprise observe(SurpriseState& state, std::span<ProfilePlace> places, const SeasonProfiles& profiles,
                 int64_t time_us, double value) {
  if (state.count == 0) begin(state, time_us, value);
  const Expectations expected = expectations(state, places, profiles, time_us);
  const double best = expected[nearest(state, profiles.season_count() + 1)];
  state.smoothed += (value - best - state.smoothed) / kSmoothedValues;
  const std::array<double, kResiduals> residuals = {value - best, value - state.last, state.smoothed};

  Surprise surprise{best, 1};
  // A series that never moved has no scale: then the smallest step is a surprise.
  const double least = 1e-6 * std::abs(state.level) + 1e-12;
  for (size_t i = 0; i < kResiduals; ++i) {
    SurpriseState::Residual& residual = state.residuals[i];
    const double absolute = std::abs(residuals[i]);
    const double size = absolute / (residual.scale + least);
    surprise.probability =
        std::min(surprise.probability, static_cast<double>(kResiduals) * tail(residual, size));
    learn(residual, absolute, size, state.count);
  }
  surprise.probability = std::clamp(surprise.probability, kLeastProbability, 1.0);

  adapt(state, places, profiles, time_us, value, expected);
  state.last = value;
  ++state.count;
  return surprise;
}

double score_of(double probability) { return std::min(1.0, 0 - std::log10(probability) / 5.5); }

}  // namespace weir::prediction
