#include "forecast_rows.hpp"

#include <cmath>

#include <weir/gather.hpp>

namespace weir::prediction {
namespace {

void append(ColumnBuilder<double>& column, double value) {
  std::isfinite(value) ? column.append(value) : column.append_null();
}

Batch batch_of(const std::vector<Column>& columns, size_t rows) {
  weir_batch like{};
  like.row_count = static_cast<int64_t>(rows);
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

}  // namespace

Forecast forecast_series(const Method& method, std::span<const double> values, size_t season, size_t horizon,
                         const Origins& origins) {
  const Predictor predictor = Predictor::fit(method, values, season, horizon);
  Forecast made;
  made.model = predictor.name();
  const Widths widths = PastErrors(predictor, values, season, horizon).widths(values.size());
  const auto take = [&](size_t, std::span<const double> mean, std::span<const double> deviation) {
    for (size_t i = 0; i < horizon; ++i)
      made.steps.push_back({mean[i], {widths[0] * deviation[i], widths[1] * deviation[i]}});
  };
  predictor.replay(values, values.size(), horizon, take);
  Predictor::fit({Method::Kind::kSeasonalNaive, {}}, values, season, horizon)
      .replay(values, values.size(), horizon, [&](size_t, std::span<const double> mean, auto) {
        made.naive.assign(mean.begin(), mean.end());
      });
  // A place of the season without any value has a state that nothing was learnt for.
  for (size_t i = 0; i < horizon; ++i)
    if (std::isnan(made.naive[i])) made.steps[i].mean = NAN;
  made.trials = back_test(method, values, season, horizon, origins);
  made.scores = score(made.trials);
  return made;
}

void ForecastRows::Steps::add(uint32_t key_row, int64_t origin_us, int64_t time_us, size_t step_number) {
  key_rows.push_back(key_row);
  origin.append(origin_us);
  time.append(time_us);
  step.append(static_cast<int64_t>(step_number));
}

std::vector<Column> ForecastRows::Steps::finish(std::span<const Column> keys) {
  std::vector<Column> columns;
  for (const Column& key : keys) columns.push_back(gather(*key, key_rows));
  columns.push_back(std::move(origin).finish());
  columns.push_back(std::move(time).finish());
  columns.push_back(std::move(step).finish());
  return columns;
}

void ForecastRows::Intervals::add(const Predicted& predicted) {
  append(mean, predicted.mean);
  append(lower_80, predicted.mean - predicted.half[0]);
  append(upper_80, predicted.mean + predicted.half[0]);
  append(lower_95, predicted.mean - predicted.half[1]);
  append(upper_95, predicted.mean + predicted.half[1]);
}

void ForecastRows::Intervals::finish(std::vector<Column>& columns) {
  for (ColumnBuilder<double>* column : {&mean, &lower_80, &upper_80, &lower_95, &upper_95})
    columns.push_back(std::move(*column).finish());
}

void ForecastRows::add(uint32_t key_row, const Forecast& forecast, const SeriesTime& time, size_t known) {
  const Scores& scores = forecast.scores;
  for (size_t i = 0; i < forecast.steps.size(); ++i) {
    steps_.add(key_row, time.at(known), time.at(known + i), i + 1);
    intervals_.add(forecast.steps[i]);
    append(naive_, forecast.naive[i]);
    model_.append(forecast.model);
    scored_.append(static_cast<int64_t>(scores.scored));
    append(smape_, scores.model.smape);
    append(naive_smape_, scores.naive.smape);
    append(mase_, scores.model.mase);
    append(naive_mase_, scores.naive.mase);
    append(coverage_80_, scores.coverage[0]);
    append(coverage_95_, scores.coverage[1]);
  }
  for (const Trial& trial : forecast.trials) {
    trial_steps_.add(key_row, time.at(trial.origin), time.at(trial.origin + trial.step - 1), trial.step);
    append(actual_, trial.actual);
    trial_intervals_.add(trial.predicted);
    append(trial_naive_, trial.naive);
    append(unit_, trial.unit);
  }
}

Batch ForecastRows::finish_forecasts(std::span<const Column> keys) {
  const size_t rows = steps_.key_rows.size();
  std::vector<Column> columns = steps_.finish(keys);
  intervals_.finish(columns);
  columns.push_back(std::move(naive_).finish());
  columns.push_back(std::move(model_).finish());
  columns.push_back(std::move(scored_).finish());
  for (ColumnBuilder<double>* column :
       {&smape_, &naive_smape_, &mase_, &naive_mase_, &coverage_80_, &coverage_95_})
    columns.push_back(std::move(*column).finish());
  return batch_of(columns, rows);
}

Batch ForecastRows::finish_trials(std::span<const Column> keys) {
  const size_t rows = trial_steps_.key_rows.size();
  std::vector<Column> columns = trial_steps_.finish(keys);
  columns.push_back(std::move(actual_).finish());
  trial_intervals_.finish(columns);
  columns.push_back(std::move(trial_naive_).finish());
  columns.push_back(std::move(unit_).finish());
  return batch_of(columns, rows);
}

}  // namespace weir::prediction
