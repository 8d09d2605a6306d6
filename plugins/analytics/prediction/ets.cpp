#include "ets.hpp"

#include <algorithm>
#include <array>

namespace weir::prediction {
namespace {

using Error = EtsForm::Error;
using Trend = EtsForm::Trend;
using Season = EtsForm::Season;

constexpr std::array<EtsForm, 15> kForms = {{
    {Error::kAdditive, Trend::kNone, Season::kNone},
    {Error::kAdditive, Trend::kAdditive, Season::kNone},
    {Error::kAdditive, Trend::kDamped, Season::kNone},
    {Error::kAdditive, Trend::kNone, Season::kAdditive},
    {Error::kAdditive, Trend::kAdditive, Season::kAdditive},
    {Error::kAdditive, Trend::kDamped, Season::kAdditive},
    {Error::kMultiplicative, Trend::kNone, Season::kNone},
    {Error::kMultiplicative, Trend::kAdditive, Season::kNone},
    {Error::kMultiplicative, Trend::kDamped, Season::kNone},
    {Error::kMultiplicative, Trend::kNone, Season::kAdditive},
    {Error::kMultiplicative, Trend::kAdditive, Season::kAdditive},
    {Error::kMultiplicative, Trend::kDamped, Season::kAdditive},
    {Error::kMultiplicative, Trend::kNone, Season::kMultiplicative},
    {Error::kMultiplicative, Trend::kAdditive, Season::kMultiplicative},
    {Error::kMultiplicative, Trend::kDamped, Season::kMultiplicative},
}};

}  // namespace

std::string EtsForm::name() const {
  constexpr std::array kTrends = {"N", "A", "Ad"};
  constexpr std::array kSeasons = {"N", "A", "M"};
  return std::string(error == Error::kAdditive ? "A" : "M") + kTrends[static_cast<size_t>(trend)] +
         kSeasons[static_cast<size_t>(season)];
}

std::span<const EtsForm> EtsForm::all() { return kForms; }

const EtsForm* EtsForm::find(std::string_view name) {
  const auto found = std::ranges::find_if(kForms, [&](const EtsForm& form) { return form.name() == name; });
  return found == kForms.end() ? nullptr : &*found;
}

void Ets::forecast(std::span<double> mean, std::span<double> deviation) const {
  const bool is_ratio = form.season == EtsForm::Season::kMultiplicative;
  double damping = 0;
  double power = 1;
  for (size_t i = 0; i < mean.size(); ++i) {
    power *= parameters.phi;
    damping += power;
    mean[i] = level + damping * growth;
    if (form.season == EtsForm::Season::kAdditive) mean[i] += season[(place_ + i) % season.size()];
  }
  if (form.error == EtsForm::Error::kAdditive) {
    additive_deviation(deviation);
  } else {
    relative_deviation(mean, deviation);
  }
  for (size_t i = 0; is_ratio && i < mean.size(); ++i) mean[i] *= season[(place_ + i) % season.size()];
}

double Ets::weight_after(size_t steps, double damping) const {
  const bool is_same_place = form.season == EtsForm::Season::kAdditive && steps % season.size() == 0;
  return parameters.alpha + parameters.beta * damping + (is_same_place ? parameters.gamma : 0);
}

// v(h) = variance * (1 + sum of c(j)^2 over j < h), c(j) = weight_after(j).
void Ets::additive_deviation(std::span<double> deviation) const {
  double sum = 1;
  double damping = 0;
  double power = 1;
  for (size_t i = 0; i < deviation.size(); ++i) {
    deviation[i] = std::sqrt(variance * sum);
    power *= parameters.phi;
    damping += power;
    const double weight = weight_after(i + 1, damping);
    sum += weight * weight;
  }
}

// theta(1) = base(1)^2, theta(h) = base(h)^2 + variance * sum of c(j)^2 * theta(h - j) over 0 < j < h;
// v(h) = (1 + variance) * theta(h) - base(h)^2. With a multiplicative season the base is the level's part,
// and v(h) = s^2 * (theta(h) * (1 + variance) * (1 + gamma^2 * variance)^k - base(h)^2), k whole seasons
// ahead.
void Ets::relative_deviation(std::span<const double> base, std::span<double> deviation) const {
  std::vector<double> theta(base.size());
  std::vector<double> squares(base.size());
  double damping = 0;
  double power = 1;
  for (size_t i = 0; i < base.size(); ++i) {
    theta[i] = base[i] * base[i];
    for (size_t j = 1; j <= i; ++j) theta[i] += variance * squares[j] * theta[i - j];
    if (i + 1 < base.size()) {
      power *= parameters.phi;
      damping += power;
      const double weight = weight_after(i + 1, damping);
      squares[i + 1] = weight * weight;
    }
    double scale = 1;
    double growth_of_season = 1;
    if (form.season == EtsForm::Season::kMultiplicative) {
      scale = season[(place_ + i) % season.size()];
      growth_of_season = std::pow(1 + parameters.gamma * parameters.gamma * variance,
                                  static_cast<double>(i / season.size()));
    }
    const double squared = theta[i] * (1 + variance) * growth_of_season - base[i] * base[i];
    deviation[i] = scale * std::sqrt(std::max(squared, 0.0));
  }
}

}  // namespace weir::prediction
