#pragma once
// Where rows leave the pipeline.
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

#include "weir/emitter.hpp"
#include "weir/node.hpp"
#include "weir/progress.hpp"
#include "weir/registration.hpp"
#include "weir/shim.hpp"

namespace weir {

/// The epoch of the flush at the end of a bounded input.
inline constexpr uint64_t kLastEpoch = std::numeric_limits<uint64_t>::max();

/// Calls of every sink.
class SinkNode : public Node {
 public:
  static constexpr uint64_t kDefaultTraits = 0;

  /// Runs once, before any data. Fails: these columns cannot be written.
  virtual Status bind(std::span<const Input> inputs) = 0;
  /// Borrows the batch: share() what is kept. Answers done (accepted), more or not ready (go on with more(),
  /// the batch is accepted), or retry_after() (not accepted: the host calls again with it). Rows that are
  /// refused go to `output.reject`.
  virtual Result<Progress> write(const Batch& batch, size_t port, Emitter& output) = 0;
  /// Goes on with what write() began. Answers as it does; with retry_after() it is called again itself.
  virtual Result<Progress> more(Emitter&) { return Progress::done(); }
  /// Everything accepted so far must become durable. Answers done, not ready or retry_after().
  virtual Result<Progress> flush(uint64_t) { return Progress::done(); }
  /// Calls `note` with every path or name that was written so far, for the ledger.
  virtual void written(const std::function<void(std::string_view)>&) const {}

  Result<Binding> bind_ports(std::span<const Input> inputs) final {
    WEIR_RETURN_IF_ERROR(bind(inputs));
    return binding();
  }

 protected:
  /// For sinks with states or with a single copy.
  virtual Binding binding() { return Binding::none(); }
};

/// A sink without transactions: what was accepted is durable after flush().
class Sink : public SinkNode {};

namespace shim {

inline weir_answer write(weir_instance* instance, const weir_call* call, uint32_t port, weir_batch* batch,
                         weir_wake* wake, weir_fault* fault) {
  return answered(wake, fault, [&]() -> Result<Progress> {
    Batch owned = Batch::adopt(batch);
    auto& node = shape_of<SinkNode>(instance);
    Emitter output(instance_of(instance).context, call->emit_budget);
    if (!owned) return node.more(output);
    Result<Progress> progress = node.write(owned, port, output);
    // The host keeps the batch of a retry, so its reference is not ours to drop.
    if (progress.is_ok() && progress->answer == WEIR_RETRY) owned.release();
    return progress;
  });
}
inline weir_answer flush(weir_instance* instance, uint64_t epoch, weir_wake* wake, weir_fault* fault) {
  return answered(wake, fault, [&] { return shape_of<SinkNode>(instance).flush(epoch); });
}
inline void written(weir_instance* instance, void (*note)(void* to, weir_str path), void* to) {
  try {
    shape_of<SinkNode>(instance).written([&](std::string_view path) { note(to, as_str(path)); });
  } catch (...) {
    log(WEIR_LOG_WARN, instance_of(instance).context, current_exception_status().message());
  }
}

inline constexpr weir_sink_calls kSinkCalls = {
    sizeof(weir_sink_calls), 0, &write, &flush, nullptr, nullptr, nullptr, nullptr, nullptr, &written};

template <class Class>
void fill_sink(weir_component& c) {
  if constexpr (requires { Class::sink_calls(); }) {
    c.sink = Class::sink_calls();
  } else {
    c.sink = &kSinkCalls;
  }
}

}  // namespace shim
}  // namespace weir

/// Registers a sink: WEIR_SINK(Class, Options, "name", "One sentence.", options and extras...);
#define WEIR_SINK(Class, Options, name, ...)                                                            \
  WEIR_REGISTER_NODE(WEIR_KIND_SINK, ::weir::SinkNode, &::weir::shim::fill_sink<Class>, Class, Options, \
                     name, __VA_ARGS__)
