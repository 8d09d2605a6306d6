#pragma once
// The options of forecast, and the columns that it gives.
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/option_types.hpp>

#include "predictor.hpp"

namespace weir::prediction {

struct ForecastOptions {
  enum class Gaps { kUnknown, kZero };
  ColumnRef value;
  std::vector<ColumnRef> by;
  Duration step{};
  int64_t season = 1;
  int64_t horizon = 0;
  std::string model;
  std::optional<Duration> every;
  Gaps gaps = Gaps::kUnknown;
  int64_t history = 0;
  int64_t origins = 0;
  std::optional<int64_t> stride;
  Duration allowed_lateness{};

  size_t season_steps() const { return static_cast<size_t>(season); }
  size_t horizon_steps() const { return static_cast<size_t>(horizon); }
  Method method() const;
  /// Fails: options that do not fit each other, naming one.
  Status check(bool is_bounded) const;
};

/// What `model` may be: auto, ets, seasonal_naive and the forms of ETS.
std::vector<std::string> model_names();

/// Makes the ports `out`, `backtest` and `late` of a binding. `time` is the input's time column.
/// Fails: two columns of one name.
Result<Binding> bind_forecast(const ForecastOptions& options, const Schema& input, size_t time);

}  // namespace weir::prediction
