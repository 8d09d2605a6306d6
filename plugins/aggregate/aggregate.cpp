// aggregate: one row for each group, of the whole input or of each window.
//
//   per_page:
//     type: aggregate
//     inputs: views
//     by: [page]
//     window: {tumbling: 1m}
//     compute: {views: count(), p99: "quantile(latency_ms, 0.99)", errors: "count() FILTER (WHERE status >=
//     500)"}
//
// Out: `window_start` and `window_end` (exclusive) where there are windows, then the columns of `by`, then
// those of `compute`, then `is_final` and `revision` where a window may have several results; what one
// parallel copy gives is sorted by window and key. A window's rows come when the watermark reaches its end,
// the others at the end of the input. `late`: rows that came after their window was closed, as they were.
//
// All groups lie in the host's state, so they survive restarts and are spread by key. Where rows come from
// several copies, each copy aggregates what it sees (partial) and sends the groups, not the rows, to the
// copy that has their key (final); partial groups are sent before each barrier, so they are never state.
#include <algorithm>
#include <limits>

#include <weir/keyed_transform.hpp>

#include "aggregate_input.hpp"
#include "pane_closer.hpp"

namespace {

using namespace weir::aggregates;

struct Early {
  weir::Duration every{};
  static auto options() {
    return weir::options_of<Early>(
        weir::required("every", &Early::every, weir::range(1000, 3.2e14),
                       "How often what changed is given before it is complete, by the wall clock.",
                       weir::example_value("10s")));
  }
};

struct AggregateOptions {
  GroupBy by;
  std::optional<WindowOption> window;
  weir::NamedList<weir::Aggregate> compute;
  weir::Duration allowed_lateness{};
  std::optional<weir::OneOf<std::string, Early>> emit;

  std::optional<weir::Duration> early_every() const {
    const Early* const early = emit ? std::get_if<Early>(&*emit) : nullptr;
    return early == nullptr ? std::nullopt : std::optional(early->every);
  }
  bool revises() const { return early_every() || allowed_lateness.count() > 0; }
};

class AggregateNode final : public weir::KeyedTransform {
 public:
  explicit AggregateNode(AggregateOptions options)
      : options_(std::move(options)), revisions_(options_.revises() ? Revisions::kYes : Revisions::kNo) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    WEIR_ASSIGN_OR_RETURN(windows_, Windows::make(options_.window, options_.allowed_lateness));
    WEIR_RETURN_IF_ERROR(check(inputs[0]));
    WEIR_ASSIGN_OR_RETURN(keys_, group_keys(options_.by, input));
    if (options_.compute.empty() && keys_.empty())
      return weir::Status::invalid("compute: at least one aggregate is needed where there is no 'by'");
    layout_.emplace(options_.compute, has_head() ? kHeadSize : 0);
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding,
                          bound_aggregate(input, keys_, *layout_, windows_, revisions_));
    declare(states_.panes, binding);
    if (has_second_state()) declare(states_.singles, binding);
    input_.emplace(input, keys_, *layout_, windows_, revisions_);
    output_.emplace(*layout_);
    return binding;
  }

  weir::Status start() override {
    const PaneWork work{context(), states_, *layout_, windows_, *output_};
    closer_ = make_closer(work);
    // What a checkpoint kept and nobody has seen is due, too.
    if (mode() != weir::Mode::kPartial) wake_when_due();
    return {};
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    wake_when_due();
    if (mode() == weir::Mode::kFinal) {
      WEIR_RETURN_IF_ERROR(input_->merge(context(), states_, batch));
    } else {
      WEIR_RETURN_IF_ERROR(input_->update(context(), states_, std::move(batch), watermark_, emitter));
    }
    if (mode() != weir::Mode::kPartial)
      return closer_->touched(input_->touched(), input_->touched_singles(), emitter);
    WEIR_ASSIGN_OR_RETURN(const uint64_t held, held_bytes());
    return held > kPartialBytes ? closer_->reached(kForever, emitter) : weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    // One that comes again says only that its rows are waited for again.
    const bool has_risen = time > watermark_;
    watermark_ = std::max(watermark_, time);
    hold_event_time_of_results();
    if (!has_risen) return weir::Progress::done();
    if (windows_.kind() == Windows::Kind::kNone) return weir::Progress::done();
    return closer_->reached(watermark_, emitter);
  }

  weir::Result<weir::Progress> on_idle(size_t, weir::Emitter&) override {
    hold_event_time(kForever);  // What waits is set aside with what does not come.
    return weir::Progress::done();
  }

  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter& emitter) override {
    return mode() == weir::Mode::kPartial ? closer_->reached(kForever, emitter) : weir::Progress::done();
  }

  weir::Result<weir::Progress> on_wake(weir::Emitter& emitter) override {
    is_wake_due_ = false;
    return closer_->early(emitter);
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    // Of no rows at all there is still a count, which is 0.
    const bool is_one_group = keys_.empty() && !options_.window && mode() != weir::Mode::kPartial;
    if (is_one_group) WEIR_RETURN_IF_ERROR(make_the_group());
    return closer_->reached(kForever, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override { return closer_->more(emitter); }

 private:
  static constexpr uint64_t kPartialBytes = uint64_t{32} << 20;
  static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

  weir::Status check(const weir::Input& input) const {
    if (options_.window && input.schema.event_time < 0)
      return weir::Status::invalid(
          "window: its input carries no event time; declare event_time at a node before it, for example "
          "event_time: {column: ts}");
    if (!options_.window && !input.is_bounded && !options_.early_every())
      return weir::Status::invalid(
          "window: its input never ends, so without windows no group is ever complete; say window: "
          "{tumbling: 1m}, or emit: {every: 10s} for what there is so far");
    if (windows_.kind() == Windows::Kind::kSession && options_.early_every())
      return weir::Status::invalid(
          "emit: a session is given once, when it is complete: until then its bounds change, and nothing "
          "would take back those that were given; leave 'emit' out, or use {tumbling: 1m}");
    return {};
  }

  /// A result has the time at which its window begins: whoever is behind sees watermarks up to the beginning
  /// of the window that is open.
  void hold_event_time_of_results() const {
    if (mode() == weir::Mode::kPartial || !windows_.gives_event_time()) return;
    hold_event_time(windows_.holds(watermark_) ? windows_.pane_of(watermark_).start : watermark_);
  }

  bool has_second_state() const {
    return windows_.kind() == Windows::Kind::kSliding || windows_.kind() == Windows::Kind::kSession;
  }
  bool has_head() const { return has_second_state() || revisions_ == Revisions::kYes; }

  void declare(PaneState& state, weir::Binding& binding) const {
    weir::StateSpec& spec = state.spec();
    spec.slot_size = layout_->size;
    spec.ref_offsets = layout_->ref_offsets;
    spec.keys.clear();
    for (const GroupKey& key : keys_) spec.keys.push_back(key.output.field);
    state.declare(binding);
  }

  std::unique_ptr<PaneCloser> make_closer(const PaneWork& work) const {
    if (mode() == weir::Mode::kPartial) return make_partial_closer(work);
    if (windows_.kind() == Windows::Kind::kSession) return make_session_closer(work);
    const bool is_sliding = windows_.kind() == Windows::Kind::kSliding;
    if (revisions_ == Revisions::kYes)
      return is_sliding ? make_revising_sliding_closer(work) : make_revising_closer(work);
    return is_sliding ? make_sliding_closer(work) : make_single_closer(work);
  }

  /// Rows have come: what they change is given when `every` has passed.
  void wake_when_due() {
    if (!options_.early_every() || std::exchange(is_wake_due_, true)) return;
    wake_after(*options_.early_every());
  }

  weir::Status make_the_group() {
    const int64_t never = kForever;
    weir::Keys keys(std::span<const weir_column* const>(), 1);
    keys.namespaces({&never, 1});
    return states_.panes.find_or_insert(context(), keys).status();
  }
  weir::Result<uint64_t> held_bytes() {
    WEIR_ASSIGN_OR_RETURN(const uint64_t panes, held_bytes(states_.panes));
    if (!has_second_state()) return panes;
    WEIR_ASSIGN_OR_RETURN(const uint64_t singles, held_bytes(states_.singles));
    return panes + singles;
  }
  weir::Result<uint64_t> held_bytes(const PaneState& state) {
    uint64_t bytes = 0;
    uint64_t keys = 0;
    weir_fault fault{};
    const int32_t code = weir::host()->state->usage(context(), state.index(), &bytes, &keys, &fault);
    if (code != 0) return weir::status_of(code, fault);
    return bytes;
  }

  const AggregateOptions options_;
  const Revisions revisions_;
  Windows windows_;
  std::optional<weir::SlotLayout> layout_;
  std::vector<GroupKey> keys_;
  PaneStates states_;
  std::optional<AggregateInput> input_;
  std::optional<PaneOutput> output_;
  std::unique_ptr<PaneCloser> closer_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  bool is_wake_due_ = false;
};

}  // namespace

WEIR_TRANSFORM(
    AggregateNode, AggregateOptions, "aggregate",
    "One row for each group, of the whole input or of each window.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Gives `window_start` and `window_end` (exclusive; only with `window`), the columns of `by`, "
        "then those of `compute`. What one parallel copy gives is sorted by window and key; the copies' "
        "rows come in any order, so put a `sort` behind where it matters. A window's rows come when the "
        "watermark reaches its end, the others at the end of the input. Without `by` and `window` there "
        "is one row, even for an empty input. The event time of the output is `window_start`. Rows that "
        "come after their window was closed go to `late`; rows without event time go to `errors`.\n\n"
        "A session of a key is given a gap after its end, because until then a row that is not late could "
        "continue it. With `allowed_lateness` or `emit: {every: ...}` a window may have several results: "
        "`revision` counts them from 0, and exactly one, the last, has `is_final`. Sessions have neither: "
        "late rows would change their bounds, which say what a result stands in place of."),
    weir::example(
        "per_page: {type: aggregate, inputs: views, by: [page], window: {tumbling: 1m}, compute: {views: "
        "count(), p99: \"quantile(latency_ms, 0.99)\"}}"),
    weir::output("out", "One row for each group."),
    weir::output("late", "Rows that came after their window was closed, as they were.", WEIR_PORT_OPTIONAL),
    weir::optional(
        "by", &AggregateOptions::by,
        "What makes a group: columns, or new names with expressions. One group where it is left out.",
        weir::example_value("[page]")),
    weir::optional(
        "window", &AggregateOptions::window,
        "Groups are closed at the end of each window of event time; where it is left out, at the end of "
        "the input.",
        weir::example_value("{tumbling: 1m}")),
    weir::optional(
        "allowed_lateness", &AggregateOptions::allowed_lateness, "0s", weir::range(0, 3.2e14),
        "How far behind the end of their window rows are still counted. They lead to a new revision. Not "
        "with session windows.",
        weir::example_value("1h")),
    weir::optional(
        "emit", &AggregateOptions::emit, weir::choices({"on_close"}),
        "`on_close`, or `{every: 10s}`: what has changed is also given before it is complete. Not with "
        "session windows.",
        weir::example_value("{every: 10s}")),
    weir::required("compute", &AggregateOptions::compute, "The columns to compute, each from one aggregate.",
                   weir::example_value("{views: count(), slowest: max(latency_ms)}")));
