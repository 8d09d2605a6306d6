// funnel: how many get from one step to the next, and how long it takes them.
//
//   checkout:
//     type: funnel
//     inputs: events
//     by: [user]
//     steps: {viewed: "event = 'view'", carted: "event = 'cart'", bought: "event = 'purchase'"}
//     within: 7d
//     segment: [country]
//
// In:  rows with event time, columns `by` of any type that can be a key; rows with a null in one of them are
//      nobody's, left out and counted as `rows_without_key`.
// Out: one row for each segment and step, in their order: `window_start` and `window_end` where there are
//      windows, the columns of `segment`, step, step_name, entered, converted, rate_from_first,
//      rate_from_previous, p50_seconds, p90_seconds. `late`: rows below the watermark, as they were.
//
// State: of each key the marked rows (16 bytes each, and room for as many), under the window in which they
// lie, until no attempt that could use them is open; a number for each segment. One copy keeps it all, since
// the counts of a step are over all keys; copies before it evaluate the steps and send only rows that count.
#include <optional>

#include <weir/keyed_transform.hpp>

#include "funnel_events.hpp"
#include "funnel_options.hpp"
#include "funnel_tally.hpp"
#include "segment_numbers.hpp"
#include "window_by_window.hpp"

namespace {

using namespace weir::behaviour;

class Funnel final : public WindowByWindow {
 public:
  explicit Funnel(FunnelOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    using weir::Type;
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(FunnelRules rules, funnel_rules(options_));
    WEIR_ASSIGN_OR_RETURN(const WhoAndWhen who, WhoAndWhen::make(options_.by, input));
    WEIR_RETURN_IF_ERROR(prepare(inputs[0], options_.window,
                                 RowMarker(who, options_.marks(), options_.segment, options_.keeps()),
                                 "without windows no funnel is ever complete; say for example window: "
                                 "{calendar: day}"));
    finder_.emplace(std::move(rules));
    std::vector<std::string> names;
    for (const auto& [name, expression] : options_.steps) names.push_back(name);
    tally_.emplace(std::move(names));
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, begin_binding(input, options_.segment));
    add_column(binding, "step", Type::kInt64);
    add_column(binding, "step_name", Type::kString);
    add_column(binding, "entered", Type::kInt64);
    add_column(binding, "converted", Type::kInt64);
    add_column(binding, "rate_from_first", Type::kFloat64, true);
    add_column(binding, "rate_from_previous", Type::kFloat64, true);
    add_column(binding, "p50_seconds", Type::kFloat64, true);
    add_column(binding, "p90_seconds", Type::kFloat64, true);
    WEIR_RETURN_IF_ERROR(end_binding(binding, input));
    events_.spec().keys = who.key_fields(input);
    events_.declare(binding);
    std::vector<weir::Field> segment_fields;
    for (const weir::ColumnRef& ref : options_.segment) segment_fields.push_back(input[ref.index]);
    segments_.declare(std::move(segment_fields), binding);
    return binding;
  }

 private:
  static constexpr size_t kPortionKeys = 2048;
  static constexpr size_t kPortionSegments = 512;

  weir::Status keep(const MarkedRows& marked) override {
    if (marked.rows.empty()) return {};
    find_ends(marked, ends_);
    note_end(*std::ranges::min_element(ends_));
    weir::Keys keys(marked.batch, marked.keys);
    keys.rows(marked.rows).namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<EventList> lists, events_.find_or_insert(context(), keys));
    WEIR_RETURN_IF_ERROR(number_segments(marked));
    size_t first_steps = 0;
    for (size_t i = 0; i < lists.size(); ++i) {
      const bool is_first_step = (marked.marks[i] & 1) != 0;
      const FunnelEvent event{marked.times[i], marked.marks[i], is_first_step ? numbers_[first_steps++] : 0};
      WEIR_RETURN_IF_ERROR(append_event(events_, context(), *lists[i], event));
    }
    return {};
  }

  /// Fills numbers_ with the segment of each row that is the first step.
  weir::Status number_segments(const MarkedRows& marked) {
    picked_.clear();
    for (size_t i = 0; i < marked.rows.size(); ++i)
      if ((marked.marks[i] & 1) != 0) picked_.push_back(marked.rows[i]);
    weir::Keys keys(marked.batch, marked.carried);
    keys.rows(picked_);
    return segments_.find(context(), keys, numbers_);
  }

  /// An attempt that begins just before the end of a window may go on for `within`.
  int64_t due_upto(int64_t watermark) const override {
    return time_before(watermark, finder_->rules().within);
  }
  weir::Result<int64_t> earliest_end() override {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto first, events_.scan(context(), kNever, 1, &cursor));
    return first.slots.size() == 0 ? kNever : first.namespaces[0];
  }
  weir::Status begin() override {
    tally_->clear();
    return {};
  }
  weir::Status end() override { return events_.remove_upto(context(), window().end); }

  weir::Result<bool> count_portion(uint64_t& cursor) override {
    WEIR_ASSIGN_OR_RETURN(const auto some, events_.scan(context(), window().end, kPortionKeys, &cursor));
    if (some.slots.size() == 0) return false;
    std::vector<const EventList*> lists(some.slots.size());
    for (size_t i = 0; i < lists.size(); ++i) lists[i] = some.slots[i];
    std::vector<std::vector<const EventList*>> later;
    WEIR_RETURN_IF_ERROR(find_later(some.keys, lists.size(), later));
    for (size_t i = 0; i < lists.size(); ++i) {
      of_key_.assign(lists[i]->events().begin(), lists[i]->events().end());
      const bool begins =
          std::ranges::any_of(of_key_, [](const FunnelEvent& event) { return (event.marks & 1) != 0; });
      if (!begins) continue;
      for (const auto& window : later)
        if (window[i] != nullptr)
          of_key_.insert(of_key_.end(), window[i]->events().begin(), window[i]->events().end());
      count_key();
    }
    return true;
  }

  /// What the keys did in the windows behind this one, as far as an attempt of this one may go.
  weir::Status find_later(const std::vector<weir::Column>& key_columns, size_t count,
                          std::vector<std::vector<const EventList*>>& later) {
    if (!has_windows()) return {};
    std::vector<const weir_column*> raw;
    for (const weir::Column& key : key_columns) raw.push_back(key.get());
    const int64_t last_time = window().end - 1 + finder_->rules().within;
    for (Period next = windows().at(window().end);; next = windows().at(next.end)) {
      if (next.start > last_time) return {};
      const std::vector<int64_t> ends(count, next.end);
      weir::Keys keys(raw, count);
      keys.namespaces(ends);
      WEIR_ASSIGN_OR_RETURN(const auto found, events_.find(context(), keys));
      std::vector<const EventList*>& lists = later.emplace_back(count);
      for (size_t i = 0; i < count; ++i) lists[i] = found[i];
    }
  }

  /// Counts the best attempt of what is in of_key_, or of each session in it.
  void count_key() {
    if (!std::ranges::is_sorted(of_key_, comes_before)) std::ranges::sort(of_key_, comes_before);
    const int64_t gap = options_.session_gap ? options_.session_gap->count() : kNever;
    const std::span<const FunnelEvent> all(of_key_);
    for (size_t from = 0; from < all.size();) {
      size_t end = from + 1;
      while (end < all.size() && all[end].time - all[end - 1].time < gap) ++end;
      const Attempt best = finder_->best(all.subspan(from, end - from), window().start, window().end);
      if (best.reached > 0) tally_->add(best);
      from = end;
    }
  }

  weir::Result<bool> give_portion(uint64_t& cursor, weir::Emitter& emitter) override {
    std::vector<weir::Column> values;
    std::vector<uint32_t> numbers;
    bool is_more = false;
    if (segments_.has_columns()) {
      WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context(), kPortionSegments, &cursor));
      is_more = some.slots.size() > 0;
      picked_.clear();
      for (uint32_t i = 0; i < some.slots.size(); ++i) {
        const auto number = static_cast<uint32_t>(some.slots[i]->number_from_1 - 1);
        if (!tally_->has(number)) continue;
        numbers.push_back(number);
        picked_.insert(picked_.end(), tally_->step_count(), i);
      }
      for (const weir::Column& key : some.keys) values.push_back(weir::gather(*key, picked_));
    } else if (!has_windows() || tally_->has(0)) {
      numbers.push_back(0);
    }
    if (!numbers.empty()) give(values, numbers, emitter);
    return is_more;
  }

  void give(const std::vector<weir::Column>& values, std::span<const uint32_t> numbers,
            weir::Emitter& emitter) {
    const size_t rows = numbers.size() * tally_->step_count();
    std::vector<weir::Column> columns = window_columns(rows);
    columns.insert(columns.end(), values.begin(), values.end());
    for (weir::Column& column : tally_->columns(numbers)) columns.push_back(std::move(column));
    emitter.emit(new_batch(columns, rows));
  }

  const FunnelOptions options_;
  std::optional<AttemptFinder> finder_;
  std::optional<FunnelTally> tally_;
  EventState events_{"events"};
  SegmentNumbers segments_{"segments"};
  // Used again for each batch.
  std::vector<int64_t> ends_;
  std::vector<uint32_t> picked_;
  std::vector<uint32_t> numbers_;
  std::vector<FunnelEvent> of_key_;
};

}  // namespace

WEIR_TRANSFORM(
    Funnel, FunnelOptions, "funnel", "How many get from each step to the next, and how long it takes them.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Every row that is the first step begins an attempt of its key (a user, a case). The attempt takes "
        "each further step at the first row of it behind the row of the step before, if that is at most "
        "`within` after its first step and no exclusion comes between; one row takes one step. A key counts "
        "once, with the attempt that gets furthest, of several the earliest; with `session_gap` once for "
        "each "
        "session; with `window` once for each window in which an attempt of it begins.\n\n"
        "One row for each segment and step: `step` (from 1), `step_name`, `entered` (keys that had taken the "
        "step before; of the first step those that took it), `converted` (keys that took it), "
        "`rate_from_first` = converted / converted of the first step, `rate_from_previous` = converted / "
        "entered, `p50_seconds` and `p90_seconds` of the time since the step before, over the attempts that "
        "count. Rates of nothing and times of nobody are null. The quantiles are exact (linear between "
        "neighbours, type 7) up to 8,192 attempts, beyond that within 0.5 % (DDSketch). A segment is the one "
        "of the row that began the attempt; segments and windows without an attempt have no rows, but a "
        "funnel without either has, also for no input.\n\n"
        "Rows are taken in the order of their event time; of rows of one time those of an earlier step come "
        "first and those of no step last, so arrival decides nothing (but between two first steps of one key "
        "and time in different segments). A condition that is null is not true. "
        "Rows with a null in `by` are left out and counted as `rows_without_key`, rows below the watermark "
        "go "
        "to `late`, rows without event time to `errors`. A window is given when the watermark is `within` "
        "behind its end, and at the end of the input; without `window` all is given at the end of the input, "
        "which must have one. Both give the same numbers. Its state is 16 to 32 bytes for each row that is a "
        "step "
        "or an exclusion (each row, with `order: strict` or `session_gap`), until its window is given."),
    weir::example("checkout: {type: funnel, inputs: views, by: [user], steps: {viewed: \"page = '/shop'\", "
                  "carted: \"page = '/cart'\", bought: \"page = '/thanks'\"}, within: 7d}"),
    weir::output("out", "One row for each window, segment and step."),
    weir::output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("by", &FunnelOptions::by, "Who takes the steps.", weir::example_value("[user]")),
    weir::required(
        "steps", &FunnelOptions::steps, weir::Type::kBool,
        "The steps in their order: a name for each, and a condition that its rows fulfil. 2 to 16.",
        weir::example_value("{signed_up: \"event = 'sign_up'\", paid: \"event = 'payment'\"}")),
    weir::optional("order", &FunnelOptions::order, "ordered",
                   "`ordered`: other rows of the key may lie between two steps. `strict`: none may.",
                   weir::choices<StepOrder>({{"ordered", StepOrder::kOrdered},
                                             {"strict", StepOrder::kStrict}}),
                   weir::example_value("strict")),
    weir::optional(
        "within", &FunnelOptions::within, weir::range(0, kLongestUs),
        "How long after the first step of an attempt its last may come, inclusive. Without it, any "
        "time.",
        weir::example_value("7d")),
    weir::optional("exclude", &FunnelOptions::exclude, weir::Type::kBool,
                   "Rows that end the attempts they come into: a name for each, and a condition, or `{where: "
                   "condition, after: step, before: step}`. At most 16.",
                   weir::example_value("{refunded: {where: \"event = 'refund'\", after: carted}}")),
    weir::optional("segment", &FunnelOptions::segment,
                   "A funnel for each combination of the values that these columns have in the row of the "
                   "first step.",
                   weir::example_value("[country, device]")),
    weir::optional("session_gap", &FunnelOptions::session_gap, weir::range(1, kLongestUs),
                   "Counts sessions and not keys: rows of a key with less than this between them. An attempt "
                   "ends with its session.",
                   weir::example_value("30m")),
    weir::optional("window", &FunnelOptions::window,
                   "A funnel for each window of the time of the first step. Without it, one of all time.",
                   weir::example_value("{calendar: week, timezone: Europe/Berlin}")));
