// compare: each window's values beside those of the same window a day, week, month, quarter or year before.
//
//   week_on_week:
//     type: compare
//     inputs: daily
//     by: [channel]
//     values: [orders, revenue]
//     with: [week, year]
//     timezone: Europe/Berlin
//
// In:  rows of windows as `aggregate` gives them: `window_start`, `window_end`, the columns of `by`, numbers.
// Out: the same columns, and for each value and period four more (see period_columns.hpp), with `to_date`
// also
//      the sum so far. Rows come when the watermark has passed their window's end by `allowed_lateness`, by
//      that time, then key. Early results (`is_final` false) are given at once.
// `late`: rows that came when their window had been given, as they were; none where there is `is_final`,
// since
//      then what comes before says which row is the last.
//
// State: `held`, rows that wait for their time, and `due`, when that is; `windows`, the values of windows
// that were given, as far back as the longest period; `parts`, with `to_date`, the sums of each key and unit.
#include <algorithm>

#include <weir/keyed_transform.hpp>
#include <weir/row_times.hpp>

#include "compare_options.hpp"
#include "earlier_windows.hpp"
#include "running_parts.hpp"

namespace {

using namespace weir::analytics;

using weir::kBeforeAll;

class Compare final : public weir::KeyedTransform {
 public:
  explicit Compare(CompareOptions options)
      : options_(std::move(options)), lateness_(options_.allowed_lateness.count()) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(columns_, find_windows(input));
    WEIR_ASSIGN_OR_RETURN(values_, check_compare(options_, input, columns_));
    auto calendar = Counterparts::make(options_.timezone, options_.missing_day);
    if (!calendar.is_ok())
      return weir::Status::invalid("timezone: " + std::string(calendar.status().message()));
    calendar_.emplace(std::move(calendar).value());
    weir::Binding binding = weir::Binding::keep_all(input);
    add_columns(binding);
    // A row that waits longer than its window would be late for a window behind this node.
    if (lateness_ > 0) binding.output(0).event_time = -1;
    binding.add_kept_output(input).reads(columns_read());
    options_.by.empty() ? binding.single_copy() : binding.key_by(options_.by);
    held_.spec().values = input.fields;
    held_.declare(binding);
    due_.declare(binding);
    windows_.emplace(options_.by, columns_, values_).declare(input, binding);
    if (options_.to_date)
      parts_.emplace(values_, windows_->state(), 1 + options_.with.size()).declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    sort_out(batch, emitter);
    if (!held_rows_.empty()) {
      weir::Keys keys(batch, options_.by);
      keys.rows(held_rows_).namespaces(ends_);
      WEIR_RETURN_IF_ERROR(held_.append(context(), keys, batch));
      due_times_.clear();
      for (const int64_t end : ends_) due_times_.push_back(end + lateness_);
      WEIR_RETURN_IF_ERROR(due_.set(context(), keys, due_times_, weir::TimerClock::kEvent));
    }
    if (early_rows_.empty()) return weir::Progress::done();
    WEIR_ASSIGN_OR_RETURN(weir::Batch made, compare_windows(batch.select(early_rows_), Rows::kEarly));
    emitter.emit(std::move(made));
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_timers(const weir::FiredTimers& fired, weir::Emitter& emitter) override {
    const auto ends = fired.namespaces();
    WEIR_ASSIGN_OR_RETURN(const weir::Batch found, held_.read(context(), fired.keys(), ends, ends));
    // Of the last time more may come: see FiredTimers.
    WEIR_RETURN_IF_ERROR(held_.remove_upto(context(), ends.back() - 1));
    const weir::Batch rows = only_windows(found, emitter);
    WEIR_RETURN_IF_ERROR(windows_->keep(context(), rows));
    WEIR_ASSIGN_OR_RETURN(
        waiting_, options_.to_date ? compare_parts(rows) : compare_windows(rows.share(), Rows::kFinal));
    given_ = 0;
    WEIR_RETURN_IF_ERROR(forget(rows));
    return more(emitter);
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter&) override {
    watermark_ = std::max(watermark_, time);
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    while (waiting_ && given_ < waiting_.row_count()) {
      if (!emitter.has_room()) return weir::Progress::more();
      const size_t rows = std::min(kOutputRows, waiting_.row_count() - given_);
      emitter.emit(waiting_.slice(given_, rows));
      given_ += rows;
    }
    waiting_ = {};
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kOutputRows = 8192;
  enum class Rows { kFinal, kEarly };

  void add_columns(weir::Binding& binding) const {
    for (const ComparedValue& value : values_) {
      const std::vector<weir::ColumnId> from = {{0, static_cast<uint32_t>(value.column)}};
      if (options_.to_date) binding.add_column({value.name + "_to_date", value.type.result()}, from);
      for (const PeriodBefore period : options_.with)
        for (weir::Field& field : fields_of(value, period)) binding.add_column(std::move(field), from);
    }
  }
  std::vector<weir::ColumnId> columns_read() const {
    std::vector<weir::ColumnId> read(options_.by.begin(), options_.by.end());
    read.emplace_back(0, static_cast<uint32_t>(columns_.start));
    read.emplace_back(0, static_cast<uint32_t>(columns_.end));
    if (columns_.is_final >= 0) read.emplace_back(0, static_cast<uint32_t>(columns_.is_final));
    for (const ComparedValue& value : values_) read.emplace_back(0, static_cast<uint32_t>(value.column));
    return read;
  }

  /// Fills held_rows_ with the rows that wait, ends_ with the ends of their windows, and early_rows_.
  void sort_out(const weir::Batch& batch, weir::Emitter& emitter) {
    const auto starts = batch.column<int64_t>(columns_.start);
    const auto ends = batch.column<int64_t>(columns_.end);
    std::optional<weir::BoolColumn> is_final;
    if (columns_.is_final >= 0) is_final.emplace(batch.raw_column(static_cast<size_t>(columns_.is_final)));
    weir::RowErrors errors;
    std::vector<uint32_t> late;
    held_rows_.clear();
    early_rows_.clear();
    ends_.clear();
    for (uint32_t row = 0; row < batch.row_count(); ++row) {
      if (starts.is_null(row) || ends.is_null(row) || !is_window({starts[row], ends[row]})) {
        errors.add(row, "bad-window",
                   options_.to_date ? "the row's window is none that lies within one unit of to_date"
                                    : "the row has no window of the years 3 to 9998",
                   "window_start");
      } else if (is_final && (is_final->is_null(row) || !(*is_final)[row])) {
        // A sum is of windows that are complete.
        if (!options_.to_date) early_rows_.push_back(row);
      } else if (!is_final && watermark_ != kBeforeAll && ends[row] <= watermark_ - lateness_) {
        late.push_back(row);
      } else {
        held_rows_.push_back(row);
        ends_.push_back(ends[row]);
      }
    }
    emitter.reject(batch, errors);
    if (!late.empty()) emitter.emit(batch.select(late), 1);
  }
  bool is_window(Span window) const {
    const bool is_near = window.start >= Counterparts::kEarliest && window.start < window.end &&
                         window.end < Calendar::kLatest - int64_t{367} * 86'400'000'000;
    return is_near &&
           (!options_.to_date || window.end <= calendar_->unit_of(window.start, *options_.to_date).end);
  }

  /// Returns what was held, without the columns of the state. A second row of one group and window is an
  /// error.
  weir::Batch only_windows(const weir::Batch& found, weir::Emitter& emitter) const {
    std::vector<weir::Column> columns;
    for (size_t i = 2; i < found.column_count(); ++i) columns.push_back(found.column(i));
    weir::Batch rows = weir::Batch::make(found.row_count(), columns);
    const auto timer_of = found.column<uint32_t>(0);
    const auto starts = rows.column<int64_t>(columns_.start);
    weir::RowErrors errors;
    for (size_t row = 1; row < rows.row_count(); ++row)
      for (size_t before = row; before-- > 0 && timer_of[before] == timer_of[row];) {
        if (starts[before] != starts[row]) continue;
        errors.add(row, "repeated-window",
                   "its group has another row for this window; name in 'by' everything that makes a group",
                   "window_start");
        break;
      }
    if (errors.is_empty()) return rows;
    emitter.reject(rows, errors);
    return rows.select(errors.good_rows(rows.row_count()));
  }

  weir::Result<weir::Batch> compare_windows(weir::Batch rows, Rows which) {
    std::vector<std::vector<weir::Column>> made(values_.size());
    for (const PeriodBefore period : options_.with) {
      WEIR_ASSIGN_OR_RETURN(EarlierWindows::Found found, windows_->find(context(), rows, *calendar_, period));
      if (which == Rows::kEarly) windows_->mark_open(rows, *calendar_, period, watermark_, lateness_, found);
      for (size_t v = 0; v < values_.size(); ++v)
        for (weir::Column& column : compared(values_[v], amounts_of(rows, v), found.before[v], found.bases))
          made[v].push_back(std::move(column));
    }
    return joined(std::move(rows), made);
  }

  weir::Result<weir::Batch> compare_parts(const weir::Batch& rows) {
    const size_t per_row = 1 + options_.with.size();
    std::vector<PartRange> ranges;
    std::vector<int64_t> units;
    for (size_t row = 0; row < rows.row_count(); ++row) {
      const Span window = windows_->window_of(rows, row);
      const Span unit = calendar_->unit_of(window.start, *options_.to_date);
      units.push_back(unit.start);
      ranges.push_back({unit, window.end});
      for (const PeriodBefore period : options_.with) {
        const auto earlier = calendar_->before(unit, period);
        ranges.push_back(
            earlier ? PartRange{*earlier, calendar_->same_part(unit, *earlier, *options_.to_date, window.end)}
                    : PartRange{{}, 0, false});
      }
    }
    WEIR_ASSIGN_OR_RETURN(const auto sums,
                          parts_->advance(context(), weir::Keys(rows, options_.by), units, ranges));
    std::vector<std::vector<weir::Column>> made(values_.size());
    for (size_t v = 0; v < values_.size(); ++v) {
      const std::vector<Amount> now = of_value(sums[0].amounts, v);
      made[v].push_back(values_[v].type.build(now));
      for (size_t p = 1; p < per_row; ++p) {
        std::vector<Base> bases;
        for (size_t row = 0; row < rows.row_count(); ++row)
          bases.push_back(!ranges[row * per_row + p].is_any ? Base::kNoSuchWindow
                          : sums[p].windows[row] == 0       ? Base::kAbsent
                                                            : Base::kThere);
        for (weir::Column& column : compared(values_[v], now, of_value(sums[p].amounts, v), bases))
          made[v].push_back(std::move(column));
      }
    }
    return joined(rows.share(), made);
  }
  std::vector<Amount> of_value(const std::vector<Amount>& amounts, size_t value) const {
    std::vector<Amount> made;
    for (size_t at = value; at < amounts.size(); at += values_.size()) made.push_back(amounts[at]);
    return made;
  }
  std::vector<Amount> amounts_of(const weir::Batch& rows, size_t value) const {
    return values_[value].type.read(rows.raw_column(values_[value].column));
  }
  static weir::Batch joined(weir::Batch rows, std::vector<std::vector<weir::Column>>& made) {
    std::vector<weir::Column> columns = rows.columns();
    for (std::vector<weir::Column>& of_value : made)
      for (weir::Column& column : of_value) columns.push_back(std::move(column));
    return std::move(rows).with_columns(columns);
  }

  /// Lets go of windows that no later one is compared with.
  weir::Status forget(const weir::Batch& rows) {
    if (rows.row_count() == 0) return {};
    const auto starts = rows.column<int64_t>(columns_.start).values();
    const int64_t reach = reach_of(options_);
    const int64_t upto = *std::ranges::min_element(starts) - reach;
    // It looks at every key: not for every window.
    if (forgotten_ != kBeforeAll && upto < forgotten_ + reach / 16) return {};
    forgotten_ = upto;
    WEIR_RETURN_IF_ERROR(windows_->remove_upto(context(), upto));
    return parts_ ? parts_->remove_upto(context(), upto) : weir::Status();
  }

  const CompareOptions options_;
  const int64_t lateness_;
  WindowColumns columns_;
  std::vector<ComparedValue> values_;
  std::optional<Counterparts> calendar_;
  weir::ListState held_{"held", {}};
  weir::TimerState due_{"due"};
  std::optional<EarlierWindows> windows_;
  std::optional<RunningParts> parts_;
  int64_t watermark_ = kBeforeAll;
  int64_t forgotten_ = kBeforeAll;
  weir::Batch waiting_;  // Of a call of on_timers(), as far as it was not given.
  size_t given_ = 0;
  // Used again for each batch.
  std::vector<uint32_t> held_rows_;
  std::vector<uint32_t> early_rows_;
  std::vector<int64_t> ends_;
  std::vector<int64_t> due_times_;
};

}  // namespace

WEIR_TRANSFORM(
    Compare, CompareOptions, "compare",
    "Each window's values beside those of the same window a day, week, month, quarter or year before.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Its input has a row for each group and window, as `aggregate` gives them. For a value `orders` and "
        "the period `week` four columns are added: `orders_week_before`, the value of the same group's "
        "window "
        "one week earlier; `orders_week_change`, this value less that one; `orders_week_relative`, the "
        "change "
        "divided by the size of the earlier value (0.25 is 25 % more); and `orders_week_base`, which says "
        "what the comparison rests on:\n\n"
        "- `present`: there is a value before, and it is not zero.\n"
        "- `zero`: the value before is zero, so there is a change and no relative one.\n"
        "- `null`: the window before has a row, and no value in it.\n"
        "- `absent`: the group has no row for the window before.\n"
        "- `no_such_window`: the calendar has none, as for 31 March a month before; see `missing_day`.\n"
        "- `partial`: the row is an early result of a window that is not over, and is not like a whole one; "
        "the value before is given, a difference is not.\n"
        "- `open`: the window before may still get its final row.\n\n"
        "Days, weeks, months, quarters and years of `timezone` are compared with ones of their kind, however "
        "long: give `timezone` the value that the aggregate's window has. Weeks are those of ISO 8601; the "
        "week a year before has the same number. A week has no week a month before. Other windows, such as "
        "hours, are compared with the one that begins at the same time of the clocks; where the clocks skip "
        "that time there is none, and where they show it twice the one with the same offset from UTC is "
        "meant, else the first.\n\n"
        "With `to_date` the sum since the beginning of the day, week, month, quarter or year stands beside "
        "the sum of the same part of the earlier one: up to the same weekday, day of the month or of the "
        "year, and time of day. An earlier one that is shorter counts as a whole, and so it does when the "
        "current one is complete: all of February is compared with all of January. Put windows of days or "
        "hours before it, and values that can be added: counts and sums, no averages. A period that is not "
        "over is compared in this way, and in no other.\n\n"
        "A row comes when the watermark has passed the end of its window by `allowed_lateness`, at the end "
        "of the input at the latest; so the order of the input makes no difference. Rows that come for a "
        "window after that go to `late`. Where its input has the column `is_final` (an aggregate with "
        "`emit` or `allowed_lateness`), early results are compared at once with what is final before them, "
        "the final one with final ones only; `is_final` and `revision` stay as they are, no row is late, "
        "and with `to_date` only final rows are taken. A group without a row in the current window has "
        "none here. Whole numbers are subtracted as int64, decimals exactly, others as float64; a "
        "difference that does not fit is null. The state has one entry for each group and window as far "
        "back as the longest period, with `to_date` and the unit before that."),
    weir::example(
        "week_on_week: {type: compare, inputs: daily, by: [page], values: [revenue], with: [week, year]}"),
    weir::output("out", "The rows, and what was before."),
    weir::output("late", "Rows of windows that had been given, as they were.", WEIR_PORT_OPTIONAL),
    weir::optional("by", &CompareOptions::by,
                   "What makes a group: the columns of the aggregate's `by`. One group where it is left out.",
                   weir::example_value("[channel]")),
    weir::required("values", &CompareOptions::values, "The columns of numbers to compare.",
                   weir::example_value("[orders, revenue]")),
    weir::required("with", &CompareOptions::with,
                   weir::choices<PeriodBefore>({{"day", PeriodBefore::kDay},
                                                {"week", PeriodBefore::kWeek},
                                                {"month", PeriodBefore::kMonth},
                                                {"quarter", PeriodBefore::kQuarter},
                                                {"year", PeriodBefore::kYear},
                                                {"iso_year", PeriodBefore::kIsoYear}}),
                   "How far back. `iso_year` is the same weekday of the same ISO week a year before.",
                   weir::example_value("[week, year]")),
    weir::optional("timezone", &CompareOptions::timezone, "UTC",
                   "Whose days they are: a name of the tz database.", weir::example_value("Europe/Berlin")),
    weir::optional("missing_day", &CompareOptions::missing_day, "none",
                   weir::choices<MissingDay>({{"none", MissingDay::kNone}, {"last", MissingDay::kLast}}),
                   "What 31 March has a month before, 29 February a year before, and week 53: nothing "
                   "(`none`), or the `last` day or week there is, as SQL reckons.",
                   weir::example_value("last")),
    weir::optional("to_date", &CompareOptions::to_date,
                   weir::choices<CalendarUnit>({{"day", CalendarUnit::kDay},
                                                {"week", CalendarUnit::kWeek},
                                                {"month", CalendarUnit::kMonth},
                                                {"quarter", CalendarUnit::kQuarter},
                                                {"year", CalendarUnit::kYear}}),
                   "Compares sums since the beginning of this unit instead of single windows.",
                   weir::example_value("month")),
    weir::optional("allowed_lateness", &CompareOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
                   "How long after its end rows of a window still come: what the aggregate before it says.",
                   weir::example_value("2m")));
