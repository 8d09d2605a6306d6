#include "predictor.hpp"

#include "ets_fit.hpp"
#include "past_errors.hpp"

namespace weir::prediction {

SeasonalNaive::SeasonalNaive(size_t season) : last_(season, kMissing) {}

void SeasonalNaive::observe(double value) {
  double& last = last_[place_];
  if (++place_ == last_.size()) place_ = 0;
  if (std::isnan(value)) return;
  if (!std::isnan(last)) {
    squares_ += (value - last) * (value - last);
    ++count_;
  }
  last = value;
}

void SeasonalNaive::forecast(std::span<double> mean, std::span<double> deviation) const {
  const double sigma = count_ == 0 ? kMissing : std::sqrt(squares_ / count_);
  for (size_t i = 0; i < mean.size(); ++i) {
    mean[i] = last_[(place_ + i) % last_.size()];
    deviation[i] = sigma * std::sqrt(static_cast<double>(i / last_.size() + 1));
  }
}

Predictor Predictor::fit(const Method& method, std::span<const double> values, size_t season,
                         size_t horizon) {
  Predictor naive(SeasonalNaive(season), "seasonal_naive");
  if (method.kind == Method::Kind::kSeasonalNaive) return naive;
  const std::optional<EtsFit> found =
      method.kind == Method::Kind::kForm ? fit_ets(method.form, values, season) : choose_ets(values, season);
  if (!found) return naive;
  Predictor ets(found->start, found->start.form.name());
  if (method.kind != Method::Kind::kAutomatic) return ets;
  const PastErrors of_ets(ets, values, season, horizon);
  const PastErrors of_naive(naive, values, season, horizon);
  return of_naive.mean_absolute() < of_ets.mean_absolute() ? naive : ets;
}

}  // namespace weir::prediction
