// slo: a service level objective, its error budget, and how fast the budget burns.
//
//   budget: {type: slo, inputs: per_minute, by: [service], good: good, total: total, objective: 0.999}
//
// In:  counts of good and of all events, as an aggregate with windows gives them; rows with event time.
// Out: the same rows with `sli`, `budget_left` and one burn rate for each entry of `burn_rates`, float64 and
//      null where there is nothing to say. `out_of_order`: rows before the one before of their key.
//
// State: for each key its counts by bucket of `resolution`, as far back as `window`: 24 bytes a bucket.
#include <cmath>

#include <weir/keyed_transform.hpp>
#include <weir/numbers.hpp>

#include "budget_history.hpp"
#include "passing_rows.hpp"
#include "settled_times.hpp"
#include "stale_keys.hpp"
#include "time_text.hpp"

namespace {

using namespace weir::analytics;

struct SloOptions {
  std::vector<weir::ColumnRef> by;
  weir::ColumnRef good;
  weir::ColumnRef total;
  double objective = 0;
  weir::Duration window{};
  weir::NamedList<weir::Duration> burn_rates;
  weir::Duration resolution{};
};

class Slo final : public weir::KeyedTransform {
 public:
  explicit Slo(SloOptions options)
      : options_(std::move(options)),
        window_(options_.window.count()),
        resolution_(options_.resolution.count()),
        longest_(longest()),
        stale_(longest_) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    WEIR_RETURN_IF_ERROR(times_.bind(input, read));
    WEIR_RETURN_IF_ERROR(check(input));
    weir::Binding binding = weir::Binding::keep_all(input);
    const std::vector<weir::ColumnId> from{weir::ColumnId(options_.good),
                                           weir::ColumnId(options_.total),
                                           {0, static_cast<uint32_t>(times_.column())}};
    read.insert(read.end(), from.begin(), from.end() - 1);
    for (const std::string& name : names())
      binding.add_column({name, weir::Type::kFloat64}, from, weir::Derivation::kAggregated);
    binding.add_kept_output(input).reads(read);
    options_.by.empty() ? binding.single_copy() : binding.key_by(options_.by);
    if (times_.needs_row_watermark()) binding.needs_row_watermark();
    histories_.declare(binding);
    stale_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::read_doubles(batch.raw_column(options_.good.index), good_);
    weir::read_doubles(batch.raw_column(options_.total.index), total_);
    WEIR_RETURN_IF_ERROR(find_slots(batch, emitter));
    std::vector<weir::ColumnBuilder<double>> made(2 + options_.burn_rates.size());
    sorted_.clear();
    for (size_t i = 0; i < rows_.size(); ++i) {
      BudgetHistory& history = *slots_[i];
      const uint32_t row = rows_[i].row;
      const int64_t bucket = bucket_of(rows_[i].time);
      if (!history.is_empty() && stale_.is_stale(history, rows_[i])) history.clear();
      if (!history.is_empty() && bucket < history.last_time()) {
        sorted_.out_of_order.push_back(row);
        continue;
      }
      sorted_.passing.push_back(row);
      WEIR_RETURN_IF_ERROR(add_counts(histories_, context(), history, bucket, good_[row], total_[row]));
      forget_counts_upto(history, bucket - longest_);
      append_values(history, bucket, made);
    }
    if (!sorted_.out_of_order.empty())
      count("out_of_order", static_cast<int64_t>(sorted_.out_of_order.size()));
    sorted_.give(batch, std::move(made), emitter);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter&) override {
    WEIR_RETURN_IF_ERROR(stale_.on_timers(context(), fired, histories_));
    return weir::Progress::done();
  }

 private:
  static constexpr int64_t kMostBuckets = 1'000'000;

  int64_t longest() const {
    int64_t longest = window_;
    for (const auto& [name, length] : options_.burn_rates) longest = std::max(longest, length.count());
    return longest;
  }
  std::vector<std::string> names() const {
    std::vector<std::string> made{"sli", "budget_left"};
    for (const auto& [name, length] : options_.burn_rates) made.push_back(name);
    return made;
  }
  weir::Status check(const weir::Schema& input) const {
    if (!(options_.objective > 0 && options_.objective < 1))
      return weir::Status::invalid(
          "objective: is a share between 0 and 1, both excluded, for example 0.999; an objective of 1 leaves "
          "no "
          "budget");
    if (longest_ / resolution_ > kMostBuckets)
      return weir::Status::invalid("resolution: " + duration_text(resolution_) +
                                   " makes more than a million buckets of " + duration_text(longest_) +
                                   "; choose a longer one");
    for (const auto& [name, length] : options_.burn_rates)
      if (length.count() < resolution_ || length.count() % resolution_ != 0)
        return weir::Status::invalid("burn_rates: " + name + " is no multiple of the resolution, " +
                                     duration_text(resolution_));
    for (const weir::ColumnRef& ref : {options_.good, options_.total})
      if (!weir::is_number(input[ref.index].type.type))
        return weir::Status::invalid(
            (ref.index == options_.good.index ? "good: column '" : "total: column '") +
            input[ref.index].name + "' is " + input[ref.index].type.to_string() + ", expected a number");
    const std::vector<std::string> made = names();
    for (size_t i = 0; i < made.size(); ++i) {
      const bool is_twice = std::find(made.begin(), made.begin() + static_cast<ptrdiff_t>(i), made[i]) !=
                            made.begin() + static_cast<ptrdiff_t>(i);
      if (is_twice || input.find(made[i]))
        return weir::Status::invalid("burn_rates: there is a column '" + made[i] +
                                     "' already; rename it before this node or here");
    }
    return {};
  }
  int64_t bucket_of(int64_t time) const { return time - ((time % resolution_) + resolution_) % resolution_; }

  /// Fills rows_ with the rows that can be counted, and slots_ with the histories of their keys.
  weir::Status find_slots(const weir::Batch& batch, weir::Emitter& emitter) {
    times_.read(batch, rows_, emitter, [&](uint32_t row, weir::RowErrors& errors) {
      if (good_[row] >= 0 && good_[row] <= total_[row] && std::isfinite(total_[row])) return true;
      errors.add(row, "bad-count", "the counts must be 0 <= good <= total and not null", options_.good.name);
      return false;
    });
    return stale_.find(context(), histories_, batch, options_.by, rows_, slots_);
  }

  void append_values(const BudgetHistory& history, int64_t bucket,
                     std::vector<weir::ColumnBuilder<double>>& made) const {
    const double allowed = 1 - options_.objective;
    const auto bad_share = [&](int64_t length) -> std::optional<double> {
      const BudgetHistory::Sums sums = history.since(bucket - length);
      if (sums.total <= 0) return std::nullopt;
      return (sums.total - sums.good) / sums.total;
    };
    const std::optional<double> bad = bad_share(window_);
    made[0].append_optional(bad ? std::optional(1 - *bad) : std::nullopt);
    made[1].append_optional(bad ? std::optional(1 - *bad / allowed) : std::nullopt);
    for (size_t i = 0; i < options_.burn_rates.size(); ++i) {
      const int64_t length = options_.burn_rates[i].second.count();
      // A window that began before the first row would take an hour's figure from a minute.
      const bool is_whole = bucket - history.begins >= length - resolution_;
      const std::optional<double> share = is_whole ? bad_share(length) : std::nullopt;
      made[2 + i].append_optional(share ? std::optional(*share / allowed) : std::nullopt);
    }
  }

  const SloOptions options_;
  const int64_t window_;      // [us]
  const int64_t resolution_;  // [us]
  const int64_t longest_;     // [us], of the window and the burn rates.
  SettledTimes times_;
  BudgetState histories_{"histories"};
  StaleKeys<BudgetHistory> stale_;
  // Used again for each batch.
  std::vector<double> good_;
  std::vector<double> total_;
  std::vector<SettledTimes::Row> rows_;
  std::vector<BudgetHistory*> slots_;
  PassingRows sorted_;
};

}  // namespace

WEIR_TRANSFORM(
    Slo, SloOptions, "slo", "A service level objective: its error budget, and how fast it burns.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "After each row, over the rows of its key in a stretch of time that ends with it:\n\n"
        "- `sli = good / total` over `window`,\n"
        "- `budget_left = 1 - (1 - sli) / (1 - objective)`: 1 when nothing was lost, 0 when the budget is "
        "spent, "
        "negative beyond. While there is less history than `window`, over what there is.\n"
        "- each of `burn_rates`: `(bad / total) / (1 - objective)` over its own length. At a burn rate of 1 "
        "the "
        "budget lasts exactly as long as `window`; at b it is spent in window / b, and a stretch of length w "
        "spends `b * w / window` of it. Null while there is less history than its length, and where nothing "
        "was "
        "counted.\n\n"
        "The multi-window, multi-burn-rate method (Google, *The Site Reliability Workbook*, chapter 5) pages "
        "when a "
        "long and a short stretch both burn too fast: the long one shows that it matters, the short one that "
        "it "
        "is still going on. For a window of 30 days the workbook pages at 14.4 over 1h and 5m (2 % of the "
        "budget: "
        "14.4 * 1h / 720h) and at 6 over 6h and 30m (5 %), and opens a ticket at 1 over 3d and 6h (10 %). "
        "The rule "
        "`burn` of `alert` compares the two.\n\n"
        "The time of a window is that of its end. Times are taken to `resolution`, rows of one bucket are "
        "added. Rows of one key must come in the "
        "order of "
        "their time; one of an earlier bucket than the one before goes to `out_of_order`, one whose counts "
        "are "
        "null, negative or more good than all to `errors`. A key costs 24 bytes for each bucket of `window` "
        "(1 MiB for 30 days of minutes) and is forgotten when it is silent for longer than `window` and all "
        "of "
        "`burn_rates`: its next row is a first one."),
    weir::example(
        "budget: {type: slo, inputs: per_minute, by: [service], good: good, total: total, objective: "
        "0.999, window: 30d}"),
    weir::output("out", "The rows with their budget."),
    weir::output("out_of_order", "Rows of an earlier bucket than the one before of their key, as they were.",
                 WEIR_PORT_OPTIONAL),
    weir::optional("by", &SloOptions::by, "What has an objective of its own. One where it is left out.",
                   weir::example_value("[service]")),
    weir::required("good", &SloOptions::good, "The column with how many events were good.",
                   weir::example_value("good")),
    weir::required("total", &SloOptions::total, "The column with how many events there were.",
                   weir::example_value("total")),
    weir::required("objective", &SloOptions::objective, weir::range(0, 1),
                   "The share of good events that is promised.", weir::example_value("0.999")),
    weir::optional("window", &SloOptions::window, "30d", weir::range(1, 3.2e14),
                   "The time over which it is promised; it rolls.", weir::example_value("28d")),
    weir::optional("burn_rates", &SloOptions::burn_rates,
                   "{burn_5m: 5m, burn_30m: 30m, burn_1h: 1h, burn_6h: 6h, burn_3d: 3d}",
                   "New columns, each a burn rate over a time.",
                   weir::example_value("{burn_5m: 5m, burn_1h: 1h}")),
    weir::optional("resolution", &SloOptions::resolution, "1m", weir::range(1, 3.2e14),
                   "How finely times are told apart; no shorter than the rows' own windows helps.",
                   weir::example_value("10s")));
