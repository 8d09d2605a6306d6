// experiment: each metric of each treatment against the control, with an interval and in plain words.
//
//   gates:
//     type: experiment
//     inputs: players
//     arm: version
//     control: gate_30
//     unit: userid
//     metrics: {day1: {proportion: retention_1}, rounds: {mean: sum_game_rounds}}
//
// In:  rows of units with the arm that each was assigned to. With `unit` the rows of one unit are put
// together
//      first; without it each row is a unit.
// Out: one row for each metric and treatment, when the input ends, or a window of event time, or with
//      `emit: {every: ...}` before. `late`: rows of a window that was closed.
//
// State: with `unit` each unit with its sums, in one copy. Without it the sums of each arm; every copy sums
// what it sees (partial) and sends its sums to the one that gives results (final).
#include <algorithm>
#include <set>

#include <weir/keyed_transform.hpp>

#include "experiment_output.hpp"
#include "experiment_store.hpp"

namespace {

using namespace weir::experiment;

/// What is known of a window's results that come more than once.
struct Revisions {
  int64_t given;
  int64_t is_changed;  ///< Since the last of them.
};

class Experiment final : public weir::KeyedTransform {
 public:
  explicit Experiment(Options options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(metrics_, plan_metrics(options_, inputs[0]));
    rows_.emplace(options_, metrics_, input);
    store_ = options_.unit ? make_unit_store(options_, input, metrics_)
                           : make_arm_store(options_, input, metrics_);
    const std::vector<weir::ColumnId> read = columns_read(input);
    weir::Binding binding = weir::Binding::unknown({});
    binding.output(0) = result_columns(options_, input, read);
    binding.add_kept_output(input).reads(read).single_copy();
    if (!options_.unit) binding.partial(store_->partial_schema());
    if (options_.window) binding.needs_row_watermark();
    store_->declare(binding);
    if (options_.early_every()) revisions_.declare(binding);
    return binding;
  }

  weir::Status start() override {
    // What a checkpoint kept and nobody has seen is due, too.
    if (mode() != weir::Mode::kPartial) wake_when_due();
    return {};
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    wake_when_due();
    if (mode() == weir::Mode::kFinal) {
      WEIR_RETURN_IF_ERROR(store_->merge(context(), batch));
      WEIR_RETURN_IF_ERROR(mark_changed(batch.column<int64_t>(kPartialWindow).values()));
      return weir::Progress::done();
    }
    weir::RowErrors errors;
    WEIR_RETURN_IF_ERROR(rows_->read(batch, watermark_, errors));
    WEIR_RETURN_IF_ERROR(store_->take(context(), batch, *rows_, errors));
    reject(batch, errors, emitter);
    if (!rows_->late().empty()) {
      count("late_rows", static_cast<int64_t>(rows_->late().size()));
      emitter.emit(batch.select(rows_->late()), 1);
    }
    if (mode() != weir::Mode::kPartial) WEIR_RETURN_IF_ERROR(mark_changed(rows_->namespaces()));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    // One that comes again says only that its rows are waited for again.
    if (time <= watermark_) return weir::Progress::done();
    watermark_ = time;
    return options_.window ? give_upto(time, Giving::kFinal, emitter) : weir::Progress::done();
  }
  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter& emitter) override {
    return mode() == weir::Mode::kPartial ? give_upto(kNever, Giving::kFinal, emitter)
                                          : weir::Progress::done();
  }
  weir::Result<weir::Progress> on_wake(weir::Emitter& emitter) override {
    is_wake_due_ = false;
    return give_upto(kNever, Giving::kEarly, emitter);
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    // Of no rows at all there is still a result, when it is known whose.
    is_owed_ = !options_.window && mode() != weir::Mode::kPartial;
    return give_upto(kNever, Giving::kFinal, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    const auto give = [&](int64_t window, ExperimentSums sums) {
      return give_window(window, std::move(sums), emitter);
    };
    bool has_more = true;
    for (size_t portion = 0; has_more; ++portion) {
      if (!emitter.has_room() || portion == kPortionsPerCall) return weir::Progress::more();
      if (mode() == weir::Mode::kPartial) {
        WEIR_ASSIGN_OR_RETURN(weir::Batch sums, store_->partial(context(), walk_.upto, &walk_.cursor));
        has_more = static_cast<bool>(sums);
        emitter.emit(std::move(sums));
      } else {
        WEIR_ASSIGN_OR_RETURN(has_more, store_->walk(context(), walk_, give));
      }
    }
    if (std::exchange(is_owed_, false)) WEIR_RETURN_IF_ERROR(give_window(kNever, {}, emitter));
    // A partial copy has sent its sums on, so that they are nowhere twice.
    if (giving_ == Giving::kEarly && mode() != weir::Mode::kPartial) return weir::Progress::done();
    WEIR_RETURN_IF_ERROR(store_->remove_upto(context(), walk_.upto));
    if (has_revisions()) WEIR_RETURN_IF_ERROR(revisions_.remove_upto(context(), walk_.upto));
    return weir::Progress::done();
  }

 private:
  enum class Giving { kEarly, kFinal };
  static constexpr size_t kPartialWindow = 1;    // Of the columns of a partial row.
  static constexpr size_t kPortionsPerCall = 8;  // So many units are looked at before others get their turn.

  std::vector<weir::ColumnId> columns_read(const weir::Schema& input) const {
    std::vector<weir::ColumnId> read = {weir::ColumnId(options_.arm)};
    if (options_.unit) read.emplace_back(*options_.unit);
    for (const MetricPlan& metric : metrics_) {
      for (const uint32_t column : metric.y.columns()) read.emplace_back(0, column);
      if (!metric.has_x()) continue;
      for (const uint32_t column : metric.x.columns()) read.emplace_back(0, column);
    }
    if (options_.window) read.emplace_back(0, static_cast<uint32_t>(input.event_time));
    return read;
  }

  /// Of a row's faults the first is told.
  static void reject(const weir::Batch& batch, const weir::RowErrors& errors, weir::Emitter& emitter) {
    if (errors.is_empty()) return;
    weir::RowErrors first;
    std::set<size_t> told;
    for (const auto& fault : errors.faults())
      if (told.insert(fault.row).second) first.add(fault.row, fault.code, fault.message, fault.column);
    emitter.reject(batch, first);
  }

  bool has_revisions() const { return options_.early_every() && mode() != weir::Mode::kPartial; }

  /// Rows have come: what they change is given when `every` has passed.
  void wake_when_due() {
    if (!options_.early_every() || std::exchange(is_wake_due_, true)) return;
    wake_after(*options_.early_every());
  }

  weir::Result<Revisions*> revisions_of(int64_t window) {
    weir::Keys keys(std::span<const weir_column* const>(), 1);
    keys.namespaces({&window, 1});
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Revisions> slots, revisions_.find_or_insert(context(), keys));
    return slots[0];
  }
  weir::Status mark_changed(std::span<const int64_t> windows) {
    if (!has_revisions()) return {};
    const std::set<int64_t> distinct(windows.begin(), windows.end());
    for (const int64_t window : distinct) {
      WEIR_ASSIGN_OR_RETURN(Revisions* const revisions, revisions_of(window));
      revisions->is_changed = 1;
    }
    return {};
  }

  weir::Result<weir::Progress> give_upto(int64_t window, Giving giving, weir::Emitter& emitter) {
    walk_ = {window};
    giving_ = giving;
    return more(emitter);
  }
  weir::Status give_window(int64_t window, ExperimentSums sums, weir::Emitter& emitter) {
    is_owed_ = false;
    ResultHead head{window, 0, giving_ == Giving::kFinal};
    if (has_revisions()) {
      WEIR_ASSIGN_OR_RETURN(Revisions* const revisions, revisions_of(window));
      if (giving_ == Giving::kEarly && revisions->is_changed == 0) return {};
      head.revision = revisions->given++;
      revisions->is_changed = 0;
    }
    emitter.emit(result_batch(results_of(std::move(sums), options_, metrics_), options_, head));
    return {};
  }

  const Options options_;
  std::vector<MetricPlan> metrics_;
  std::optional<ExperimentRows> rows_;
  std::unique_ptr<Store> store_;
  weir::ValueState<Revisions> revisions_{"revisions"};
  int64_t watermark_ = kBeforeAll;
  bool is_wake_due_ = false;
  bool is_owed_ = false;  // A result even of no rows.
  Walk walk_;
  Giving giving_ = Giving::kFinal;
};

}  // namespace

WEIR_TRANSFORM(
    Experiment, Options, "experiment",
    "Each metric of each treatment of an experiment against the control, with an interval and in plain "
    "words.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Gives one row for each metric and each arm but the control: `estimate` and `estimate_control`; "
        "`difference` and `lift` (relative to the control; null where that is 0); `low` and `high`, the "
        "interval of the difference; `p` and `p_adjusted`; `statistic` (z, or t where `df` has its degrees "
        "of freedom); `n` and `n_control`, the units with a value; `mde`, the least true difference that an "
        "experiment of this size finds with the wanted `power`; `sample_ratio_p`; `crossed_units`; `test`; "
        "`verdict` and `sentence`. A number that there is too little data for is null. Rows are sorted by "
        "metric, as in the options, then by arm: as in `split`, else by name. With `window` they begin with "
        "`window_start` and `window_end`; with `emit: {every: ...}` they end with `is_final` and "
        "`revision`, as those of `aggregate`.\n\n"
        "**Units.** With `unit` the rows of one unit are put together before anything else: numbers are "
        "summed, a proportion is true when one row is. A unit that was seen in several arms is left out of "
        "all of them and counted in `crossed_units`. Each unit is kept until its result is final, in one "
        "copy; to spread more than that copy can take, put an `aggregate` by unit and arm before and leave "
        "`unit` out: then each row is a unit, all copies sum, and only sums are kept. A row where a "
        "metric's number is null does not count for that metric: write `coalesce(revenue, 0)` where no "
        "value means 0.\n\n"
        "**Sample ratio.** Before anything else the numbers of units are held against `split` by a "
        "chi-square test; below `mismatch_below` every verdict is `sample_ratio_mismatch`, because arms "
        "that differ in size by more than chance differ in whom they hold, too.\n\n"
        "**Tests.** A proportion: z with pooled variance, z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)); "
        "the interval is Newcombe's hybrid score (Statistics in Medicine 17, 1998, method 10), which stays "
        "within -1 and 1 and holds for few units. A mean: Welch's t (Biometrika 34, 1947) with the degrees "
        "of freedom of Welch and Satterthwaite. A ratio: z by the delta method over units, var(R) = (s_yy - "
        "2 R s_yx + R^2 s_xx) / (n mean(x)^2) (Deng, Knoblich and Lu, KDD 2018). A `covariate`: Welch's t "
        "on y - theta (x - mean(x)) with theta = cov(y, x) / var(x) within the arms (CUPED: Deng, Xu, "
        "Kohavi and Walker, WSDM 2013); `variance_reduction` says what it was good for. `mde` is (q + "
        "z(power)) times the standard error, where q times the standard error is half the interval (of a "
        "proportion, the unpooled one).\n\n"
        "**Many looks.** An ordinary interval holds for one look at a time fixed before. With `sequential` "
        "it holds for all looks at once, whenever one stops: with the standard error s of the difference, "
        "after t units and with u = t rho^2, it is the difference +- s sqrt(2 (u + 1) / u log(sqrt(u + 1) / "
        "alpha)), and p is min(1, sqrt(u + 1) exp(-z^2 / 2 u / (u + 1))): the mixture sequential "
        "probability ratio test (Johari, Koomen, Pekelis and Walsh, Operations Research 70, 2022), and the "
        "asymptotic confidence sequence of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (Annals of "
        "Statistics 52, 2024) with rho^2 = (-2 log alpha + log(1 - 2 log alpha)) / planned_units. It is "
        "wider, and needs some hundreds of units. `emit: {every: ...}` demands it. The sample ratio is "
        "looked at as often, with its ordinary test: choose a smaller `mismatch_below` then.\n\n"
        "**Many metrics.** `p_adjusted` is Holm's (Scandinavian Journal of Statistics 6, 1979) over all "
        "rows but guardrails, and decides; `low` and `high` are of each row alone. A guardrail is a test of "
        "non-inferiority: p is that of a metric worse by `margin` or more, and it holds when the whole "
        "interval is better than that. All guardrails have to hold, so they need no correction (Berger, "
        "Technometrics 24, 1982).\n\n"
        "**Verdicts.** `better`, `worse`, `unclear`; of a guardrail `holds`, `broken`, `unclear`; "
        "`not_enough_data`; `sample_ratio_mismatch`.\n\n"
        "Rows without an arm, a unit, a time where there are windows, or with a number that is not finite "
        "go to `errors`, as do those of arms that `split` does not name; rows of a window that was closed "
        "go to `late`. Without `split` there are at most 100 arms."),
    weir::example(
        "gates: {type: experiment, inputs: visits, arm: name, control: old, unit: user, metrics: {bought: "
        "{proportion: revenue > 0}, spent: {mean: revenue}}}"),
    weir::output("out", "One row for each metric and treatment."),
    weir::output("late", "Rows that came after their window was closed, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("arm", &Options::arm, weir::Type::kString, "The column that says which arm a unit is in.",
                   weir::example_value("version")),
    weir::required("control", &Options::control, "The arm that the others are compared with.",
                   weir::example_value("gate_30")),
    weir::optional(
        "unit", &Options::unit,
        "The column that says who was assigned to an arm; rows of one unit are put together. Where it is "
        "left out each row is a unit of its own.",
        weir::example_value("userid")),
    weir::required("metrics", &Options::metrics, "What is measured, by names of your own; at most 64.",
                   weir::example_value("{day1: {proportion: retention_1}, rounds: {mean: sum_game_rounds}}")),
    weir::optional(
        "split", &Options::split,
        "How units were meant to be shared out: arms with their weights. Where it is left out all arms that "
        "come get the same.",
        weir::example_value("{gate_30: 50, gate_40: 50}")),
    weir::optional("mismatch_below", &Options::mismatch_below, 0.001, weir::range(0, 0.5),
                   "Numbers of units that are less likely than this under `split` are a mismatch.",
                   weir::example_value("0.0005")),
    weir::optional("confidence", &Options::confidence, 0.95, weir::range(0.5, 0.999999),
                   "How often intervals hold the true difference; a difference counts below 1 minus this.",
                   weir::example_value("0.99")),
    weir::optional("power", &Options::power, 0.8, weir::range(0.5, 0.999999), "How often `mde` is found.",
                   weir::example_value("0.9")),
    weir::optional("sequential", &Options::sequential,
                   "Intervals and p that hold however often they are looked at, in place of ordinary ones.",
                   weir::example_value("{planned_units: 100000}")),
    weir::optional("window", &Options::window,
                   "A result for each window of event time; where it is left out, for the whole input.",
                   weir::example_value("{tumbling: 7d}")),
    weir::optional(
        "emit", &Options::emit, weir::choices({"on_close"}),
        "`on_close`, or `{every: 1h}`: what has changed is also given before it is complete. Goes with "
        "`sequential`.",
        weir::example_value("{every: 1h}")));
