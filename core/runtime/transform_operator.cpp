#include "runtime/transform_operator.hpp"

#include <algorithm>
#include <utility>

#include "runtime/copy_checkpoint.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"
#include "state/byte_codec.hpp"

namespace weir {

TransformOperator::TransformOperator(OperatorSetup setup, const BoundNode& node, weir_mode mode,
                                     uint32_t copy, uint32_t copies)
    : Operator(std::move(setup)),
      instance_(node, mode, copy, copies),
      keeps_time_(node.binding->needs_row_watermark != 0) {
  gives_partial_ = mode == WEIR_MODE_PARTIAL;
  takes_partial_ = mode == WEIR_MODE_FINAL;
}

Status TransformOperator::start() {
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  process_ = instance_.component().transform->process;
  const InstanceState* const state = instance_.context().state;
  if (state != nullptr && !state->timers().empty()) {
    timers_ = &firing_.emplace(instance_, stage(), run().world().clock);
  }
  if (time_us_ != INT64_MIN && !was_ended()) begin_with({WEIR_SIGNAL_WATERMARK, 0, time_us_, 0});
  return {};
}

void TransformOperator::restore_time(const std::vector<std::string>& notes) {
  for (const std::string& note : notes) {
    ByteReader reader(note);
    if (!keeps_time_ || reader.text() != node()) continue;
    const auto time_us = reader.number<int64_t>();
    if (reader.is_good()) time_us_ = std::max(time_us_, time_us);
  }
}

weir_call TransformOperator::call() const {
  return {sizeof(weir_call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
}

weir_answer TransformOperator::process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) {
  resumed_port_ = port;
  const weir_call now = call();
  return instance_.settled(process_(instance_.get(), &now, port, batch.release(), &wake, &fault), fault);
}

weir_answer TransformOperator::resume(weir_wake& wake, weir_fault& fault) {
  const weir_call now = call();
  return instance_.settled(process_(instance_.get(), &now, resumed_port_, nullptr, &wake, &fault), fault);
}

weir_answer TransformOperator::on_signal(const weir_signal& signal, weir_wake&, weir_fault& fault) {
  const weir_transform_calls& calls = *instance_.component().transform;
  if (calls.signal == nullptr) return WEIR_DONE;
  const bool is_flush = gives_partial_ && signal.kind == WEIR_SIGNAL_BARRIER;
  if (is_flush && run().world().faults.skip("partial.flush")) return WEIR_DONE;
  const weir_call now = call();
  return instance_.settled(calls.signal(instance_.get(), &now, &signal, &fault), fault);
}

weir_answer TransformOperator::resume_signal(const weir_signal&, weir_wake&, weir_fault& fault) {
  const weir_call now = call();
  return instance_.settled(instance_.component().transform->signal(instance_.get(), &now, nullptr, &fault),
                           fault);
}

void TransformOperator::time_passed(int64_t time_us) {
  time_us_ = time_us;
  instance_.reach_event_time(time_us);
}

weir_answer TransformOperator::fire_timers(weir_fault& fault) {
  return instance_.settled(firing_->fire(call(), fault), fault);
}

weir_answer TransformOperator::resume_timers(weir_fault& fault) {
  return instance_.settled(firing_->resume(call(), fault), fault);
}

Status TransformOperator::snapshot(uint64_t, CopyCheckpoint& into) {
  if (keeps_time_ && time_us_ != INT64_MIN) {
    std::string bytes;
    put_text(bytes, node());
    put_number(bytes, time_us_);
    into.notes.push_back({std::string(kTimeNote), std::move(bytes)});
  }
  return instance_.snapshot(region().checkpoints());
}

}  // namespace weir
