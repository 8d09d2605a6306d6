#pragma once
// Forecasts of many series, put into rows.
#include <span>
#include <string>
#include <vector>

#include <weir/batch.hpp>
#include <weir/builder.hpp>

#include "backtest.hpp"

namespace weir::prediction {

/// All that is said of one series.
struct Forecast {
  std::string model;
  std::vector<Predicted> steps;  ///< NaN: no value was ever seen at this place of the season.
  std::vector<double> naive;
  std::vector<Trial> trials;
  Scores scores;
};

/// Fits, forecasts and tests back. `values` begin with one that is there.
Forecast forecast_series(const Method& method, std::span<const double> values, size_t season, size_t horizon,
                         const Origins& origins);

/// When things are: the first value of a series, and the step [us].
struct SeriesTime {
  int64_t first_us;
  int64_t step_us;
  int64_t at(size_t index) const { return first_us + static_cast<int64_t>(index) * step_us; }
};

/// Columns of the ports `out` and `backtest`, behind those of the keys; `key_rows` says which key each row
/// has.
class ForecastRows {
 public:
  /// `known`: how many values the series has, from `time.first_us` on.
  void add(uint32_t key_row, const Forecast& forecast, const SeriesTime& time, size_t known);
  /// Needs: `keys` are columns that add()'s key rows are rows of.
  Batch finish_forecasts(std::span<const Column> keys);
  Batch finish_trials(std::span<const Column> keys);

 private:
  /// The columns that both ports begin with.
  struct Steps {
    std::vector<uint32_t> key_rows;
    ColumnBuilder<int64_t> origin{Type::kTimestamp};
    ColumnBuilder<int64_t> time{Type::kTimestamp};
    ColumnBuilder<int64_t> step;
    void add(uint32_t key_row, int64_t origin_us, int64_t time_us, size_t step_number);
    std::vector<Column> finish(std::span<const Column> keys);
  };
  /// forecast, lower_80, upper_80, lower_95, upper_95.
  struct Intervals {
    ColumnBuilder<double> mean, lower_80, upper_80, lower_95, upper_95;
    void add(const Predicted& predicted);
    void finish(std::vector<Column>& columns);
  };

  Steps steps_;
  Intervals intervals_;
  ColumnBuilder<double> naive_;
  StringBuilder model_;
  ColumnBuilder<int64_t> scored_;
  ColumnBuilder<double> smape_, naive_smape_, mase_, naive_mase_, coverage_80_, coverage_95_;

  Steps trial_steps_;
  ColumnBuilder<double> actual_;
  Intervals trial_intervals_;
  ColumnBuilder<double> trial_naive_, unit_;
};

}  // namespace weir::prediction
