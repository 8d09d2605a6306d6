// paths: what is done next after an event, or what led to one.
//
//   after_cart: {type: paths, inputs: events, by: [user], event: page, from: cart, steps: 3, within: 1d}
//   before_buy: {type: paths, inputs: visits, by: [session_id], event: page, to: buy, top: 5}
//
// In:  rows with event time; columns `by` of any type that can be a key; column `event`, a text. Rows with a
//      null in `by` or in `event` are left out, counted as `rows_without_key` and `rows_without_event`.
// Out: one row for each segment, step and edge: `window_start` and `window_end` where there are windows, the
//      columns of `segment`, step, source, target, count, share. `late`: rows below the watermark, as they
//      were.
//
// State: of each key its rows (16 bytes each, and room for as many), under the window in which they lie,
// until no path can use them; a mark for each key and window in which paths begin; a number for each event
// name and each segment. One copy keeps it all, since edges are over all keys; copies before it send only the
// columns that are needed.
#include <map>
#include <optional>

#include <weir/keyed_transform.hpp>

#include "event_list.hpp"
#include "marked_rows.hpp"
#include "path_options.hpp"
#include "path_rows.hpp"
#include "path_tree.hpp"
#include "segment_numbers.hpp"
#include "window_by_window.hpp"

namespace {

using namespace weir::behaviour;

using PathEventList = EventListOf<PathEvent>;

/// A key has the anchor in a window.
struct AnchorMark {
  uint64_t unused;
};

class Paths final : public WindowByWindow {
 public:
  explicit Paths(PathOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    using weir::Type;
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(const PathRules rules, path_rules(options_));
    WEIR_ASSIGN_OR_RETURN(const WhoAndWhen who, WhoAndWhen::make(options_.by, input));
    std::vector<weir::ColumnRef> carried = {options_.event};
    carried.insert(carried.end(), options_.segment.begin(), options_.segment.end());
    WEIR_RETURN_IF_ERROR(prepare(inputs[0], options_.window,
                                 RowMarker(who, std::vector<Mark>(), carried, RowMarker::Keeps::kEveryRow),
                                 "without windows no path is ever complete; say for example window: "
                                 "{calendar: day}, with within: 1d"));
    finder_.emplace(rules);
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, begin_binding(input, options_.segment));
    add_column(binding, "step", Type::kInt64);
    add_column(binding, "source", Type::kString);
    add_column(binding, "target", Type::kString);
    add_column(binding, "count", Type::kInt64);
    add_column(binding, "share", Type::kFloat64);
    WEIR_RETURN_IF_ERROR(end_binding(binding, input));
    events_.spec().keys = who.key_fields(input);
    events_.declare(binding);
    anchors_.spec().keys = who.key_fields(input);
    anchors_.declare(binding);
    event_numbers_.declare({input[options_.event.index]}, binding);
    std::vector<weir::Field> segment_fields;
    for (const weir::ColumnRef& ref : options_.segment) segment_fields.push_back(input[ref.index]);
    segments_.declare(std::move(segment_fields), binding);
    return binding;
  }

 private:
  static constexpr size_t kPortionKeys = 2048;
  static constexpr size_t kPortionSegments = 64;

  bool is_forward() const { return finder_->rules().direction == PathDirection::kFrom; }

  /// Rows without an event.
  void leave_out(MarkedRows& marked) const override {
    const weir::Validity events(marked.batch.raw_column(options_.event.index));
    if (!events.has_nulls()) return;
    const size_t without =
        leave_out_unless(marked, [&](size_t i) { return !events.is_null(marked.rows[i]); });
    if (without > 0) count("rows_without_event", static_cast<int64_t>(without));
  }

  weir::Status keep(const MarkedRows& marked) override {
    if (marked.rows.empty()) return {};
    find_ends(marked, ends_);
    weir::Keys keys(marked.batch, marked.keys);
    keys.rows(marked.rows).namespaces(ends_);
    WEIR_ASSIGN_OR_RETURN(const weir::Slots<PathEventList> lists, events_.find_or_insert(context(), keys));
    weir::Keys names(marked.batch, std::span(marked.carried).first(1));
    names.rows(marked.rows);
    WEIR_RETURN_IF_ERROR(event_numbers_.find(context(), names, numbers_));
    WEIR_RETURN_IF_ERROR(keep_anchors(marked));
    size_t anchors = 0;
    for (size_t i = 0; i < lists.size(); ++i) {
      const bool is_anchor = anchors < picked_.size() && picked_[anchors] == marked.rows[i];
      const PathEvent event{marked.times[i], numbers_[i], is_anchor ? of_anchors_[anchors++] + 1 : 0};
      WEIR_RETURN_IF_ERROR(append_event(events_, context(), *lists[i], event));
    }
    return {};
  }

  /// Fills picked_ with the rows that are the anchor and of_anchors_ with their segments, and marks their
  /// keys.
  weir::Status keep_anchors(const MarkedRows& marked) {
    picked_.clear();
    anchor_ends_.clear();
    const auto events = marked.batch.column<std::string_view>(marked.carried[0]);
    for (size_t i = 0; i < marked.rows.size(); ++i) {
      if (events[marked.rows[i]] != options_.anchor()) continue;
      picked_.push_back(marked.rows[i]);
      anchor_ends_.push_back(ends_[i]);
      note_end(ends_[i]);
    }
    if (picked_.empty()) return {};
    weir::Keys keys(marked.batch, marked.keys);
    keys.rows(picked_).namespaces(anchor_ends_);
    WEIR_RETURN_IF_ERROR(anchors_.find_or_insert(context(), keys).status());
    weir::Keys segments(marked.batch, std::span(marked.carried).subspan(1));
    segments.rows(picked_);
    return segments_.find(context(), segments, of_anchors_);
  }

  /// A path that begins just before the end of a window may go on for `within`.
  int64_t due_upto(int64_t watermark) const override {
    return is_forward() ? time_before(watermark, finder_->rules().within) : watermark;
  }
  weir::Result<int64_t> earliest_end() override {
    uint64_t cursor = 0;
    WEIR_ASSIGN_OR_RETURN(const auto first, anchors_.scan(context(), kNever, 1, &cursor));
    return first.slots.size() == 0 ? kNever : first.namespaces[0];
  }
  weir::Status begin() override {
    trees_.clear();
    return names_.load(context(), event_numbers_);
  }
  weir::Status end() override { return anchors_.remove_upto(context(), window().end); }

  weir::Result<bool> count_portion(uint64_t& cursor) override {
    WEIR_ASSIGN_OR_RETURN(const auto some, anchors_.scan(context(), window().end, kPortionKeys, &cursor));
    const size_t key_count = some.slots.size();
    if (key_count == 0) return false;
    WEIR_ASSIGN_OR_RETURN(const auto by_window, lists_of(some.keys, key_count));
    for (size_t i = 0; i < key_count; ++i) {
      of_key_.clear();
      for (const auto& lists : by_window)
        if (lists[i] != nullptr)
          of_key_.insert(of_key_.end(), lists[i]->events().begin(), lists[i]->events().end());
      count_key();
    }
    return true;
  }

  /// What the keys did in this window and in those next to it, as far as its paths may go.
  weir::Result<std::vector<std::vector<const PathEventList*>>> lists_of(
      const std::vector<weir::Column>& key_columns, size_t key_count) {
    std::vector<const weir_column*> raw;
    for (const weir::Column& key : key_columns) raw.push_back(key.get());
    std::vector<std::vector<const PathEventList*>> made;
    for (Period near = window(); is_in_reach(near);) {
      const std::vector<int64_t> ends(key_count, near.end);
      weir::Keys keys(raw, key_count);
      keys.namespaces(ends);
      WEIR_ASSIGN_OR_RETURN(const auto found, events_.find(context(), keys));
      std::vector<const PathEventList*>& lists = made.emplace_back(key_count);
      for (size_t i = 0; i < key_count; ++i) lists[i] = found[i];
      if (!has_windows()) break;
      near = windows().at(is_forward() ? near.end : near.start - 1);
    }
    return made;
  }
  bool is_in_reach(const Period& near) const {
    if (!has_windows()) return true;
    const int64_t within = finder_->rules().within;
    if (is_forward()) return near.start <= window().end - 1 + within && near.start < kLatest;
    return near.end > window().start - within && near.end > kEarliest;
  }

  void count_key() {
    // Names break ties, so that what came first by accident decides nothing.
    const auto comes_first = [&](const PathEvent& a, const PathEvent& b) {
      if (a.time != b.time) return a.time < b.time;
      if (a.name != b.name) return names_.ranks()[a.name] < names_.ranks()[b.name];
      return a.segment_from_1 < b.segment_from_1;
    };
    if (!std::ranges::is_sorted(of_key_, comes_first)) std::ranges::sort(of_key_, comes_first);
    finder_->find(of_key_, window().start, window().end,
                  [&](uint32_t segment, std::span<const uint32_t> names) { trees_[segment].add(names); });
  }

  weir::Result<bool> give_portion(uint64_t& cursor, weir::Emitter& emitter) override {
    if (!segments_.has_columns()) {
      give({}, {{0, 0}}, emitter);
      return false;
    }
    WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context(), kPortionSegments, &cursor));
    if (some.slots.size() == 0) return false;
    std::vector<PlacedSegment> placed;
    for (uint32_t i = 0; i < some.slots.size(); ++i)
      placed.push_back({i, static_cast<uint32_t>(some.slots[i]->number_from_1 - 1)});
    give(some.keys, placed, emitter);
    return true;
  }

  struct PlacedSegment {
    uint32_t row;  ///< In the columns of values.
    uint32_t number;
  };
  void give(const std::vector<weir::Column>& values, const std::vector<PlacedSegment>& segments,
            weir::Emitter& emitter) {
    PathRows rows(finder_->rules().direction, options_.anchor(), names_);
    picked_.clear();
    for (const PlacedSegment& segment : segments) {
      const auto tree = trees_.find(segment.number);
      if (tree == trees_.end()) continue;
      rows.append(
          tree->second.edges(finder_->rules().steps, static_cast<size_t>(options_.top), names_.ranks()));
      picked_.resize(rows.size(), segment.row);
    }
    const size_t count = rows.size();
    if (count == 0) return;
    std::vector<weir::Column> columns = window_columns(count);
    for (const weir::Column& value : values) columns.push_back(weir::gather(*value, picked_));
    for (weir::Column& column : std::move(rows).finish()) columns.push_back(std::move(column));
    emitter.emit(new_batch(columns, count));
  }

  /// Lets go of rows that no path of a window that is still to come can use.
  weir::Status forget(int64_t due_upto) override {
    if (due_upto == kNever) return events_.remove_upto(context(), kNever);
    if (!has_windows() || due_upto < kEarliest || due_upto >= kLatest) return {};
    const int64_t next_start = windows().at(due_upto).start;
    const int64_t upto = is_forward() ? next_start : time_before(next_start, finder_->rules().within);
    if (upto <= forgotten_upto_) return {};
    forgotten_upto_ = upto;
    return events_.remove_upto(context(), upto);
  }

  const PathOptions options_;
  std::optional<PathFinder> finder_;
  weir::ValueState<PathEventList> events_{"events"};
  weir::ValueState<AnchorMark> anchors_{"anchors"};
  SegmentNumbers event_numbers_{"event_names"};
  SegmentNumbers segments_{"segments"};
  int64_t forgotten_upto_ = kBeforeAll;
  std::map<uint32_t, PathTree> trees_;  // What was counted of the window, by segment.
  NameTable names_;
  // Used again for each batch.
  std::vector<int64_t> ends_;
  std::vector<int64_t> anchor_ends_;
  std::vector<uint32_t> picked_;
  std::vector<uint32_t> numbers_;
  std::vector<uint32_t> of_anchors_;
  std::vector<PathEvent> of_key_;
};

}  // namespace

WEIR_TRANSFORM(
    Paths, PathOptions, "paths", "What is done next after an event, or what led to one, step by step.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "With `from`, the path of a key (a user, a session) are its rows behind the first one whose `event` "
        "is that; with `to`, its rows before it, the nearest first. A path has at most `steps` of them, "
        "none further than `within` from the event. Each key counts once, with `window` once for each "
        "window in which the event comes; with `occurrences: every` each time that it comes, and paths of "
        "one key may then overlap. With `repeats: collapse` an event that follows itself is one step.\n\n"
        "Each row is an edge, as a Sankey diagram takes them: `step` (1, 2, ... behind the event, or -1, "
        "-2, ... before it), `source`, `target`, `count` (paths that go there), `share` = count / all that "
        "came to this step. A path that goes no further goes to `(end)`, or comes from `(start)`, and is in "
        "no later step. At each step the `top` most frequent edges stand by themselves; what else goes on "
        "from a source is summed to `(other)`, and those paths go on from `(other)` in the next step. So "
        "what comes to a source leaves it, and nothing is left out. Of equally frequent edges the one "
        "whose source, then target, is first by its bytes is shown first. A segment is the one of the row "
        "that is the event.\n\n"
        "Rows are taken in the order of their event time, those of one time in that of their names, so "
        "arrival decides nothing (but between two such events of one key and time in different segments). "
        "Rows with a null in `by` or `event` are left out and counted as `rows_without_key` and "
        "`rows_without_event`, rows below the watermark go to `late`, rows without event time to `errors`. "
        "A window is given when no path of it can go on: with `from` when the watermark is `within` behind "
        "its end, with `to` when it is at its end; all at the end of the input, which must have one where "
        "there is no `window`. Both give the same numbers. Its state is 16 to 32 bytes for each row until "
        "then, with `to` for `within` longer, and the names of all events for ever: pages, not addresses "
        "with parameters."),
    weir::example("after_cart: {type: paths, inputs: views, by: [user], event: page, from: /cart, steps: 3}"),
    weir::output("out", "One row for each window, segment, step and edge."),
    weir::output("late", "Rows that came below the watermark, as they were.", WEIR_PORT_OPTIONAL),
    weir::required("by", &PathOptions::by, "Whose paths they are.", weir::example_value("[user]")),
    weir::required("event", &PathOptions::event, weir::Type::kString, "The column that says what was done.",
                   weir::example_value("page")),
    weir::optional("from", &PathOptions::from, "The event with which paths begin.",
                   weir::example_value("/cart")),
    weir::optional("to", &PathOptions::to, "The event with which paths end, in place of `from`.",
                   weir::example_value("/thanks")),
    weir::optional("steps", &PathOptions::steps, 3, weir::range(1, 100),
                   "How many steps away paths are followed.", weir::example_value("5")),
    weir::optional("within", &PathOptions::within, weir::range(0, kLongestUs),
                   "How far from the event a step may be, inclusive. Without it, any time.",
                   weir::example_value("1d")),
    weir::optional("top", &PathOptions::top, 10, weir::range(1, 1000),
                   "How many edges of each step are shown by themselves, beside `(other)` and `(end)`.",
                   weir::example_value("5")),
    weir::optional("repeats", &PathOptions::repeats, "keep",
                   "`keep`: each row is a step. `collapse`: rows in succession with one event are one step.",
                   weir::choices<Repeats>({{"keep", Repeats::kKeep}, {"collapse", Repeats::kCollapse}}),
                   weir::example_value("collapse")),
    weir::optional("occurrences", &PathOptions::occurrences, "first",
                   "`first`: each key counts once. `every`: each time that the event comes.",
                   weir::choices<Occurrences>({{"first", Occurrences::kFirst},
                                               {"every", Occurrences::kEvery}}),
                   weir::example_value("every")),
    weir::optional(
        "segment", &PathOptions::segment,
        "Edges for each combination of the values that these columns have in the row of the event.",
        weir::example_value("[country, device]")),
    weir::optional("window", &PathOptions::window,
                   "Edges for each window of the time of the event. Without it, those of all time.",
                   weir::example_value("{calendar: week, timezone: Europe/Berlin}")));
