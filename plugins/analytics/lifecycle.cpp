// lifecycle: in each period, how many are new, come back, are there again, or are there no more.
//
//   growth: {type: lifecycle, inputs: events, by: [user], period: week, timezone: Europe/Berlin}
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's, left out and counted as `rows_without_key`. Any row is activity.
// Out: one row for each period and segment, in their order: window_start, window_end, the columns of
//      `segment`, new, returning, resurrected, dormant, is_complete. `late`: rows below the watermark, as
//      they were.
//
// State: a mark for each key and period that is not over; for each key when it was last active, for ever: who
// is forgotten would be new again; four numbers for each segment.
#include <weir/builder.hpp>
#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "period_by_period.hpp"

namespace weir::behaviour {
namespace {

struct LifecycleOptions {
  std::vector<ColumnRef> by;
  std::vector<ColumnRef> segment;
  CalendarUnit period = CalendarUnit::kDay;
  std::string timezone;
};

/// A key has a row in a period. Kept under the period's end.
struct IsActive {
  uint64_t is_set;
};

/// Kept for each key.
struct LastActivity {
  int64_t period_end;
  uint64_t is_set;
};

/// Kept for each segment.
struct LifecycleCounts {
  int64_t active_before;  ///< In the period before the one that is counted.
  int64_t fresh;
  int64_t returning;
  int64_t resurrected;

  int64_t active() const { return fresh + returning + resurrected; }
  int64_t dormant() const { return active_before - returning; }
};

/// The way out: counts become rows.
class LifecycleRows {
 public:
  void append(const LifecycleCounts& counts) {
    fresh_.append(counts.fresh);
    returning_.append(counts.returning);
    resurrected_.append(counts.resurrected);
    dormant_.append(counts.dormant());
  }
  size_t size() const { return fresh_.size(); }
  void add_to(std::vector<Column>& columns, bool complete) && {
    const size_t count = size();
    columns.push_back(std::move(fresh_).finish());
    columns.push_back(std::move(returning_).finish());
    columns.push_back(std::move(resurrected_).finish());
    columns.push_back(std::move(dormant_).finish());
    BoolBuilder are_complete;
    for (size_t i = 0; i < count; ++i) are_complete.append(complete);
    columns.push_back(std::move(are_complete).finish());
  }

 private:
  ColumnBuilder<int64_t> fresh_;
  ColumnBuilder<int64_t> returning_;
  ColumnBuilder<int64_t> resurrected_;
  ColumnBuilder<int64_t> dormant_;
};

class Lifecycle final : public PeriodByPeriod {
 public:
  explicit Lifecycle(const LifecycleOptions& options)
      : PeriodByPeriod({options.by, options.segment, options.period, options.timezone}) {}

  Result<Binding> bind(std::span<const Input> inputs) override {
    const Schema& input = inputs[0].schema;
    WEIR_RETURN_IF_ERROR(prepare(input));
    WEIR_RETURN_IF_ERROR(check_keys(choice().carried, input, "segment"));
    Binding binding = begin_binding();
    keep_columns(binding, input, choice().carried);
    for (const char* name : {"new", "returning", "resurrected", "dormant"})
      add_column(binding, name, Type::kInt64);
    add_column(binding, "is_complete", Type::kBool);
    WEIR_RETURN_IF_ERROR(check_names(binding.output(0), "segment"));
    end_binding(binding, input);
    std::vector<Field> segment_fields;
    for (const ColumnRef& ref : choice().carried) segment_fields.push_back(input[ref.index]);
    // In each segment by itself, so that somebody who is in two counts in both, and order decides nothing.
    std::vector<Field> key_fields;
    for (const ColumnRef& ref : choice().by) key_fields.push_back(input[ref.index]);
    key_fields.insert(key_fields.end(), segment_fields.begin(), segment_fields.end());
    active_.spec().keys = key_fields;
    active_.declare(binding);
    last_.spec().keys = std::move(key_fields);
    last_.declare(binding);
    segments_.spec().keys = std::move(segment_fields);
    segments_.declare(binding);
    return binding;
  }

 protected:
  Status keep(const MarkedRows& marked, std::span<const int64_t> ends) override {
    std::vector<ColumnRef> columns = marked.keys;
    columns.insert(columns.end(), marked.carried.begin(), marked.carried.end());
    Keys keys(marked.batch, columns);
    keys.rows(marked.rows).namespaces(ends);
    return active_.find_or_insert(context(), keys).status();
  }

  void begin(const OverPeriod&) override { is_any_active_ = false; }

  Result<bool> count_portion(const OverPeriod& over, uint64_t& cursor) override {
    WEIR_ASSIGN_OR_RETURN(const auto some, active_.scan(context(), over.period.end, kPortionKeys, &cursor));
    const size_t count = some.slots.size();
    if (count == 0) return false;
    is_any_active_ = true;
    std::vector<const weir_column*> columns;
    for (const Column& key : some.keys) columns.push_back(key.get());
    WEIR_ASSIGN_OR_RETURN(const Slots<LastActivity> last,
                          last_.find_or_insert(context(), Keys(columns, count)));
    const std::span<const weir_column* const> of_segment = std::span(columns).subspan(choice().by.size());
    const bool has_segments = !of_segment.empty();
    WEIR_ASSIGN_OR_RETURN(const Slots<LifecycleCounts> segments,
                          segments_.find_or_insert(context(), Keys(of_segment, has_segments ? count : 1)));
    for (size_t i = 0; i < count; ++i) {
      LifecycleCounts& counts = *segments[has_segments ? i : 0];
      if (last[i]->is_set == 0)
        ++counts.fresh;
      else if (last[i]->period_end == over.period.start)
        ++counts.returning;
      else
        ++counts.resurrected;
      *last[i] = {over.period.end, 1};
    }
    return true;
  }

  Result<bool> give_portion(const OverPeriod& over, uint64_t& cursor, Emitter& emitter) override {
    WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context(), kNever, kPortionSegments, &cursor));
    LifecycleRows rows;
    std::vector<uint32_t> picked;
    for (uint32_t i = 0; i < some.slots.size(); ++i) {
      LifecycleCounts& counts = *some.slots[i];
      if (counts.active() > 0 || counts.active_before > 0) {
        rows.append(counts);
        picked.push_back(i);
      }
      counts = {counts.active(), 0, 0, 0};
    }
    if (!picked.empty()) {
      std::vector<Column> columns = window_columns(over, picked.size());
      for (const Column& value : some.keys) columns.push_back(gather(*value, picked));
      std::move(rows).add_to(columns, over.is_complete);
      emitter.emit(new_batch(columns, picked.size()));
    }
    return some.slots.size() > 0;
  }

  Result<bool> was_given(const OverPeriod& over) override {
    WEIR_RETURN_IF_ERROR(active_.remove_upto(context(), over.period.end));
    return is_any_active_;  // They may all be dormant in the next.
  }

 private:
  static constexpr size_t kPortionKeys = 4096;
  static constexpr size_t kPortionSegments = 512;

  ValueState<IsActive> active_{"active"};
  ValueState<LastActivity> last_{"last"};
  ValueState<LifecycleCounts> segments_{"segments"};
  bool is_any_active_ = false;  // In the period that is counted.
};

}  // namespace

WEIR_TRANSFORM(
    Lifecycle, LifecycleOptions, "lifecycle",
    "In each period, how many are new, come back, are there again, or are there no more.",
    traits(Trait::kDeterministic),
    description(
        "Of each key (a user) that has a row in a period, or had one in the period before, one thing is "
        "said: "
        "it is `new` (never seen before), `returning` (seen in the period before too), `resurrected` (seen "
        "before, but not in the period before) or `dormant` (seen in the period before, not in this one). So "
        "`new` + `returning` + `resurrected` are those active in the period, and `returning` + `dormant` "
        "those "
        "active in the period before. Periods are days, weeks (from Monday) or months as the clocks of "
        "`timezone` have them.\n\n"
        "With `segment` each segment is counted by itself, as if the others had no rows: a key that is in "
        "two "
        "of them counts in both, so sums over segments may be more than the whole. A period in which, and in "
        "the one before which, nobody was active has no row.\n\n"
        "A period is given when the watermark has passed its end, the last one at the end of the input; that "
        "one has `is_complete` false where the latest row lies before its end: those who come back later in "
        "it are still counted as dormant. A stream and history give the same numbers. Whoever was seen "
        "before "
        "the input begins is new in it, so read the first periods with care. Rows with a null in `by` are "
        "left out and counted as `rows_without_key`, rows below the watermark go to `late`, rows without "
        "event "
        "time to `errors`. Its state is kept for ever, since a key that is forgotten would be new again: "
        "about "
        "40 bytes and the key for each key and segment, and the same for each period that is not over."),
    example("growth: {type: lifecycle, inputs: events, by: [user], period: week, timezone: Europe/Berlin}"),
    output("out", "One row for each period and segment."),
    output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    required("by", &LifecycleOptions::by, "Who is new or comes back.", example_value("[user]")),
    optional("segment", &LifecycleOptions::segment,
             "Counts for each combination of the values of these columns, each by itself.",
             example_value("[country, device]")),
    optional("period", &LifecycleOptions::period, "day", period_choices(), "How long a period is.",
             example_value("week")),
    optional("timezone", &LifecycleOptions::timezone, "UTC",
             "Whose days, weeks and months they are: a name of the tz database.",
             example_value("Europe/Berlin")));

}  // namespace weir::behaviour
