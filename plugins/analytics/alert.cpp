// alert: tells of each incident once, when it begins and when it ends.
//
//   alerts:
//     type: alert
//     inputs: per_minute
//     by: [service]
//     rules: {slow: {value: p99, above: 500, clear: 400, for: 5m}, silent: {absent: 10m}}
//
// In:  rows with event time.
// Out: notices, one row when an incident begins and one when it ends, without event time. `late`: rows that
//      came when their time had passed; they change nothing.
//
// State: rows wait, as one number a rule, until the watermark has passed their time, so that each key is
// looked at in the order of time whatever the order of arrival; then a slot for each key and for each open
// incident. One copy sees every row.
#include <algorithm>
#include <numeric>

#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "clock_watch.hpp"
#include "event_watch.hpp"
#include "notice_binding.hpp"
#include "readings.hpp"
#include "time_text.hpp"

namespace {

using namespace weir::analytics;

struct AlertOptions {
  std::vector<weir::ColumnRef> by;
  weir::NamedList<AlertRule> rules;
  std::optional<std::vector<weir::ColumnRef>> group_by;
  std::vector<Silence> silences;
  weir::Duration warm_up{};
  weir::Duration forget_after{};
};

/// A row that waits for the watermark; behind it lies a reading for each rule. Namespace: its time.
struct Waiting {
  uint64_t silences;
  double* readings() { return reinterpret_cast<double*>(this + 1); }
};
/// The time of the last row, for inputs that end: silence behind it is no absence.
struct Highest {
  int64_t time;
  uint64_t is_there;
};

class Alert final : public weir::KeyedTransform {
 public:
  explicit Alert(AlertOptions options)
      : options_(std::move(options)),
        incidents_(options_.rules, options_.silences),
        events_(options_.rules, incidents_, options_.warm_up.count(), options_.forget_after.count()),
        clock_(options_.rules, incidents_, options_.forget_after.count()) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    is_bounded_ = inputs[0].is_bounded;
    WEIR_RETURN_IF_ERROR(find_time(inputs[0]));
    WEIR_RETURN_IF_ERROR(check(input));
    std::vector<weir::Field> keys;
    for (const weir::ColumnRef& ref : options_.by) keys.push_back(input[ref.index]);
    WEIR_ASSIGN_OR_RETURN(const std::vector<size_t> group, group_places(input));
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, bind_notices(input, options_.by, group, read_columns()));
    binding.add_kept_output(input).single_copy().needs_row_watermark();
    waiting_.spec().keys = keys;
    waiting_.spec().slot_size =
        static_cast<uint32_t>(sizeof(Waiting) + options_.rules.size() * sizeof(double));
    waiting_.declare(binding);
    highest_.declare(binding);
    incidents_.declare(binding, keys, group);
    events_.declare(binding, keys);
    clock_.declare(binding, keys);
    return binding;
  }

  weir::Status start() override {
    clock_.start();
    return {};
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    weir::RowErrors errors;
    WEIR_RETURN_IF_ERROR(readings_.read(batch, options_.rules, options_.silences, errors));
    sort_out(batch, errors, emitter);
    if (clock_.is_needed()) WEIR_RETURN_IF_ERROR(take_by_clock(batch, emitter));
    if (rows_.empty()) return weir::Progress::done();
    weir::Keys keys(batch, options_.by);
    keys.rows(rows_).namespaces(row_times_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Waiting> slots, waiting_.find_or_insert(context(), keys));
    for (size_t i = 0; i < rows_.size(); ++i) {
      slots[i]->silences = readings_.silences(rows_[i]);
      for (size_t rule = 0; rule < options_.rules.size(); ++rule)
        slots[i]->readings()[rule] = readings_.value(rule, rows_[i]);
    }
    WEIR_ASSIGN_OR_RETURN(Highest* const highest, the_highest());
    const int64_t newest = *std::ranges::max_element(row_times_);
    if (highest->is_there == 0 || newest > highest->time) *highest = {newest, 1};
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    return advance(watermark_ - 1 + after_end_, is_bounded_ || watermark_ > weir::kFurthest, emitter);
  }
  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return advance(weir::kNever, true, emitter);
  }
  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    WEIR_RETURN_IF_ERROR(clock_.on_timers(context(), fired));
    incidents_.give({fired.key_columns(), fired.size()}, emitter);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context(), rows_upto_, kRowsAtOnce, &cursor_));
      if (some.slots.size() == 0) break;
      std::vector<const weir_column*> columns;
      for (const weir::Column& column : some.keys) columns.push_back(column.get());
      std::vector<EventWatch::Row> rows;
      for (size_t i = 0; i < some.slots.size(); ++i)
        rows.push_back({some.namespaces[i], some.slots[i]->silences, some.slots[i]->readings()});
      WEIR_RETURN_IF_ERROR(events_.take(context(), {columns, rows.size()}, rows, emitter));
    }
    WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context(), rows_upto_));
    WEIR_RETURN_IF_ERROR(events_.pass(context(), silence_upto_, emitter));
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kRowsAtOnce = 1024;

  /// A window is known when it is over: its end is its time, and the watermark may have been inside it
  /// before.
  weir::Status find_time(const weir::Input& input) {
    WEIR_ASSIGN_OR_RETURN(time_, weir::event_time_column(input.schema));
    const auto end = input.schema.find("window_end");
    const bool is_window = input.schema[time_].name == "window_start" && end &&
                           input.schema[*end].type.type == weir::Type::kTimestamp;
    if (is_window) time_ = *end;
    after_end_ = is_window ? 1 : 0;
    time_name_ = input.schema[time_].name;
    return {};
  }

  weir::Status check(const weir::Schema& input) const {
    if (options_.rules.empty() || options_.rules.size() > EventWatch::kMostRules)
      return weir::Status::invalid("rules: at least one is needed, and at most " +
                                   std::to_string(EventWatch::kMostRules));
    for (const auto& [name, rule] : options_.rules) WEIR_RETURN_IF_ERROR(rule.check(name, input));
    if (options_.silences.size() > 64) return weir::Status::invalid("silences: at most 64 are possible");
    for (const Silence& silence : options_.silences) {
      if (silence.until.us <= silence.from.us)
        return weir::Status::invalid("silences: one ends at " + time_text(silence.until.us) +
                                     ", not later than it begins");
      const auto is_it = [&](const auto& rule) { return rule.first == *silence.rule; };
      if (silence.rule && std::ranges::none_of(options_.rules, is_it))
        return weir::Status::invalid("silences: there is no rule '" + *silence.rule + "'");
    }
    for (const weir::ColumnRef& ref : options_.by)
      if (!can_be_named(input[ref.index].type.type))
        return weir::Status::invalid("by: column '" + input[ref.index].name + "' is " +
                                     input[ref.index].type.to_string() +
                                     ", which names nothing; CAST it to string in a map before");
    return {};
  }
  /// The places in `by` of the columns that make a group.
  weir::Result<std::vector<size_t>> group_places(const weir::Schema& input) const {
    std::vector<size_t> group(options_.by.size());
    std::iota(group.begin(), group.end(), 0U);
    if (!options_.group_by) return group;
    group.clear();
    for (const weir::ColumnRef& ref : *options_.group_by) {
      const auto at =
          std::ranges::find_if(options_.by, [&](const auto& by) { return by.index == ref.index; });
      if (at == options_.by.end())
        return weir::Status::invalid("group_by: column '" + input[ref.index].name +
                                     "' is not among those of by");
      group.push_back(static_cast<size_t>(at - options_.by.begin()));
    }
    return group;
  }
  /// What rules and silences look at.
  std::vector<weir::ColumnId> read_columns() const {
    std::vector<weir::ColumnId> read{{0, static_cast<uint32_t>(time_)}};
    for (const auto& [name, rule] : options_.rules) rule.add_read_columns(read);
    for (const Silence& silence : options_.silences)
      if (silence.where)
        for (const uint32_t column : silence.where->columns()) read.emplace_back(0, column);
    return read;
  }

  /// Fills rows_ with the rows that are in time; late ones and those without a time are put aside.
  void sort_out(const weir::Batch& batch, weir::RowErrors& errors, weir::Emitter& emitter) {
    const weir::RowTimes times(batch, time_, watermark_);
    rows_.clear();
    row_times_.clear();
    late_.clear();
    std::vector<bool> is_bad(batch.row_count());
    for (const auto& fault : errors.faults()) is_bad[fault.row] = true;
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (is_bad[row] || !times.check(row, time_name_, errors)) continue;
      if (times[row] - after_end_ < times.reached(row)) {
        late_.push_back(row);
        continue;
      }
      rows_.push_back(row);
      row_times_.push_back(times[row]);
    }
    emitter.reject(batch, errors);
    if (!late_.empty()) emitter.emit(batch.select(late_), 1);
  }

  weir::Status take_by_clock(const weir::Batch& batch, weir::Emitter& emitter) {
    std::vector<const weir_column*> columns;
    for (const weir::ColumnRef& ref : options_.by) columns.push_back(&batch.raw_column(ref.index));
    std::vector<uint64_t> silences(batch.row_count());
    for (size_t row = 0; row < silences.size(); ++row) silences[row] = readings_.silences(row);
    const KeyColumns keys{columns, batch.row_count()};
    WEIR_RETURN_IF_ERROR(clock_.take(context(), keys, silences));
    incidents_.give(keys, emitter);
    return {};
  }

  weir::Result<Highest*> the_highest() {
    WEIR_ASSIGN_OR_RETURN(
        const weir::Slots<Highest> slots,
        highest_.find_or_insert(context(), weir::Keys(std::span<const weir_column* const>(), 1)));
    return slots[0];
  }
  weir::Result<weir::Progress> advance(int64_t upto, bool may_be_the_end, weir::Emitter& emitter) {
    rows_upto_ = upto;
    silence_upto_ = upto;
    cursor_ = 0;
    if (may_be_the_end) {
      WEIR_ASSIGN_OR_RETURN(const Highest* const highest, the_highest());
      silence_upto_ = std::min(upto, highest->is_there != 0 ? highest->time : weir::kBeforeAll);
    }
    return more(emitter);
  }

  const AlertOptions options_;
  bool is_bounded_ = false;
  size_t time_ = 0;
  std::string time_name_;
  int64_t after_end_ = 0;  // [us]: 1 where times are ends of windows, which no row is at.
  weir::ValueState<Waiting> waiting_{"waiting"};
  weir::ValueState<Highest> highest_{"highest"};
  Incidents incidents_;
  EventWatch events_;
  ClockWatch clock_;
  int64_t watermark_ = weir::kBeforeAll + 1;
  // What the running scan looks at.
  int64_t rows_upto_ = 0;
  int64_t silence_upto_ = 0;
  uint64_t cursor_ = 0;
  // Used again for each batch.
  Readings readings_;
  std::vector<uint32_t> rows_;
  std::vector<int64_t> row_times_;
  std::vector<uint32_t> late_;
};

}  // namespace

WEIR_TRANSFORM(
    Alert, AlertOptions, "alert", "Tells of each incident once, when it begins and when it ends.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Each rule is watched for each key of `by`. Keys of one group (`group_by`) that breach one rule at "
        "the same "
        "time are one incident: one notice when the first of them begins, one when the last is clear, and "
        "none in "
        "between, not after a restart either. A notice has the columns `incident` (a name that is the same "
        "whenever it is told again), `state` (`firing` or `resolved`), `rule`, `severity`, those of the "
        "group, "
        "`key`, `value` and `threshold` (of `absent`: seconds), `started_at` (when the breach began), `at`, "
        "`members` (how many keys were part of it at most) and `sentence`.\n\n"
        "Behind windows, which have the columns `window_start` and `window_end`, the time of a row is the "
        "end of "
        "its window. Rows are looked at in the order of their event time, each when the watermark has passed "
        "it; of "
        "several "
        "rows of one key and time the last counts. So history and stream give the same notices, and late "
        "rows give "
        "none: they go to `late`. A key's first rows (`warm_up`) tell of nothing, nor does a value that is "
        "null or "
        "NaN, a change with nothing to compare with, a burn rate whose stretch is not yet whole, and a key "
        "that "
        "was never seen. At the end of an input nobody is told that nothing more comes.\n\n"
        "`burn` is the multi-window method of Google's *Site Reliability Workbook*, chapter 5: both burn "
        "rates of "
        "an objective, as `slo` gives them, must be above the threshold. An anomaly is a score above a "
        "threshold. "
        "A key that is silent for `forget_after` is forgotten, and its incidents with it. One copy sees all "
        "rows: "
        "put an `aggregate` before it."),
    weir::example(
        "alerts: {type: alert, inputs: per_minute, by: [service], rules: {slow: {value: p99, above: 500, "
        "clear: 400, for: 5m}, silent: {absent: 10m}}}"),
    weir::output("out", "The notices."),
    weir::output("late", "Rows that came when their time had passed, as they were.", WEIR_PORT_OPTIONAL),
    weir::optional("by", &AlertOptions::by,
                   "What is watched for itself. All rows together where it is left out.",
                   weir::example_value("[service]")),
    weir::required("rules", &AlertOptions::rules, "What is watched, each rule under its name.",
                   weir::example_value("{slow: {value: p99, above: 500, clear: 400, for: 5m}}")),
    weir::optional(
        "group_by", &AlertOptions::group_by,
        "Columns of `by` that make a group: its keys share an incident. Each key is its own group where "
        "it is left out, all keys are one where it is `[]`.",
        weir::example_value("[service]")),
    weir::optional(
        "silences", &AlertOptions::silences, "[]",
        "Times in which nobody is told. An incident that begins and ends in one is never told of; one "
        "that goes on is told of at the first row after it.",
        weir::example_value("[{rule: slow, where: \"service = 'batch'\", from: 2025-01-01T22:00:00Z, "
                            "until: 2025-01-02T02:00:00Z}]")),
    weir::optional("warm_up", &AlertOptions::warm_up, "1m", weir::range(0, 3.2e14),
                   "How long a key must be known before anybody is told of a value of it.",
                   weir::example_value("10m")),
    weir::optional("forget_after", &AlertOptions::forget_after, "7d", weir::range(1, 3.2e14),
                   "A key without rows for so long is forgotten.", weir::example_value("1d")));
