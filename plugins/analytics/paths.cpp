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

namespace {

using namespace weir::behaviour;

using PathEventList = EventListOf<PathEvent>;

/// A key has the anchor in a window.
struct AnchorMark {
  uint64_t unused;
};

class Paths final : public weir::KeyedTransform {
 public:
  explicit Paths(PathOptions options) : options_(std::move(options)) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(const PathRules rules, path_rules(options_));
    WEIR_ASSIGN_OR_RETURN(const WhoAndWhen who, WhoAndWhen::make(options_.by, input));
    WEIR_ASSIGN_OR_RETURN(windows_, Windows::make(options_.window));
    if (windows_.is_whole() && !inputs[0].is_bounded)
      return weir::Status::invalid(
          "window: its input never ends, so without windows no path is ever complete; say for example "
          "window: {calendar: day}, with within: 1d");
    finder_.emplace(rules);
    std::vector<weir::ColumnRef> carried = {options_.event};
    carried.insert(carried.end(), options_.segment.begin(), options_.segment.end());
    marker_.emplace(who, std::vector<Mark>(), carried, RowMarker::Keeps::kEveryRow);
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, bound(input));
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

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    if (mode() == weir::Mode::kFinal) {
      WEIR_RETURN_IF_ERROR(keep(marker_->from_partial(std::move(batch))));
      return weir::Progress::done();
    }
    WEIR_ASSIGN_OR_RETURN(MarkedRows marked, marker_->mark(std::move(batch), watermark_, emitter));
    leave_out_rows_without_event(marked);
    if (mode() == weir::Mode::kPartial) {
      emitter.emit(marker_->to_partial(marked));
    } else {
      WEIR_RETURN_IF_ERROR(keep(marked));
    }
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    if (mode() == weir::Mode::kPartial || windows_.is_whole()) return weir::Progress::done();
    // A path that begins just before the end of a window may go on for `within`.
    due_upto_ = is_forward() ? time_before(watermark_, finder_->rules().within) : watermark_;
    return more(emitter);
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    if (mode() == weir::Mode::kPartial) return weir::Progress::done();
    has_ended_ = true;
    due_upto_ = kNever;
    return more(emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    size_t portions = 0;
    for (;;) {
      if (phase_ == Phase::kWaiting) {
        WEIR_ASSIGN_OR_RETURN(const bool is_due, begin_window());
        if (!is_due) {
          WEIR_RETURN_IF_ERROR(forget());
          return weir::Progress::done();
        }
      }
      if (phase_ == Phase::kCounting) {
        if (++portions > kPortionsAtOnce) return weir::Progress::more();
        WEIR_RETURN_IF_ERROR(count_portion());
      } else {
        if (!emitter.has_room()) return weir::Progress::more();
        WEIR_RETURN_IF_ERROR(give_portion(emitter));
      }
    }
  }

 private:
  static constexpr size_t kPortionKeys = 2048;
  static constexpr size_t kPortionSegments = 64;
  static constexpr size_t kPortionsAtOnce = 16;

  /// kWaiting --a window is due--> kCounting --all keys--> kGiving --all segments--> kWaiting
  enum class Phase { kWaiting, kCounting, kGiving };

  bool is_forward() const { return finder_->rules().direction == PathDirection::kFrom; }

  weir::Result<weir::Binding> bound(const weir::Schema& input) const {
    using weir::Type;
    WEIR_RETURN_IF_ERROR(check_keys(options_.segment, input, "segment"));
    weir::Binding binding = weir::Binding::unknown({});
    weir::OutputPort& out = binding.output(0);
    const std::vector<weir::ColumnId> read = marker_->columns_read();
    const auto add = [&](const char* name, Type type) {
      out.columns.push_back({{name, type, false}, weir::Derivation::kAggregated, read});
    };
    if (!windows_.is_whole()) {
      add("window_start", Type::kTimestamp);
      add("window_end", Type::kTimestamp);
    }
    for (const weir::ColumnRef& ref : options_.segment)
      out.columns.push_back({input[ref.index], weir::Derivation::kSame, {weir::ColumnId(ref)}});
    add("step", Type::kInt64);
    add("source", Type::kString);
    add("target", Type::kString);
    add("count", Type::kInt64);
    add("share", Type::kFloat64);
    WEIR_RETURN_IF_ERROR(check_names(out, "segment"));
    binding.add_kept_output(input).reads(read).partial(marker_->partial_schema(input));
    binding.single_copy().needs_row_watermark();
    return binding;
  }

  void leave_out_rows_without_event(MarkedRows& marked) const {
    const weir::Validity events(marked.batch.raw_column(options_.event.index));
    if (!events.has_nulls()) return;
    size_t kept = 0;
    for (size_t i = 0; i < marked.rows.size(); ++i) {
      if (events.is_null(marked.rows[i])) continue;
      marked.rows[kept] = marked.rows[i];
      marked.times[kept] = marked.times[i];
      marked.marks[kept++] = marked.marks[i];
    }
    if (kept < marked.rows.size())
      count("rows_without_event", static_cast<int64_t>(marked.rows.size() - kept));
    marked.rows.resize(kept);
    marked.times.resize(kept);
    marked.marks.resize(kept);
  }

  weir::Status keep(const MarkedRows& marked) {
    if (marked.rows.empty()) return {};
    ends_.resize(marked.rows.size());
    Period window;
    for (size_t i = 0; i < ends_.size(); ++i) {
      if (!window.holds(marked.times[i])) window = windows_.at(marked.times[i]);
      ends_[i] = window.end;
    }
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
      earliest_end_ = std::min(earliest_end_, ends_[i]);
    }
    if (picked_.empty()) return {};
    weir::Keys keys(marked.batch, marked.keys);
    keys.rows(picked_).namespaces(anchor_ends_);
    WEIR_RETURN_IF_ERROR(anchors_.find_or_insert(context(), keys).status());
    weir::Keys segments(marked.batch, std::span(marked.carried).subspan(1));
    segments.rows(picked_);
    return segments_.find(context(), segments, of_anchors_);
  }

  /// Returns whether a window is due.
  weir::Result<bool> begin_window() {
    if (windows_.is_whole()) {
      if (!has_ended_ || is_given_) return false;
      is_given_ = true;
      window_ = windows_.at(0);
    } else {
      if (earliest_end_ > due_upto_) return false;
      uint64_t cursor = 0;
      WEIR_ASSIGN_OR_RETURN(const auto first, anchors_.scan(context(), kNever, 1, &cursor));
      earliest_end_ = first.slots.size() == 0 ? kNever : first.namespaces[0];
      if (earliest_end_ > due_upto_ || first.slots.size() == 0) return false;
      window_ = windows_.at(earliest_end_ - 1);
    }
    WEIR_RETURN_IF_ERROR(names_.load(context(), event_numbers_));
    trees_.clear();
    cursor_ = 0;
    phase_ = Phase::kCounting;
    return true;
  }

  weir::Status count_portion() {
    WEIR_ASSIGN_OR_RETURN(const auto some, anchors_.scan(context(), window_.end, kPortionKeys, &cursor_));
    const size_t key_count = some.slots.size();
    if (key_count == 0) {
      cursor_ = 0;
      phase_ = Phase::kGiving;
      return {};
    }
    WEIR_ASSIGN_OR_RETURN(const auto by_window, lists_of(some.keys, key_count));
    for (size_t i = 0; i < key_count; ++i) {
      of_key_.clear();
      for (const auto& lists : by_window)
        if (lists[i] != nullptr)
          of_key_.insert(of_key_.end(), lists[i]->events().begin(), lists[i]->events().end());
      count_key();
    }
    return {};
  }

  /// What the keys did in this window and in those next to it, as far as its paths may go.
  weir::Result<std::vector<std::vector<const PathEventList*>>> lists_of(
      const std::vector<weir::Column>& key_columns, size_t key_count) {
    std::vector<const weir_column*> raw;
    for (const weir::Column& key : key_columns) raw.push_back(key.get());
    std::vector<std::vector<const PathEventList*>> made;
    for (Period window = window_; is_in_reach(window);) {
      const std::vector<int64_t> ends(key_count, window.end);
      weir::Keys keys(raw, key_count);
      keys.namespaces(ends);
      WEIR_ASSIGN_OR_RETURN(const auto found, events_.find(context(), keys));
      std::vector<const PathEventList*>& lists = made.emplace_back(key_count);
      for (size_t i = 0; i < key_count; ++i) lists[i] = found[i];
      if (windows_.is_whole()) break;
      window = windows_.at(is_forward() ? window.end : window.start - 1);
    }
    return made;
  }
  bool is_in_reach(const Period& window) const {
    if (windows_.is_whole()) return true;
    const int64_t within = finder_->rules().within;
    if (is_forward()) return window.start <= window_.end - 1 + within && window.start < kLatest;
    return window.end > window_.start - within && window.end > kEarliest;
  }

  void count_key() {
    // Names break ties, so that what came first by accident decides nothing.
    const auto comes_first = [&](const PathEvent& a, const PathEvent& b) {
      if (a.time != b.time) return a.time < b.time;
      if (a.name != b.name) return names_.ranks()[a.name] < names_.ranks()[b.name];
      return a.segment_from_1 < b.segment_from_1;
    };
    if (!std::ranges::is_sorted(of_key_, comes_first)) std::ranges::sort(of_key_, comes_first);
    finder_->find(of_key_, window_.start, window_.end,
                  [&](uint32_t segment, std::span<const uint32_t> names) { trees_[segment].add(names); });
  }

  weir::Status give_portion(weir::Emitter& emitter) {
    if (!segments_.has_columns()) {
      give({}, {{0, 0}}, emitter);
      return end_window();
    }
    WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context(), kPortionSegments, &cursor_));
    if (some.slots.size() == 0) return end_window();
    std::vector<PlacedSegment> placed;
    for (uint32_t i = 0; i < some.slots.size(); ++i)
      placed.push_back({i, static_cast<uint32_t>(some.slots[i]->number_from_1 - 1)});
    give(some.keys, placed, emitter);
    return {};
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
    std::vector<weir::Column> columns;
    if (!windows_.is_whole())
      for (const int64_t time : {window_.start, window_.end}) {
        weir::ColumnBuilder<int64_t> times(count, {}, weir::Type::kTimestamp);
        std::ranges::fill(times.values(), time);
        columns.push_back(std::move(times).finish());
      }
    for (const weir::Column& value : values) columns.push_back(weir::gather(*value, picked_));
    for (weir::Column& column : std::move(rows).finish()) columns.push_back(std::move(column));
    emitter.emit(new_batch(columns, count));
  }

  weir::Status end_window() {
    phase_ = Phase::kWaiting;
    return anchors_.remove_upto(context(), window_.end);
  }

  /// Lets go of rows that no path of a window that is still to come can use.
  weir::Status forget() {
    if (due_upto_ == kNever) return events_.remove_upto(context(), kNever);
    if (windows_.is_whole() || due_upto_ < kEarliest || due_upto_ >= kLatest) return {};
    const int64_t next_start = windows_.at(due_upto_).start;
    const int64_t upto = is_forward() ? next_start : time_before(next_start, finder_->rules().within);
    if (upto <= forgotten_upto_) return {};
    forgotten_upto_ = upto;
    return events_.remove_upto(context(), upto);
  }

  const PathOptions options_;
  Windows windows_;
  std::optional<PathFinder> finder_;
  std::optional<RowMarker> marker_;
  weir::ValueState<PathEventList> events_{"events"};
  weir::ValueState<AnchorMark> anchors_{"anchors"};
  SegmentNumbers event_numbers_{"event_names"};
  SegmentNumbers segments_{"segments"};
  int64_t watermark_ = kBeforeAll;
  int64_t due_upto_ = kBeforeAll;      // Windows up to this end get no more paths.
  int64_t earliest_end_ = kBeforeAll;  // No window that ends before has anchors; after a restart not known.
  int64_t forgotten_upto_ = kBeforeAll;
  bool has_ended_ = false;
  bool is_given_ = false;  // The one window of all time.
  Phase phase_ = Phase::kWaiting;
  Period window_;                       // What is being counted or given,
  uint64_t cursor_ = 0;                 // how far,
  std::map<uint32_t, PathTree> trees_;  // and what was counted, by segment.
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
