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
// those of `compute`; what one parallel copy gives is sorted by window and key. A window's rows come when the
// watermark reaches its end, the others at the end of the input. `late`: rows that came after their window
// was closed, as they were.
//
// All groups lie in the host's state, so they survive restarts and are spread by key. Where rows come from
// several copies, each copy aggregates what it sees (partial) and sends the groups, not the rows, to the
// copy that has their key (final); partial groups are sent before each barrier, so they are never state.
#include <limits>

#include <weir/keyed_transform.hpp>

#include "aggregate_input.hpp"
#include "pane_output.hpp"

namespace {

using namespace weir::aggregates;

struct Window {
  weir::Duration tumbling{};
  static auto options() {
    return weir::options_of<Window>(weir::required("tumbling", &Window::tumbling, weir::range(1, 3.2e14),
                                                   "How long each window is. Windows begin at multiples of "
                                                   "this since 1970-01-01 UTC, so those of 1w on Thursdays; "
                                                   "for weeks from Monday, group by date_trunc('week', ts).",
                                                   weir::example_value("1m")));
  }
};

struct Options {
  GroupBy by;
  std::optional<Window> window;
  weir::NamedList<weir::Aggregate> compute;
};

class AggregateNode final : public weir::KeyedTransform {
 public:
  explicit AggregateNode(Options options) : options_(std::move(options)), layout_(options_.compute) {}

  weir::Result<weir::Binding> bind(std::span<const weir::Input> inputs) override {
    const weir::Schema& input = inputs[0].schema;
    if (options_.window && input.event_time < 0)
      return weir::Status::invalid(
          "window: its input carries no event time; declare event_time at a node before it, for example "
          "event_time: {column: ts}");
    WEIR_ASSIGN_OR_RETURN(keys_, group_keys(options_.by, input));
    if (options_.compute.empty() && keys_.empty())
      return weir::Status::invalid("compute: at least one aggregate is needed where there is no 'by'");
    const int64_t window_us = options_.window ? options_.window->tumbling.count() : 0;
    WEIR_ASSIGN_OR_RETURN(weir::Binding binding, bound_aggregate(input, keys_, layout_, window_us));
    declare_state(binding);
    input_.emplace(input, keys_, layout_, window_us);
    output_.emplace(layout_, window_us, state_.index());
    return binding;
  }

  weir::Result<weir::Progress> process(weir::Batch batch, size_t, weir::Emitter& emitter) override {
    if (mode() == weir::Mode::kFinal) {
      WEIR_RETURN_IF_ERROR(input_->merge(context(), state_, batch));
      return weir::Progress::done();
    }
    WEIR_RETURN_IF_ERROR(input_->update(context(), state_, std::move(batch), watermark_, emitter));
    if (mode() != weir::Mode::kPartial) return weir::Progress::done();
    WEIR_ASSIGN_OR_RETURN(const uint64_t held, held_bytes());
    return held > kPartialBytes ? give_upto(kForever, emitter) : weir::Progress::done();
  }

  weir::Result<weir::Progress> on_watermark(int64_t time, size_t, weir::Emitter& emitter) override {
    watermark_ = std::max(watermark_, time);
    if (!options_.window) return weir::Progress::done();
    return give_upto(watermark_, emitter);
  }

  weir::Result<weir::Progress> on_barrier(uint64_t, weir::Emitter& emitter) override {
    return mode() == weir::Mode::kPartial ? give_upto(kForever, emitter) : weir::Progress::done();
  }

  weir::Result<weir::Progress> on_end(size_t, weir::Emitter& emitter) override {
    // Of no rows at all there is still a count, which is 0.
    const bool is_one_group = keys_.empty() && !options_.window && mode() != weir::Mode::kPartial;
    if (is_one_group) WEIR_RETURN_IF_ERROR(make_the_group());
    return give_upto(kForever, emitter);
  }

  weir::Result<weir::Progress> more(weir::Emitter& emitter) override {
    for (;;) {
      if (!emitter.has_room()) return weir::Progress::more();
      WEIR_ASSIGN_OR_RETURN(const auto panes, state_.scan(context(), giving_upto_, kPaneRows, &cursor_));
      if (panes.slots.size() == 0) break;
      WEIR_ASSIGN_OR_RETURN(weir::Batch made,
                            mode() == weir::Mode::kPartial
                                ? output_->partial(panes.keys, panes.namespaces, panes.slots.raw())
                                : output_->result(panes.keys, panes.namespaces, panes.slots.raw()));
      emitter.emit(std::move(made));
    }
    WEIR_RETURN_IF_ERROR(state_.remove_upto(context(), giving_upto_));
    return weir::Progress::done();
  }

 private:
  static constexpr size_t kPaneRows = 8192;
  static constexpr uint64_t kPartialBytes = uint64_t{32} << 20;
  static constexpr int64_t kForever = std::numeric_limits<int64_t>::max();

  void declare_state(weir::Binding& binding) {
    weir::StateSpec& spec = state_.spec();
    spec.slot_size = layout_.size;
    spec.ref_offsets = layout_.ref_offsets;
    spec.keys.clear();
    for (const GroupKey& key : keys_) spec.keys.push_back(key.output.field);
    state_.declare(binding);
  }
  weir::Status make_the_group() {
    const int64_t never = kForever;
    weir::Keys keys(std::span<const weir_column* const>(), 1);
    keys.namespaces({&never, 1});
    return state_.find_or_insert(context(), keys).status();
  }
  weir::Result<weir::Progress> give_upto(int64_t namespace_end, weir::Emitter& emitter) {
    giving_upto_ = namespace_end;
    cursor_ = 0;
    return more(emitter);
  }
  weir::Result<uint64_t> held_bytes() {
    uint64_t bytes = 0;
    uint64_t keys = 0;
    weir_fault fault{};
    const int32_t code = weir::host()->state->usage(context(), state_.index(), &bytes, &keys, &fault);
    if (code != 0) return weir::status_of(code, fault);
    return bytes;
  }

  const Options options_;
  const SlotLayout layout_;
  std::vector<GroupKey> keys_;
  PaneState state_{"panes"};
  std::optional<AggregateInput> input_;
  std::optional<PaneOutput> output_;
  int64_t watermark_ = std::numeric_limits<int64_t>::min();
  int64_t giving_upto_ = 0;  // What the running scan gives out.
  uint64_t cursor_ = 0;
};

}  // namespace

WEIR_TRANSFORM(
    AggregateNode, Options, "aggregate", "One row for each group, of the whole input or of each window.",
    weir::traits(weir::Trait::kDeterministic),
    weir::description(
        "Gives `window_start` and `window_end` (exclusive; only with `window`), the columns of `by`, "
        "then those of `compute`. What one parallel copy gives is sorted by window and key; the copies' "
        "rows come in any order, so put a `sort` behind where it matters. A window's rows come when the "
        "watermark reaches its end, the others at the end of the input. Without `by` and `window` there "
        "is one row, even for an empty input. The event time of the output is `window_start`. Rows that "
        "come after their window was closed go to `late`; rows without event time go to `errors`."),
    weir::example(
        "per_page: {type: aggregate, inputs: views, by: [page], window: {tumbling: 1m}, compute: {views: "
        "count(), p99: \"quantile(latency_ms, 0.99)\"}}"),
    weir::output("out", "One row for each group."),
    weir::output("late", "Rows that came after their window was closed, as they were.", WEIR_PORT_OPTIONAL),
    weir::optional(
        "by", &Options::by,
        "What makes a group: columns, or new names with expressions. One group where it is left out.",
        weir::example_value("[page]")),
    weir::optional(
        "window", &Options::window,
        "Groups are closed at the end of each window of event time; where it is left out, at the end of "
        "the input.",
        weir::example_value("{tumbling: 1m}")),
    weir::required("compute", &Options::compute, "The columns to compute, each from one aggregate.",
                   weir::example_value("{views: count(), slowest: max(latency_ms)}")));
