// forecast: the next values of each series, with intervals, and how good such forecasts would have been.
//
//   next_week: {type: forecast, inputs: per_day, value: revenue, step: 1d, season: 7, horizon: 7}
//
// In:  one row for each key and step: column `value`, a number or null; columns `by`; windows as aggregate
// gives
//      them, or event time.
// Out: `horizon` rows for each key and origin: the columns of `by`, `origin`, the time column, `step`,
// `forecast`
//      with its intervals, `naive`, `model`, and the scores of the back-test. In no order.
//      `backtest`: the forecasts that the scores were made of. `late`: rows that came too late.
//
// State: for each key its last values, 8 bytes each.
#include <algorithm>
#include <cmath>

#include <weir/keyed_transform.hpp>

#include "forecast_options.hpp"
#include "forecast_rows.hpp"
#include "series_input.hpp"
#include "series_store.hpp"

namespace {

using namespace weir::prediction;

class ForecastNode final : public weir::KeyedTransform {
 public:
  explicit ForecastNode(ForecastOptions options)
      : options_(std::move(options)), grid_(options_.step.count(), options_.history) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check_numeric(input, options_.value));
    WEIR_RETURN_IF_ERROR(options_.check(inputs[0].is_bounded));
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    read.emplace_back(options_.value);
    WEIR_RETURN_IF_ERROR(series_.bind(inputs[0], options_.allowed_lateness, read));
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, bind_forecast(options_, input, series_.time_column()));
    binding.reads(read);
    if (options_.every && series_.needs_row_watermark()) binding.needs_row_watermark();
    options_.by.empty() ? binding.single_copy() : binding.key_by(options_.by);
    known_.declare(binding);
    due_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    series_.sort_out(batch, last_origin(), kLatePort, emitter, found_);
    if (found_.rows.empty()) return weir::Progress::done();
    const std::vector<double> values = numbers_of(batch.raw_column(options_.value.index));
    weir::Keys keys(batch, options_.by);
    keys.rows(found_.rows);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<SeriesSlot> slots, known_.find_or_insert(context(), keys));
    for (size_t i = 0; i < found_.rows.size(); ++i)
      WEIR_RETURN_IF_ERROR(grid_.put(known_, context(), *slots[i], found_.times[i], values[found_.rows[i]]));
    return options_.every ? set_timers(batch) : weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter&) override {
    watermark_ = std::max(watermark_, time);
    return weir::Progress::done();
  }

  /// Without `every`: one forecast, from behind the last row of each key.
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    if (options_.every) return weir::Progress::done();
    work_ = Work::kAll;
    cursor_ = 0;
    return more(emitter);
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    work_ = Work::kFired;
    fired_keys_.clear();
    for (size_t i = 0; i < fired.key_columns().size(); ++i) fired_keys_.push_back(fired.key(i));
    fired_at_.assign(fired.times().begin(), fired.times().end());
    next_ = 0;
    return more(emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const bool was_last,
                            work_ == Work::kAll ? give_all(emitter) : give_fired(emitter));
      if (was_last) return weir::Progress::done();
    }
  }

 private:
  enum class Work { kAll, kFired };
  static constexpr size_t kKeysAtOnce = 16;
  static constexpr uint32_t kLatePort = 2;

  int64_t every_us() const { return options_.every->count(); }
  /// Rows that are due then are in no forecast any more. Without `every` there is no such time.
  int64_t last_origin() const { return options_.every ? watermark_ : kBeforeAll; }

  /// Each row is part of the first forecast that is made when it is due.
  weir::Result<weir::Progress> set_timers(const weir::Batch& batch) {
    std::vector<int64_t> times;
    for (const int64_t due : found_.due) {
      const int64_t over = ((due % every_us()) + every_us()) % every_us();
      times.push_back(over == 0 ? due : due + (every_us() - over));
    }
    weir::Keys keys(batch, options_.by);
    keys.rows(found_.rows).namespaces(times);
    WEIR_RETURN_IF_ERROR(due_.set(context(), keys, times));
    return weir::Progress::done();
  }

  weir::Result<bool> give_all(weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(const auto some, known_.scan(context(), kNever, kKeysAtOnce, &cursor_));
    ForecastRows rows;
    for (uint32_t i = 0; i < some.slots.size(); ++i)
      forecast(*some.slots[i], some.slots[i]->first + some.slots[i]->count, i, rows);
    give(rows, some.keys, emitter);
    return some.slots.size() == 0;
  }

  weir::Result<bool> give_fired(weir::Emitter& emitter) {
    const size_t end = std::min(fired_at_.size(), next_ + kKeysAtOnce);
    std::vector<uint32_t> picked;
    for (; next_ < end; ++next_) picked.push_back(static_cast<uint32_t>(next_));
    std::vector<const weir_column*> columns;
    for (const weir::Column& key : fired_keys_) columns.push_back(key.get());
    weir::Keys keys(columns, fired_at_.size());
    keys.rows(picked);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<SeriesSlot> slots, known_.find(context(), keys));
    ForecastRows rows;
    for (size_t i = 0; i < picked.size(); ++i) {
      if (slots[i] == nullptr) continue;
      const int64_t end_cell = known_end(*slots[i], fired_at_[picked[i]]);
      forecast(*slots[i], end_cell, picked[i], rows);
      grid_.forget_before(*slots[i], end_cell);
    }
    give(rows, fired_keys_, emitter);
    return next_ == fired_at_.size();
  }

  /// The first cell that is not known at the watermark `time`: a window is known when it is over.
  int64_t known_end(const SeriesSlot& slot, int64_t time) const {
    const int64_t over = time - options_.allowed_lateness.count();
    return series_.has_windows() ? grid_.cell_from(slot, over - grid_.step_us() + 1)
                                 : grid_.cell_from(slot, over);
  }

  void forecast(const SeriesSlot& slot, int64_t end, uint32_t key_row, ForecastRows& rows) const {
    int64_t first = 0;
    std::vector<double> values = grid_.values_before(slot, end, &first);
    if (values.empty()) return;
    if (options_.gaps == ForecastOptions::Gaps::kZero)
      std::ranges::replace_if(values, [](double value) { return std::isnan(value); }, 0.0);
    const Origins origins = {static_cast<size_t>(options_.origins),
                             static_cast<size_t>(options_.stride.value_or(options_.horizon))};
    const Forecast made = forecast_series(options_.method(), values, options_.season_steps(),
                                          options_.horizon_steps(), origins);
    rows.add(key_row, made, {grid_.time_of(slot, first), grid_.step_us()}, values.size());
  }

  static void give(ForecastRows& rows, std::span<const weir::Column> keys, weir::Emitter& emitter) {
    emitter.emit(rows.finish_forecasts(keys), 0);
    emitter.emit(rows.finish_trials(keys), 1);
  }

  const ForecastOptions options_;
  const SeriesGrid grid_;
  SeriesInput series_;
  SeriesState known_{"known"};
  weir::TimerState due_{"due"};
  int64_t watermark_ = kBeforeAll;
  Work work_ = Work::kAll;  // What more() goes on with.
  uint64_t cursor_ = 0;
  std::vector<weir::Column> fired_keys_;
  std::vector<int64_t> fired_at_;
  size_t next_ = 0;
  SeriesRows found_;  // Used again for each batch.
};

}  // namespace

WEIR_TRANSFORM(
    ForecastNode, ForecastOptions, "forecast",
    "The next values of each series, with intervals, and how good such forecasts would have been.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Each key is a series of its own, one row for each `step`: windows of aggregate, or rows with event "
        "time. "
        "A step without a row, or with a null, is a gap; of several rows for one step the last counts. The "
        "first "
        "forecast step is `origin`: everything before it was known. Without `every` the origin is behind a "
        "key's "
        "last row and comes at the end of the input; with it, every multiple of it (since 1970-01-01 UTC) "
        "that "
        "follows a row is an origin, as soon as the watermark is there: a stream and a run over the same "
        "rows "
        "give the same forecasts.\n\n"
        "Models are those of exponential smoothing as Hyndman, Koehler, Ord & Snyder (2008) and Hyndman & "
        "Athanasopoulos, \"Forecasting: Principles and Practice\", chapter 8, have them, named by error, "
        "trend "
        "and season: AAdA is additive error, damped additive trend, additive season (damped Holt-Winters). "
        "q = level + phi * growth; mu = q, q + s or q * s; level = q + alpha * (y - mu), growth = phi * "
        "growth + beta * (y - mu), s = s + gamma * (y - mu), where with a multiplicative season y - mu is "
        "divided by s, s "
        "and q in turn. Parameters maximise the Gaussian likelihood; of the forms the one with the lowest "
        "AICc = -2 log L + 2k + 2k(k + 1) / (n - k - 1) is taken. `model: auto` gives the seasonal naive "
        "forecast "
        "(the "
        "value one season ago) where that would have been nearer over the last origins; `ets` does not ask. "
        "Forms "
        "with a multiplicative part need values above 0, seasons two whole ones and 4 steps more, every ETS "
        "10 "
        "values; what cannot be fitted is forecast by the seasonal naive method.\n\n"
        "Intervals are symmetric and have the width that held 80 and 95 % of the errors from the last 90 "
        "origins "
        "(or two seasons of them), newer ones weighing more, each measured in the model's standard deviation "
        "for "
        "its step (split-conformal prediction: Lei et al. 2018, Barber et al. 2023); with fewer than 20 "
        "errors "
        "those of the normal distribution. A place of the season that never had a value has no forecast.\n\n"
        "The back-test forecasts `horizon` steps from each of `origins` origins, `stride` steps apart, the "
        "last of "
        "them `horizon` before the end. Model and parameters are those that fit what was known at the first "
        "of "
        "them, intervals those known at each. Over all `scored` steps: smape, the mean of 200 |y - f| / "
        "(|y| + |f|) [%]; mase, the mean of |y - f| / unit, unit the mean of |y(t) - y(t - season)| of what "
        "was "
        "known (Hyndman & Koehler 2006); coverage, the share of values within the interval. Beside them the "
        "same "
        "of the seasonal naive forecast: a model that does not beat it is not worth its name. null: too "
        "short a "
        "history for any origin."),
    weir::example(
        "next_week: {type: forecast, inputs: per_day, value: revenue, step: 1d, season: 7, horizon: 7}"),
    weir::output("out", "The forecasts."),
    weir::output("backtest", "The forecasts of the back-test, each beside the value that came.",
                 WEIR_PORT_OPTIONAL),
    weir::output("late",
                 "Rows that came after the watermark had passed them, as they were; only with `every`.",
                 WEIR_PORT_OPTIONAL),
    weir::required("value", &ForecastOptions::value, "The column to forecast; a number.",
                   weir::example_value("revenue")),
    weir::optional("by", &ForecastOptions::by, "What makes a series. One where it is left out.",
                   weir::example_value("[page]")),
    weir::required(
        "step", &ForecastOptions::step, weir::range(1, 3.2e14),
        "How far apart rows are. A row belongs to the step that is nearest to it, so that days of 23 "
        "and 25 hours are days.",
        weir::example_value("1d")),
    weir::optional(
        "season", &ForecastOptions::season, 1, weir::range(1, 10000),
        "How many steps make a season: 7 for days with a weekly pattern, 168 for hours with one; 1 for "
        "none.",
        weir::example_value("7")),
    weir::required("horizon", &ForecastOptions::horizon, weir::range(1, 10000), "How many steps to forecast.",
                   weir::example_value("14")),
    weir::optional(
        "model", &ForecastOptions::model, "auto",
        "`auto`: the best ETS, or seasonal_naive where that was nearer; `ets`: the best ETS; or one form.",
        weir::choices({"auto", "ets", "seasonal_naive", "ANN", "AAN", "AAdN", "ANA", "AAA", "AAdA", "MNN",
                       "MAN", "MAdN", "MNA", "MAA", "MAdA", "MNM", "MAM", "MAdM"}),
        weir::example_value("AAdA")),
    weir::optional("every", &ForecastOptions::every, weir::range(1, 3.2e14),
                   "How often to forecast, in event time. Without it once, at the end of the input.",
                   weir::example_value("1d")),
    weir::optional(
        "gaps", &ForecastOptions::gaps, "missing",
        "What a step without a value is: `missing`, nothing is known of it; or `zero`, as for counts of "
        "things that did not happen.",
        weir::choices<ForecastOptions::Gaps>({{"missing", ForecastOptions::Gaps::kUnknown},
                                              {"zero", ForecastOptions::Gaps::kZero}}),
        weir::example_value("zero")),
    weir::optional("history", &ForecastOptions::history, 10000, weir::range(10, 1e6),
                   "How many steps of each series are kept and looked at.", weir::example_value("730")),
    weir::optional("origins", &ForecastOptions::origins, 20, weir::range(0, 10000),
                   "From how many origins the back-test forecasts; 0 for none.", weir::example_value("52")),
    weir::optional("stride", &ForecastOptions::stride, weir::range(1, 10000),
                   "How many steps apart these origins are. The horizon where it is left out.",
                   weir::example_value("1")),
    weir::optional("allowed_lateness", &ForecastOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
                   "How long rows are waited for beyond the watermark: what the aggregate before it says.",
                   weir::example_value("2m")));
