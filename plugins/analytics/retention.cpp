// retention: of those who joined together, how many come back in each period after.
//
//   weekly: {type: retention, inputs: events, by: [user], period: week, timezone: Europe/Berlin, periods: 8}
//   by_channel: {type: retention, inputs: events, by: [user], cohort_by: [channel], first: "event =
//   'sign_up'"}
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's, left out and counted as `rows_without_key`.
// Out: one row for each cohort and period, in their order: cohort_start or the columns of `cohort_by`,
// period,
//      users, returned, rate, is_complete. `late`: rows below the watermark, as they were.
//
// State: of each key when it joined and the periods in which it came back (a bit each; 8 bytes for each that
// lies more than 63 from the others, and with `rolling` for each row), for ever: who is forgotten would join
// again. One copy keeps it all, since cohorts are over all keys; copies before it evaluate the conditions and
// send only rows that count.
#include <map>
#include <optional>

#include <weir/keyed_transform.hpp>
#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "marked_rows.hpp"
#include "retention_rows.hpp"
#include "retention_table.hpp"
#include "segment_numbers.hpp"

namespace weir::behaviour {
namespace {

constexpr uint32_t kFirstBit = 0;
constexpr uint32_t kReturnedBit = 1;

struct RetentionOptions {
  std::vector<weir::ColumnRef> by;
  std::optional<weir::Expression> first;
  std::optional<weir::Expression> returned;
  std::vector<weir::ColumnRef> cohort_by;
  CalendarUnit period = CalendarUnit::kDay;
  std::string timezone;
  RetentionKind kind = RetentionKind::kNDay;
  int64_t periods = 0;

  std::vector<Mark> marks() const {
    return {{first.value_or(weir::Expression()), kFirstBit},
            {returned.value_or(weir::Expression()), kReturnedBit}};
  }
};

/// How far the whole table is. Kept in state, under no key.
struct TableAge {
  int64_t given_upto;   ///< What was over at this watermark has been given.
  int64_t latest_time;  ///< Of all rows.
  uint64_t is_set;
};

class Retention final : public weir::KeyedTransform {
 public:
  explicit Retention(RetentionOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(const WhoAndWhen who, WhoAndWhen::make(options_.by, input));
    WEIR_RETURN_IF_ERROR(check(inputs[0]));
    auto calendar = CivilPeriods::make(options_.period, options_.timezone);
    if (!calendar.is_ok()) return calendar.status().with_context("timezone");
    periods_.emplace(options_.kind, options_.period, std::move(*calendar), options_.periods);
    marker_.emplace(who, options_.marks(), options_.cohort_by, RowMarker::Keeps::kMarkedRowsAndLatest);
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, bound(input));
    visits_.spec().keys = who.key_fields(input);
    visits_.spec().migrate = Visits::migrate;
    visits_.declare(binding);
    std::vector<weir::Field> cohort_fields;
    for (const weir::ColumnRef& ref : options_.cohort_by) cohort_fields.push_back(input[ref.index]);
    cohorts_.declare(std::move(cohort_fields), binding);
    age_.declare(binding);
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    if (mode() == weir::Mode::kFinal) {
      WEIR_RETURN_IF_ERROR(keep(marker_->from_partial(std::move(batch))));
      return weir::Progress::done();
    }
    WEIR_ASSIGN_OR_RETURN(MarkedRows marked, marker_->mark(std::move(batch), watermark_, emitter));
    if (mode() == weir::Mode::kPartial) {
      emitter.emit(marker_->to_partial(marked));
    } else {
      WEIR_RETURN_IF_ERROR(keep(std::move(marked)));
    }
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    const bool may_give = mode() != weir::Mode::kPartial && options_.cohort_by.empty();
    // Once a period is enough, since most cells are over at the end of one.
    if (!may_give || watermark_ < look_again_at_ || watermark_ < kEarliest || watermark_ >= kLatest)
      return weir::Progress::done();
    look_again_at_ = periods_->period_of(watermark_).end;
    return begin(watermark_, emitter);
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    return mode() == weir::Mode::kPartial ? weir::Progress::done() : begin(kNever, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    size_t portions = 0;
    while (phase_ == Phase::kCounting) {
      if (++portions > kPortionsAtOnce) return weir::Progress::more();
      WEIR_RETURN_IF_ERROR(count_portion());
    }
    while (phase_ == Phase::kGiving) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_RETURN_IF_ERROR(options_.cohort_by.empty() ? give_cohorts(emitter) : give_attributes(emitter));
    }
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kPortionKeys = 4096;
  static constexpr size_t kPortionCohorts = 256;
  static constexpr size_t kPortionsAtOnce = 16;

  /// kWaiting --cells are over--> kCounting --all keys--> kGiving --all cohorts--> kWaiting
  enum class Phase { kWaiting, kCounting, kGiving };

  weir::Status check(const weir::Input& input) const {
    if (options_.kind == RetentionKind::kRolling && options_.period == CalendarUnit::kMonth)
      return weir::Status::invalid(
          "period: months are not equally long, so none can be counted from each user's own first row; say "
          "period: week, or kind: n_day");
    if (!options_.cohort_by.empty() && !input.is_bounded)
      return weir::Status::invalid(
          "cohort_by: its input never ends, and neither do such cohorts, so no count is ever complete; leave "
          "it out for cohorts of those who joined in one period, or use a bounded source");
    return check_keys(options_.cohort_by, input.schema, "cohort_by");
  }

  weir::Result<weir::Binding> bound(const weir::Schema& input) const {
    using weir::Type;
    weir::Binding binding = weir::Binding::unknown({});
    weir::OutputPort& out = binding.output(0);
    const std::vector<weir::ColumnId> read = marker_->columns_read();
    const auto add = [&](const char* name, Type type, bool is_nullable) {
      out.columns.push_back({{name, type, is_nullable}, weir::Derivation::kAggregated, read});
    };
    if (options_.cohort_by.empty()) add("cohort_start", Type::kTimestamp, false);
    for (const weir::ColumnRef& ref : options_.cohort_by)
      out.columns.push_back({input[ref.index], weir::Derivation::kSame, {weir::ColumnId(ref)}});
    add("period", Type::kInt64, false);
    add("users", Type::kInt64, false);
    add("returned", Type::kInt64, false);
    add("rate", Type::kFloat64, true);
    add("is_complete", Type::kBool, false);
    WEIR_RETURN_IF_ERROR(check_names(out, "cohort_by"));
    binding.add_kept_output(input).reads(read).partial(marker_->partial_schema(input));
    binding.single_copy().needs_row_watermark();
    return binding;
  }

  weir::Status keep(MarkedRows marked) {
    if (marked.rows.empty()) return {};
    WEIR_ASSIGN_OR_RETURN(TableAge* const age, the_age());
    age->latest_time = std::max(age->latest_time, *std::ranges::max_element(marked.times));
    leave_out_unmarked(marked);
    weir::Keys keys(marked.batch, marked.keys);
    keys.rows(marked.rows);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<Visits> slots, visits_.find_or_insert(context(), keys));
    weir::Keys cohorts(marked.batch, marked.carried);
    cohorts.rows(marked.rows);
    WEIR_RETURN_IF_ERROR(cohorts_.find(context(), cohorts, numbers_));
    for (size_t i = 0; i < slots.size(); ++i) {
      // Rows of a rolling period lie two steps from the key's slot, mostly in no cache: fetched ahead, one
      // step at a time.
      if (i + 16 < slots.size()) __builtin_prefetch(slots[i + 16]->seen);
      if (i + 8 < slots.size() && slots[i + 8]->seen != nullptr) __builtin_prefetch(slots[i + 8]->seen->data);
      Visits& visits = *slots[i];
      const int64_t time = marked.times[i];
      if ((marked.marks[i] >> kFirstBit & 1) != 0 && (visits.has_first == 0 || time < visits.first_time)) {
        visits.has_first = 1;
        visits.first_time = time;
        visits.cohort = numbers_[i];
      }
      if ((marked.marks[i] >> kReturnedBit & 1) != 0)
        WEIR_RETURN_IF_ERROR(periods_->note(visits_, context(), visits, time));
    }
    return {};
  }
  weir::Result<TableAge*> the_age() {
    WEIR_ASSIGN_OR_RETURN(
        const auto slots,
        age_.find_or_insert(context(), weir::Keys(std::span<const weir_column* const>(), 1)));
    if (slots[0]->is_set == 0) *slots[0] = {kBeforeAll, kBeforeAll, 1};
    return slots[0];
  }

  weir::Result<weir::Progress> begin(int64_t upto, weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(TableAge* const age, the_age());
    // Where the engine has gone on without an idle partition, time has come further than the rows.
    latest_time_ = upto == kNever ? age->latest_time : std::max(age->latest_time, upto);
    given_before_ = std::exchange(age->given_upto, upto);
    giving_upto_ = upto;
    counts_.clear();
    periods_->forget();
    cursor_ = 0;
    phase_ = Phase::kCounting;
    return more(emitter);
  }

  weir::Status count_portion() {
    WEIR_ASSIGN_OR_RETURN(const auto some, visits_.scan(context(), kNever, kPortionKeys, &cursor_));
    for (size_t i = 0; i < some.slots.size(); ++i)
      if (some.slots[i]->has_first != 0) count(*some.slots[i]);
    if (some.slots.size() > 0) return {};
    cursor_ = 0;
    phase_ = Phase::kGiving;
    return {};
  }

  void count(const Visits& visits) {
    const bool is_by_time = options_.cohort_by.empty();
    const Period& joined = periods_->period_of(visits.first_time);
    // Cohorts whose last period was over before have been given.
    if (is_by_time && periods_->ends_of(joined).back() <= given_before_) return;
    CohortCounts& cohort = counts_[is_by_time ? joined.number : int64_t{visits.cohort}];
    const auto size = static_cast<size_t>(periods_->last()) + 1;
    cohort.users.resize(size);
    cohort.returned.resize(size);
    periods_->retained(visits, retained_);
    retained_[0] = 1;
    for (size_t n = 0; n < size; ++n) {
      // Of an attribute's cohort only those count who have had the period.
      if (!is_by_time && periods_->end_for(visits.first_time, static_cast<int64_t>(n)) > latest_time_) break;
      ++cohort.users[n];
      cohort.returned[n] += retained_[n];
    }
  }

  /// Those who joined in one period, in the order of the periods.
  weir::Status give_cohorts(weir::Emitter& emitter) {
    weir::ColumnBuilder<int64_t> starts(weir::Type::kTimestamp);
    RetentionRows rows;
    for (size_t given = 0; given < kPortionCohorts && !counts_.empty(); ++given) {
      const auto& [number, cohort] = *counts_.begin();
      const Period joined = periods_->numbered(number);
      const std::span<const int64_t> ends = periods_->ends_of(joined);
      for (int64_t n = 0; n <= periods_->last(); ++n) {
        const int64_t end = ends[static_cast<size_t>(n)];
        const bool was_given = end <= given_before_;
        const bool is_due = end <= giving_upto_ && periods_->begin_of(joined, n) <= latest_time_;
        if (was_given || !is_due) continue;
        starts.append(joined.start);
        rows.append(cohort, static_cast<size_t>(n), end <= latest_time_);
      }
      counts_.erase(counts_.begin());
    }
    if (counts_.empty()) phase_ = Phase::kWaiting;
    std::vector<weir::Column> columns;
    columns.push_back(std::move(starts).finish());
    rows.give(std::move(columns), emitter);
    return {};
  }

  weir::Status give_attributes(weir::Emitter& emitter) {
    WEIR_ASSIGN_OR_RETURN(const auto some, cohorts_.scan(context(), kPortionCohorts, &cursor_));
    if (some.slots.size() == 0) {
      phase_ = Phase::kWaiting;
      return {};
    }
    RetentionRows rows;
    std::vector<uint32_t> picked;
    for (uint32_t i = 0; i < some.slots.size(); ++i) {
      const auto found = counts_.find(static_cast<int64_t>(some.slots[i]->number_from_1) - 1);
      if (found == counts_.end()) continue;
      for (size_t n = 0; n < found->second.users.size() && found->second.users[n] > 0; ++n) {
        picked.push_back(i);
        rows.append(found->second, n, true);
      }
    }
    std::vector<weir::Column> columns;
    for (const weir::Column& key : some.keys) columns.push_back(weir::gather(*key, picked));
    rows.give(std::move(columns), emitter);
    return {};
  }

  const RetentionOptions options_;
  std::optional<RetentionPeriods> periods_;
  std::optional<RowMarker> marker_;
  VisitState visits_{"visits", Visits::kVersion};
  SegmentNumbers cohorts_{"cohorts"};
  weir::ValueState<TableAge> age_{"age"};
  int64_t watermark_ = kBeforeAll;
  int64_t look_again_at_ = kBeforeAll;
  // What is being counted and given.
  Phase phase_ = Phase::kWaiting;
  int64_t latest_time_ = kBeforeAll;
  int64_t given_before_ = kBeforeAll;
  int64_t giving_upto_ = kBeforeAll;
  uint64_t cursor_ = 0;
  std::map<int64_t, CohortCounts> counts_;  // By number of the period, or of the attributes.
  // Used again.
  std::vector<uint32_t> numbers_;
  std::vector<uint8_t> retained_;
};

}  // namespace

WEIR_TRANSFORM(
    Retention, RetentionOptions, "retention",
    "Of those who joined together, how many come back in each period after.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "A key (a user) joins with its earliest row that fulfils `first`. A cohort are the keys that joined "
        "in "
        "one civil day, week (from Monday) or month of `timezone`, named by its `cohort_start`; with "
        "`cohort_by` those that had the same values in these columns when they joined. `period` counts from "
        "0, "
        "in which they joined; in period 0 all of them count. In period n >= 1 a key counts as `returned`\n\n"
        "- with `kind: n_day`, if it has a row that fulfils `returned` in the n-th day, week or month behind "
        "the one in which it joined;\n"
        "- with `unbounded`, if it has one in that period or a later one, up to the last of `periods` (other "
        "tools call this rolling, or \"on or after\");\n"
        "- with `rolling`, as with `n_day`, but periods are each key's own: the n-th are the 24 hours, or 7 "
        "days, that begin n times as long after its first row. So nobody's first day is shorter because it "
        "began in the evening.\n\n"
        "`rate` = returned / users. A cell whose period has not begun at the latest row is not given. Where "
        "it "
        "has begun and is not over for the whole cohort, `is_complete` is false: its numbers are still too "
        "small (of `unbounded` all that are not behind the last period). With `cohort_by`, which needs a "
        "bounded input, `users` are those whose period n is over, so every cell is complete.\n\n"
        "A cell is given when the watermark is behind its period (looked at once a period), the others at "
        "the "
        "end of the input; a stream and history give the same numbers. Of two first rows of one time the one "
        "that came first says the attributes. Conditions that are null are not true. Rows with a null in "
        "`by` "
        "are left out and counted as `rows_without_key`, rows below the watermark go to `late`, rows without "
        "event time to `errors`. Its state is kept for ever, since a key that is forgotten would join again: "
        "for each key about 60 bytes, and 8 for each further period in which it came back when those lie "
        "more than 63 apart (with `rolling`, for each row)."),
    weir::example(
        "weekly: {type: retention, inputs: events, by: [user], period: week, timezone: Europe/Berlin, "
        "periods: 8}"),
    weir::output("out", "One row for each cohort and period."),
    weir::output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("by", &RetentionOptions::by, "Who joins and comes back.", weir::example_value("[user]")),
    weir::optional("first", &RetentionOptions::first, weir::Type::kBool,
                   "Rows with which a key can join. Any row where it is left out.",
                   weir::example_value("event = 'sign_up'")),
    weir::optional("returned", &RetentionOptions::returned, weir::Type::kBool,
                   "Rows by which a key comes back. Any row where it is left out.",
                   weir::example_value("event = 'purchase'")),
    weir::optional("cohort_by", &RetentionOptions::cohort_by,
                   "Cohorts of those who agree in these columns of their first row, in place of those who "
                   "joined in one period.",
                   weir::example_value("[channel]")),
    weir::optional("period", &RetentionOptions::period, "day", period_choices(), "How long a period is.",
                   weir::example_value("week")),
    weir::optional("timezone", &RetentionOptions::timezone, "UTC",
                   "Whose days, weeks and months they are: a name of the tz database.",
                   weir::example_value("Europe/Berlin")),
    weir::optional("kind", &RetentionOptions::kind, "n_day",
                   "`n_day`, `unbounded` or `rolling`: what coming back in period n means.",
                   weir::choices<RetentionKind>({{"n_day", RetentionKind::kNDay},
                                                 {"unbounded", RetentionKind::kUnbounded},
                                                 {"rolling", RetentionKind::kRolling}}),
                   weir::example_value("unbounded")),
    weir::optional("periods", &RetentionOptions::periods, 30, weir::range(1, 1000),
                   "The number of the last period that is counted.", weir::example_value("12")));

}  // namespace weir::behaviour
