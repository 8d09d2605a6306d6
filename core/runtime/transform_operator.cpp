#include "runtime/transform_operator.hpp"

#include <utility>

#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

TransformOperator::TransformOperator(OperatorSetup setup, const BoundNode& node, weir_mode mode,
                                     uint32_t copy, uint32_t copies)
    : Operator(std::move(setup)), instance_(node, mode, copy, copies) {
  gives_partial_ = mode == WEIR_MODE_PARTIAL;
  takes_partial_ = mode == WEIR_MODE_FINAL;
}

Status TransformOperator::start() {
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  process_ = instance_.component().transform->process;
  return {};
}

weir_call TransformOperator::call() const {
  return {sizeof(weir_call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
}

weir_answer TransformOperator::process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) {
  resumed_port_ = port;
  const weir_call now = call();
  return process_(instance_.get(), &now, port, batch.release(), &wake, &fault);
}

weir_answer TransformOperator::resume(weir_wake& wake, weir_fault& fault) {
  const weir_call now = call();
  return instance_.component().transform->process(instance_.get(), &now, resumed_port_, nullptr, &wake,
                                                  &fault);
}

weir_answer TransformOperator::on_signal(const weir_signal& signal, weir_wake&, weir_fault& fault) {
  const weir_transform_calls& calls = *instance_.component().transform;
  if (calls.signal == nullptr) return WEIR_DONE;
  const weir_call now = call();
  return calls.signal(instance_.get(), &now, &signal, &fault);
}

weir_answer TransformOperator::resume_signal(const weir_signal&, weir_wake&, weir_fault& fault) {
  const weir_call now = call();
  return instance_.component().transform->signal(instance_.get(), &now, nullptr, &fault);
}

Status TransformOperator::snapshot(uint64_t, CopyCheckpoint&) {
  return instance_.snapshot(run().checkpoints());
}

}  // namespace weir
