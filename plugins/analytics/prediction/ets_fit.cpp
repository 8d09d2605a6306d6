#include "ets_fit.hpp"

#include <nlopt.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <numbers>
#include <numeric>

namespace weir::prediction {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();
constexpr size_t kFewestValues = 10;
constexpr size_t kSeasonsToStartFrom = 5;
constexpr int kMostEvaluations = 1000;

double mean_of(std::span<const double> values) {
  double sum = 0;
  size_t count = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += value, ++count;
  return count == 0 ? kMissing : sum / static_cast<double>(count);
}

double deviation_of(std::span<const double> values) {
  const double mean = mean_of(values);
  double sum = 0;
  size_t count = 0;
  for (const double value : values)
    if (!std::isnan(value)) sum += (value - mean) * (value - mean), ++count;
  return std::sqrt(sum / static_cast<double>(std::max<size_t>(count, 1)));
}

/// Least squares over the first values: the level before them and the growth a step.
void start_with_line(std::span<const double> values, Ets& model) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (size_t i = 0; i < values.size() && n < 10; ++i) {
    if (std::isnan(values[i])) continue;
    const auto at = static_cast<double>(i + 1);
    n += 1, x += at, y += values[i], xx += at * at, xy += at * values[i];
  }
  const double spread = n * xx - x * x;
  const double slope = spread > 0 ? (n * xy - x * y) / spread : 0;
  model.growth = model.form.has_trend() ? slope : 0;
  model.level = model.form.has_trend() ? (y - slope * x) / n : y / n;
}

/// Needs: at least two whole seasons. Fails, with false: a season in which no value is there.
bool start_with_seasons(std::span<const double> values, size_t season, Ets& model) {
  const size_t count = std::min(values.size() / season, kSeasonsToStartFrom);
  std::vector<double> means;
  for (size_t i = 0; i < count; ++i) means.push_back(mean_of(values.subspan(i * season, season)));
  if (std::ranges::any_of(means, [](double mean) { return std::isnan(mean); })) return false;
  const auto length = static_cast<double>(season);
  const double slope = (means.back() - means.front()) / (static_cast<double>(count - 1) * length);
  const bool is_ratio = model.form.season == EtsForm::Season::kMultiplicative;
  const double neutral = is_ratio ? 1 : 0;
  model.season.assign(season, neutral);
  for (size_t place = 0; place < season; ++place) {
    double sum = 0;
    size_t found = 0;
    for (size_t i = 0; i < count; ++i) {
      const double value = values[i * season + place];
      const double base = means[i] + slope * (static_cast<double>(place) - (length - 1) / 2);
      if (std::isnan(value)) continue;
      sum += is_ratio ? value / base : value - base;
      ++found;
    }
    // A place that never had a value says nothing, and is forecast by nobody.
    if (found > 0) model.season[place] = sum / static_cast<double>(found);
  }
  const double mean = mean_of(model.season);
  for (double& state : model.season) state = is_ratio ? state / mean : state - mean;
  model.growth = model.form.has_trend() ? slope : 0;
  model.level = model.form.has_trend() ? means.front() - slope * (length + 1) / 2 : means.front();
  return true;
}

/// What the optimiser moves, each in its own bounds: alpha, beta / alpha, gamma / (1 - alpha), phi, and the
/// first level and growth in standard deviations from where they were put.
class Search {
 public:
  Search(const Ets& start, std::span<const double> values)
      : start_(start), values_(values), unit_(std::max(deviation_of(values), 1e-9)) {
    add(0.0001, 0.9999, start.form.has_season() ? 0.1 : 0.3);
    if (start.form.has_trend()) add(0.001, 0.999, 0.2);
    if (start.form.has_season()) add(0.0001, 0.9999, 0.1);
    if (start.form.trend == EtsForm::Trend::kDamped) add(0.8, 0.98, 0.95);
    parameter_count_ = first_.size();
    add(-4, 4, 0);
    if (start.form.has_trend()) add(-1, 1, 0);
  }

  Ets model_of(const double* x) const {
    Ets model = start_;
    model.parameters.alpha = *x++;
    if (model.form.has_trend()) model.parameters.beta = model.parameters.alpha * *x++;
    if (model.form.has_season()) model.parameters.gamma = (1 - model.parameters.alpha) * *x++;
    if (model.form.trend == EtsForm::Trend::kDamped) model.parameters.phi = *x++;
    model.level += unit_ * *x++;
    if (model.form.has_trend()) model.growth += unit_ * *x;
    return model;
  }

  /// Returns the best model found. Its variance is set.
  Ets run() {
    const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> search(
        nlopt_create(NLOPT_LN_NELDERMEAD, static_cast<unsigned>(first_.size())), &nlopt_destroy);
    nlopt_set_lower_bounds(search.get(), lowest_.data());
    nlopt_set_upper_bounds(search.get(), highest_.data());
    nlopt_set_max_objective(search.get(), &Search::objective, this);
    nlopt_set_maxeval(search.get(), kMostEvaluations);
    nlopt_set_ftol_abs(search.get(), 1e-5);
    nlopt_set_xtol_rel(search.get(), 1e-5);
    double best = 0;
    // Whatever it answers, `first_` is the best point that it has seen.
    nlopt_optimize(search.get(), first_.data(), &best);
    Ets model = model_of(first_.data());
    log_likelihood(model, values_, &model.variance);
    return model;
  }
  size_t parameter_count() const { return parameter_count_; }

 private:
  void add(double lowest, double highest, double first) {
    lowest_.push_back(lowest);
    highest_.push_back(highest);
    first_.push_back(first);
  }
  static double objective(unsigned, const double* x, double*, void* self) {
    const auto& search = *static_cast<Search*>(self);
    double variance = 0;
    const double found = log_likelihood(search.model_of(x), search.values_, &variance);
    return found == -kInfinite ? -1e300 : found;  // NLopt stops at an infinity.
  }

  const Ets start_;
  const std::span<const double> values_;
  const double unit_;
  std::vector<double> lowest_, highest_, first_;
  size_t parameter_count_ = 0;
};

}  // namespace

double log_likelihood(Ets model, std::span<const double> values, double* variance) {
  double squares = 0, logs = 0, count = 0;
  for (const double value : values) {
    const Ets::Error error = model.observe(value);
    if (!error.is_sound) return -kInfinite;
    if (std::isnan(value)) continue;
    squares += error.error * error.error;
    logs += error.log_unit;
    count += 1;
  }
  *variance = squares / count;
  // Values without any error, as those of a constant series, are as likely as a double can say.
  const double least = std::max(*variance, 1e-30);
  const double found = -count / 2 * (std::log(2 * std::numbers::pi * least) + 1) - logs;
  return std::isfinite(found) ? found : -kInfinite;
}

std::optional<EtsFit> fit_ets(const EtsForm& form, std::span<const double> values, size_t season) {
  const auto is_there = [](double value) { return !std::isnan(value); };
  const auto count = static_cast<size_t>(std::ranges::count_if(values, is_there));
  const bool is_positive = std::ranges::none_of(values, [](double value) { return value <= 0; });
  if (count < kFewestValues || (form.is_multiplicative() && !is_positive)) return std::nullopt;
  Ets start;
  start.form = form;
  if (form.has_season()) {
    if (season < 2 || values.size() < 2 * season + 4) return std::nullopt;
    if (!start_with_seasons(values, season, start)) return std::nullopt;
  } else {
    start_with_line(values, start);
  }
  Search search(start, values);
  EtsFit fit{search.run()};
  fit.log_likelihood = log_likelihood(fit.start, values, &fit.start.variance);
  const size_t states = 1 + (form.has_trend() ? 1 : 0) + (form.has_season() ? season - 1 : 0);
  const auto n = static_cast<double>(count);
  const auto k = static_cast<double>(search.parameter_count() + states + 1);
  if (fit.log_likelihood == -kInfinite || n - k - 1 <= 0) return std::nullopt;
  fit.aicc = -2 * fit.log_likelihood + 2 * k + 2 * k * (k + 1) / (n - k - 1);
  return fit;
}

std::optional<EtsFit> choose_ets(std::span<const double> values, size_t season) {
  std::optional<EtsFit> best;
  for (const EtsForm& form : EtsForm::all()) {
    std::optional<EtsFit> fit = fit_ets(form, values, season);
    if (fit && (!best || fit->aicc < best->aicc)) best = std::move(fit);
  }
  return best;
}

}  // namespace weir::prediction
