// anomaly: how unusual each value of a series is, judged by the series' own past.
//
//   unusual: {type: anomaly, inputs: per_minute, value: latency_ms, by: [page]}
//
// In:  column `value`, a number; columns `by`, of any type that can be a key; event time, or windows as
//      aggregate gives them.
// Out: the same rows in the order of their times (then of their keys, then of their values), with `expected`,
//      `score` and `is_anomaly`. A row comes when the watermark has passed it. `late`: rows that came after
//      that.
//
// State: the rows that wait, and for each key a fixed number of bytes: the scales and tails of three
// residuals and the profile of each season.
#include <algorithm>
#include <cmath>

#include <weir/builder.hpp>

#include "in_time_order.hpp"
#include "surprise.hpp"

namespace {

using namespace weir::prediction;

struct AnomalyOptions {
  weir::ColumnRef value;
  std::vector<weir::ColumnRef> by;
  std::vector<weir::Duration> seasons;
  weir::Duration place{};
  double threshold = 0;
  int64_t warmup = 0;
  int64_t rest = 0;
  weir::Duration allowed_lateness{};
};

/// What is kept of a key. The block holds its ProfilePlaces.
struct AnomalySlot {
  weir_block* profiles;
  SurpriseState state;
  static std::vector<uint32_t> ref_offsets() { return {0}; }
};

class Anomaly final : public InTimeOrder {
 public:
  explicit Anomaly(AnomalyOptions options)
      : InTimeOrder({options.value, options.by, options.allowed_lateness}), options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check_seasons());
    for (const char* name : {"expected", "score", "is_anomaly"})
      if (input.find(name))
        return weir::Status::invalid("value: its input has a column '" + std::string(name) +
                                     "' already, which anomaly adds; rename it with select before");
    weir::Binding binding = weir::Binding::keep_all(input);
    binding.add_kept_output(input);
    WEIR_RETURN_IF_ERROR(bind_series(inputs[0], 1, binding));
    std::vector<weir::ColumnId> from = {options_.value};
    from.emplace_back(0, static_cast<uint32_t>(time_column()));
    binding.add_column({"expected", weir::Type::kFloat64}, from);
    binding.add_column({"score", weir::Type::kFloat64}, from);
    binding.add_column({"is_anomaly", weir::Type::kBool, false}, from);
    known_.declare(binding);
    return binding;
  }

 protected:
  weir::Status take(weir::Batch rows, const std::vector<double>& values, weir::Emitter& emitter) override {
    const weir::Keys keys(rows, options_.by);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<AnomalySlot> slots, known_.find_or_insert(context(), keys));
    const auto times = rows.column<int64_t>(time_column());
    weir::ColumnBuilder<double> expected;
    weir::ColumnBuilder<double> score;
    weir::BoolBuilder is_anomaly;
    for (size_t row = 0; row < rows.row_count(); ++row) {
      if (std::isnan(values[row])) {
        expected.append_null();
        score.append_null();
        is_anomaly.append(false);
        continue;
      }
      WEIR_ASSIGN_OR_RETURN(const Judgement found, judge(*slots[row], times[row], values[row]));
      expected.append_optional(found.expected);
      score.append(found.score);
      is_anomaly.append(found.is_anomaly);
    }
    std::vector<weir::Column> columns = rows.columns();
    columns.push_back(std::move(expected).finish());
    columns.push_back(std::move(score).finish());
    columns.push_back(std::move(is_anomaly).finish());
    emitter.emit(weir::Batch::make(*rows, columns));
    return {};
  }

 private:
  struct Judgement {
    std::optional<double> expected;  ///< Nothing for the first value.
    double score;
    bool is_anomaly;
  };

  weir::Status check_seasons() {
    if (options_.seasons.size() > kMostSeasons)
      return weir::Status::invalid("seasons: " + std::to_string(options_.seasons.size()) +
                                   " are given, at most 4 can be looked at");
    std::vector<int64_t> lengths;
    for (const weir::Duration season : options_.seasons) {
      if (season.count() % options_.place.count() != 0 || season < options_.place)
        return weir::Status::invalid(
            "place: a season is not a multiple of it; for example seasons: [1d, 7d], "
            "place: 30m");
      if (season / options_.place > kMostPlaces)
        return weir::Status::invalid("place: a season would have more than 10000 places; make it longer");
      lengths.push_back(season.count());
    }
    std::ranges::sort(lengths);
    if (std::ranges::adjacent_find(lengths) != lengths.end())
      return weir::Status::invalid("seasons: one is given twice");
    profiles_ = SeasonProfiles(std::move(lengths), options_.place.count());
    return {};
  }

  weir::Result<Judgement> judge(AnomalySlot& slot, int64_t time, double value) {
    const size_t bytes = profiles_.place_count() * sizeof(ProfilePlace);
    if (slot.profiles == nullptr && bytes > 0)
      WEIR_RETURN_IF_ERROR(known_.resize_block(context(), &slot.profiles, bytes));
    std::span<ProfilePlace> places;
    if (bytes > 0) places = {reinterpret_cast<ProfilePlace*>(slot.profiles->data), profiles_.place_count()};
    SurpriseState& state = slot.state;
    if (state.count == 0) {
      std::ranges::fill(places, ProfilePlace{});
      state.calm = options_.rest;
    }
    const bool is_first = state.count == 0;
    const bool has_learnt = state.count >= options_.warmup;
    const Surprise found = observe(state, places, profiles_, time, value);
    const bool is_warm = has_learnt && time - state.first_us >= 2 * profiles_.shortest_us();
    Judgement judged{is_first ? std::nullopt : std::optional(found.expected),
                     is_warm ? score_of(found.probability) : 0, false};
    if (judged.score < options_.threshold) {
      ++state.calm;
      return judged;
    }
    judged.is_anomaly = state.calm >= options_.rest;
    state.calm = 0;
    return judged;
  }

  static constexpr int64_t kMostPlaces = 10'000;
  const AnomalyOptions options_;
  SeasonProfiles profiles_{{}, 1};
  weir::ValueState<AnomalySlot> known_{"known"};
};

}  // namespace

WEIR_TRANSFORM(
    Anomaly, AnomalyOptions, "anomaly", "How unusual each value of a series is, judged by its own past.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Each key is a series of its own, seen in the order of its times: a row waits until the watermark "
        "has "
        "passed it, so the same rows give the same scores however they come. `expected` is the level of "
        "late, "
        "or what is usual at this place of a season, whichever has been nearer. The score comes from three "
        "residuals: the value's distance from what was expected, from the value before it, and the first of "
        "these smoothed over about 24 values, for what is a little off for long. Each is measured in its own "
        "robust scale (an exponential mean of absolute residuals, cut at 6 scales as Huber does), and its "
        "tail "
        "is taken from the series itself: with u the size, t its 97 % quantile by stochastic approximation "
        "(Robbins & Monro 1951) and e the mean excess over it, p = 3 * 0.03 * exp(-(u - t) / e), as peaks "
        "over "
        "a threshold have it (Pickands 1975; Siffer et al. 2017). score = min(1, -log10(p) / 5.5) for the "
        "smallest p: 0.5 stands for one value in about 560. `is_anomaly` is true for the first row whose "
        "score "
        "reaches `threshold`, and then again only after `rest` values in succession stayed below it: a long "
        "incident is one anomaly. The score is 0 and nothing is flagged before `warmup` values have come and "
        "the shortest season has passed twice. A null value "
        "has no score. Work and memory are the same for every value: about 16 bytes for each place of each "
        "season of a key, 6 KiB with the defaults. Keys are kept for ever."),
    weir::example("unusual: {type: anomaly, inputs: per_minute, value: latency_ms, by: [page]}"),
    weir::output("out", "The rows with their scores."),
    weir::output("late", "Rows that came after the watermark had passed them, as they were.",
                 WEIR_PORT_OPTIONAL),
    weir::required("value", &AnomalyOptions::value, "The column to judge; a number.",
                   weir::example_value("latency_ms")),
    weir::optional("by", &AnomalyOptions::by, "What makes a series. One where it is left out.",
                   weir::example_value("[page]")),
    weir::optional(
        "seasons", &AnomalyOptions::seasons, "[1d, 7d]", weir::range(1, 3.2e14),
        "After how long values repeat, up to 4 lengths, counted from 1970-01-01 UTC; [] for none. A "
        "season is used only while it is nearer to the values than the level is.",
        weir::example_value("[1d, 7d]")),
    weir::optional("place", &AnomalyOptions::place, "30m", weir::range(1, 3.2e14),
                   "How finely a season is looked at: values of one place share what is usual.",
                   weir::example_value("1h")),
    weir::optional("threshold", &AnomalyOptions::threshold, 0.5, weir::range(0.01, 1),
                   "From which score on a row is an anomaly. Each 0.18 more makes one ten times as rare.",
                   weir::example_value("0.7")),
    weir::optional("warmup", &AnomalyOptions::warmup, 200, weir::range(30, 1e9),
                   "How many values of a series are only learnt from, and its shortest season twice.",
                   weir::example_value("500")),
    weir::optional("rest", &AnomalyOptions::rest, 200, weir::range(0, 1e9),
                   "How many values in succession must stay below the threshold before the next anomaly.",
                   weir::example_value("60")),
    weir::optional("allowed_lateness", &AnomalyOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
                   "How long rows are waited for beyond the watermark: what the aggregate before it says.",
                   weir::example_value("2m")));
