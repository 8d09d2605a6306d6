#pragma once
// What the shapes of transforms have in common, and the C functions in front of them.
#include <cstdint>
#include <span>
#include <utility>

#include "weir/emitter.hpp"
#include "weir/ext_event_time.h"
#include "weir/node.hpp"
#include "weir/progress.hpp"
#include "weir/registration.hpp"
#include "weir/shim.hpp"
#include "weir/state.hpp"

namespace weir {

/// Keys whose timers fired, ordered by time, then key, then namespace. Their timers are no longer set.
/// Borrows: until on_timers(), or the more() after it, answers done; key columns may be kept longer
/// (Column::retain).
class FiredTimers {
 public:
  FiredTimers(uint32_t state_index, const weir_keys& fired, const int64_t* fired_times)
      : state_(state_index), fired_(fired), times_(fired_times) {}
  size_t size() const { return static_cast<size_t>(fired_.row_count); }
  /// Whose they are: `fired.is_of(due_)`. Each call brings timers of one state.
  bool is_of(const StateHandle& handle) const { return handle.index() == state_; }
  /// The keys with their namespaces, as other states take them.
  Keys keys() const { return Keys(key_columns(), size()).namespaces(namespaces()); }
  std::span<const weir_column* const> key_columns() const { return {fired_.columns, fired_.column_count}; }
  Column key(size_t index) const { return Column::retain(fired_.columns[index]); }
  std::span<const int64_t> namespaces() const { return {fired_.namespaces, size()}; }
  /// The times they were set to [us], not when they fired.
  std::span<const int64_t> times() const { return {times_, size()}; }

 private:
  uint32_t state_;
  weir_keys fired_;
  const int64_t* times_;
};

/// The calls of a transform; authors derive from Transform, MapTransform, ProgramTransform or KeyedTransform.
class TransformNode : public Node {
 public:
  static constexpr uint64_t kDefaultTraits = 0;

  /// Takes the batch. Answers done, more, finished (nothing more is wanted from this port) or not ready.
  virtual Result<Progress> process(Batch batch, size_t port, Emitter& emitter) = 0;
  /// Comes after a call that answered more: goes on with what it left. There is no new input.
  virtual Result<Progress> more(Emitter&) { return Progress::done(); }
  /// No row below `time` [us] is expected any more on this port.
  virtual Result<Progress> on_watermark(int64_t, size_t, Emitter&) { return Progress::done(); }
  /// Every row before belongs to checkpoint `epoch`: emit what is not in the host's state.
  virtual Result<Progress> on_barrier(uint64_t, Emitter&) { return Progress::done(); }
  virtual Result<Progress> on_idle(size_t, Emitter&) { return Progress::done(); }
  /// No more input on this port, ever.
  virtual Result<Progress> on_end(size_t, Emitter&) { return Progress::done(); }
  /// The time of wake_after() has come.
  virtual Result<Progress> on_wake(Emitter&) { return Progress::done(); }
  /// Timers of a TimerState are due. Timers and all other state may be changed in the call; what is set to a
  /// time that has passed fires next. A watermark is on_watermark()'s, and passed on, only after it.
  virtual Result<Progress> on_timers(const FiredTimers&, Emitter&) { return Progress::done(); }

 protected:
  /// on_wake() is called once when this much of the wall clock has passed, unless the input ends before. It
  /// is for what may also not happen: a restart forgets it.
  void wake_after(Duration wait) const {
    host()->wake_at(context(), host()->monotonic_ns(host()) + wait.count() * 1000);
  }
  /// Whoever is behind sees watermarks up to `time` [us] at most from now on: rows of that time and later are
  /// still kept back here. The least number: none; the greatest: all. Call it in on_watermark(), on_idle()
  /// and on_end(): a restart forgets it. A host without weir.event_time/1 passes all.
  void hold_event_time(int64_t time) const {
    const auto* const calls = static_cast<const weir_event_time_calls*>(
        host()->extension(host(), as_str(WEIR_EVENT_TIME_EXTENSION)));
    if (calls != nullptr) calls->hold(context(), time);
  }
};

namespace shim {

inline Result<Progress> signalled(TransformNode& node, const weir_signal& signal, Emitter& emitter) {
  switch (signal.kind) {
    case WEIR_SIGNAL_WATERMARK:
      return node.on_watermark(signal.time, signal.port, emitter);
    case WEIR_SIGNAL_BARRIER:
      return node.on_barrier(signal.epoch, emitter);
    case WEIR_SIGNAL_IDLE:
      return node.on_idle(signal.port, emitter);
    case WEIR_SIGNAL_END:
      return node.on_end(signal.port, emitter);
    case WEIR_SIGNAL_WAKE:
      return node.on_wake(emitter);
    default:
      return Progress::done();
  }
}

inline weir_answer process(weir_instance* instance, const weir_call* call, uint32_t port, weir_batch* batch,
                           weir_wake* wake, weir_fault* fault) {
  return answered(wake, fault, [&]() -> Result<Progress> {
    Batch owned = Batch::adopt(batch);
    auto& node = shape_of<TransformNode>(instance);
    Emitter emitter(instance_of(instance).context, call->emit_budget);
    if (!owned) return node.more(emitter);
    return node.process(std::move(owned), port, emitter);
  });
}

inline weir_answer signal(weir_instance* instance, const weir_call* call, const weir_signal* signal,
                          weir_fault* fault) {
  return answered(nullptr, fault, [&]() -> Result<Progress> {
    auto& node = shape_of<TransformNode>(instance);
    Emitter emitter(instance_of(instance).context, call->emit_budget);
    if (signal == nullptr) return node.more(emitter);
    return signalled(node, *signal, emitter);
  });
}

inline weir_answer timers(weir_instance* instance, const weir_call* call, uint32_t state,
                          const weir_keys* keys, const int64_t* times, weir_fault* fault) {
  return answered(nullptr, fault, [&]() -> Result<Progress> {
    auto& node = shape_of<TransformNode>(instance);
    Emitter emitter(instance_of(instance).context, call->emit_budget);
    if (keys == nullptr) return node.more(emitter);
    return node.on_timers(FiredTimers(state, *keys, times), emitter);
  });
}

inline constexpr weir_transform_calls kTransformCalls = {sizeof(weir_transform_calls), 0, &process, &signal,
                                                         &timers};

inline void fill_transform(weir_component& c) { c.transform = &kTransformCalls; }

}  // namespace shim
}  // namespace weir

/// Registers a transform: WEIR_TRANSFORM(Class, Options, "name", "One sentence.", options and extras...);
#define WEIR_TRANSFORM(Class, Options, name, ...)                                                     \
  WEIR_REGISTER_NODE(WEIR_KIND_TRANSFORM, ::weir::TransformNode, ::weir::shim::fill_transform, Class, \
                     Options, name, __VA_ARGS__)
