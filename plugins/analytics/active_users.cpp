// active_users: how many were active on each day, and in the week and the month that end with it.
//
//   audience: {type: active_users, inputs: events, by: [user], timezone: Europe/Berlin, segment: [country]}
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's, left out and counted as `rows_without_key`. Any row is activity.
// Out: one row for each day and segment, in their order: window_start and window_end of the day, the columns
//      of `segment`, active_1d, active_7d, active_30d (or what `days` says), stickiness, is_complete. `late`:
//      rows below the watermark, as they were.
//
// State: exact_active_counts.hpp or approximate_active_counts.hpp; nothing in it is older than the longest
// window, except which segments there are.
#include <algorithm>
#include <memory>

#include <weir/builder.hpp>
#include <weir/options.hpp>

#include "approximate_active_counts.hpp"
#include "exact_active_counts.hpp"
#include "period_by_period.hpp"

namespace weir::behaviour {
namespace {

struct ActiveUsersOptions {
  std::vector<ColumnRef> by;
  std::vector<ColumnRef> segment;
  std::string timezone;
  std::vector<int64_t> days;
  bool exact = true;
  std::optional<int64_t> precision;
};

constexpr int64_t kMostDays = 365;

class ActiveUsers final : public PeriodByPeriod {
 public:
  explicit ActiveUsers(const ActiveUsersOptions& options)
      : PeriodByPeriod({options.by, options.segment, CalendarUnit::kDay, options.timezone}),
        options_(options) {}

  Result<Binding> bind(std::span<const Input> inputs) override {
    const Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(check());
    WEIR_RETURN_IF_ERROR(prepare(input));
    WEIR_RETURN_IF_ERROR(check_keys(options_.segment, input, "segment"));
    Binding binding = begin_binding();
    keep_columns(binding, input, options_.segment);
    for (const int64_t window : options_.days)
      add_column(binding, ("active_" + std::to_string(window) + "d").c_str(), Type::kInt64);
    if (has_stickiness()) add_column(binding, "stickiness", Type::kFloat64);
    add_column(binding, "is_complete", Type::kBool);
    WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "segment"));
    end_binding(binding, input);
    if (options_.exact)
      counter_ = std::make_unique<ExactActiveCounts>(options_.days);
    else
      counter_ = std::make_unique<ApproximateActiveCounts>(options_.days, precision());
    counter_->declare(fields(input, options_.by), fields(input, options_.segment), binding);
    return binding;
  }

 protected:
  Status keep(const MarkedRows& marked, std::span<const int64_t> ends) override {
    return counter_->keep(context(), marked, ends);
  }

  void begin(const OverPeriod& over) override {
    days_.number = over.period.number;
    days_.next_number = days_.number + 1;
    while (calendar().numbered(days_.next_number).end <= over.period.end) ++days_.next_number;
    days_.ends.clear();
    for (int64_t back = 0; back <= options_.days.back(); ++back)
      days_.ends.push_back(calendar().numbered(days_.number - back).end);
  }

  Result<bool> count_portion(const OverPeriod&, uint64_t& cursor) override {
    return counter_->count(context(), days_, cursor);
  }

  Result<bool> give_portion(const OverPeriod& over, uint64_t& cursor, Emitter& emitter) override {
    WEIR_ASSIGN_OR_RETURN(const ActiveCounts found, counter_->counts(context(), days_, cursor));
    const size_t windows = options_.days.size();
    const size_t rows = found.counts.size() / windows;
    if (rows == 0) return found.is_more;
    std::vector<Column> columns = window_columns(over, rows);
    columns.insert(columns.end(), found.segments.begin(), found.segments.end());
    for (size_t window = 0; window < windows; ++window) {
      ColumnBuilder<int64_t> counts(rows);
      for (size_t row = 0; row < rows; ++row) counts.values()[row] = found.counts[row * windows + window];
      columns.push_back(std::move(counts).finish());
    }
    if (has_stickiness()) {
      ColumnBuilder<double> stickiness(rows);
      for (size_t row = 0; row < rows; ++row)
        stickiness.values()[row] = static_cast<double>(found.counts[row * windows]) /
                                   static_cast<double>(found.counts[row * windows + windows - 1]);
      columns.push_back(std::move(stickiness).finish());
    }
    // The input has begun by the earliest day of the longest window.
    const bool holds_all = over.first_time < days_.ends[days_.ends.size() - 2];
    BoolBuilder are_complete;
    for (size_t row = 0; row < rows; ++row) are_complete.append(over.is_complete && holds_all);
    columns.push_back(std::move(are_complete).finish());
    emitter.emit(new_batch(columns, rows));
    return found.is_more;
  }

  Result<bool> was_given(const OverPeriod&) override { return counter_->end_day(context(), days_); }

 private:
  bool has_stickiness() const { return options_.days.size() > 1; }
  uint32_t precision() const {
    return static_cast<uint32_t>(options_.precision.value_or(aggregates::kUsualPrecision));
  }

  Status check() const {
    if (options_.days.empty())
      return Status::invalid("days: at least one window is needed, for example days: [1, 7, 30]");
    for (size_t i = 0; i < options_.days.size(); ++i) {
      const int64_t window = options_.days[i];
      if (window < 1 || window > kMostDays)
        return Status::invalid("days: a window is 1 to 365 days long, found " + std::to_string(window));
      if (i > 0 && window <= options_.days[i - 1])
        return Status::invalid("days: each window must be longer than the one before, found " +
                               std::to_string(window) + " behind " + std::to_string(options_.days[i - 1]));
    }
    if (options_.precision && options_.exact)
      return Status::invalid("precision: it goes with exact: false; exact counts have none");
    return {};
  }

  static std::vector<Field> fields(const Schema& input, const std::vector<ColumnRef>& columns) {
    std::vector<Field> made;
    for (const ColumnRef& ref : columns) made.push_back(input[ref.index]);
    return made;
  }

  const ActiveUsersOptions options_;
  std::unique_ptr<ActiveCounter> counter_;
  TrailingDays days_;  // Of the day that is counted or given.
};

}  // namespace

WEIR_TRANSFORM(
    ActiveUsers, ActiveUsersOptions, "active_users",
    "How many were active on each day, and in the week and the month that end with it.",
    traits(Trait::kDeterministic),
    description(
        "For each day, as the clocks of `timezone` have it, the number of different keys (users) with a row "
        "on "
        "that day (`active_1d`), on it and the six days before (`active_7d`) and on it and the 29 days "
        "before "
        "(`active_30d`): the windows are as many days long as `days` says, and all end with the day. "
        "`stickiness` is the count of the shortest window divided by that of the longest: of those active in "
        "the month, the share that is active on this day.\n\n"
        "With `segment` each segment is counted by itself, as if the others had no rows: a key that is in "
        "two "
        "of them counts in both, so sums over segments may be more than the whole. Days in whose longest "
        "window nobody was active have no row.\n\n"
        "`is_complete` is false on the days before the input is as long as the longest window, whose counts "
        "are too small and whose stickiness is too high, and on the last day where the latest row lies "
        "before "
        "its end. A day is given when the watermark has passed its end, the last one at the end of the "
        "input; a stream and history give the same numbers.\n\n"
        "With `exact: false` keys are counted by HyperLogLog (P. Flajolet et al., 2007), as "
        "`approx_distinct` "
        "counts them: exactly up to one key for 16 registers (1,024 at the usual precision), beyond with a "
        "standard error of 1.04 / sqrt(2^precision), 0.81 % at 14, so that two of three counts are within "
        "0.81 % and 19 of 20 within 1.6 %. Stickiness then has the errors of both its counts. Its state is a "
        "byte for each register, segment and day of the longest window (16 KiB at 14), however many keys "
        "there are; exact counts keep about 100 bytes and twice the key for each key that was active in the "
        "longest window.\n\n"
        "Rows with a null in `by` are left out and counted as `rows_without_key`, rows below the watermark "
        "go "
        "to `late`, rows without event time to `errors`."),
    example("audience: {type: active_users, inputs: events, by: [user], timezone: Europe/Berlin}"),
    output("out", "One row for each day and segment."),
    output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    required("by", &ActiveUsersOptions::by, "Who is active.", example_value("[user]")),
    optional("segment", &ActiveUsersOptions::segment,
             "Counts for each combination of the values of these columns, each by itself.",
             example_value("[country, device]")),
    optional("timezone", &ActiveUsersOptions::timezone, "UTC",
             "Whose days they are: a name of the tz database.", example_value("Europe/Berlin")),
    optional("days", &ActiveUsersOptions::days, "[1, 7, 30]",
             "How many days each window is long, the shortest first. At most 365.", example_value("[1, 28]")),
    optional("exact", &ActiveUsersOptions::exact, true, "Whether keys are counted exactly.",
             example_value("false")),
    optional("precision", &ActiveUsersOptions::precision,
             range(aggregates::kLeastPrecision, aggregates::kMostPrecision),
             "With `exact: false`: 2 to this power are the registers of a sketch. 14 where it is left out.",
             example_value("12")));

}  // namespace weir::behaviour
