#include "runtime/component_instance.hpp"

#include <algorithm>
#include <utility>
#include <weir/fault.hpp>

#include "plugin/memory_calls.hpp"
#include "runtime/operator.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/run_shared.hpp"

namespace weir {

ComponentInstance::ComponentInstance(const BoundNode& node, weir_mode mode, uint32_t copy, uint32_t copies)
    : node_(node), mode_(mode), copy_(copy), copies_(copies) {}

ComponentInstance::~ComponentInstance() {
  if (instance_ != nullptr) component().instance_free(instance_);
}

Status ComponentInstance::start(Operator& op) {
  context_.op = &op;
  context_.account = &op.account();
  if (node_.binding != nullptr && node_.binding->state_count > 0) {
    InstanceState::Options options;
    options.node = node_.name;
    options.copy = copy_;
    options.copies = copies_;
    options.spill_directory = op.run().spill_directory();
    const auto has_event_time = [](const Schema& input) { return input.event_time >= 0; };
    if (node_.inputs.empty() || !std::ranges::all_of(node_.inputs, has_event_time))
      options.clock = &op.run().world().clock;
    options.is_partial = mode_ == WEIR_MODE_PARTIAL;
    if (const auto bytes = op.run().plan().state_bytes) {
      options.value_memory_bytes = static_cast<size_t>(*bytes);
      options.log_memory_bytes = std::min(options.log_memory_bytes, options.value_memory_bytes);
    }
    if (const auto bytes = op.run().plan().kept_state_bytes)
      options.kept_memory_bytes = static_cast<size_t>(*bytes);
    WEIR_ASSIGN_OR_RETURN(state_, InstanceState::make(*node_.binding, std::move(options), op.account(),
                                                      &op.run().world().disk));
    // A partial instance had sent everything before the checkpoint; its rows lie in the final one's state.
    if (mode_ != WEIR_MODE_PARTIAL) WEIR_RETURN_IF_ERROR(op.region().restore_state(*state_));
  }
  context_.state = state_.get();
  weir_fault fault{};
  const weir_instance_info info{sizeof(info), static_cast<uint32_t>(mode_), copy_, copies_, &context_};
  WEIR_RETURN_IF_ERROR(
      status_of(component().instance_new(node_.node->get(), &info, &instance_, &fault), fault));
  if (const auto bytes = op.run().plan().work_bytes; bytes && node_.work_bytes > 0) {
    const weir_memory_calls& memory = *memory_calls(component());
    memory.grant(instance_, std::min(node_.work_bytes, static_cast<uint64_t>(*bytes)));
  }
  return settle();
}

Status ComponentInstance::snapshot(CheckpointStore& checkpoints) {
  // A partial instance has sent everything before the barrier: it is never state.
  if (state_ == nullptr || mode_ == WEIR_MODE_PARTIAL) return {};
  return state_->snapshot(checkpoints);
}

void ComponentInstance::cancel() {
  if (component().cancel != nullptr && instance_ != nullptr) component().cancel(instance_);
}

weir_answer ComponentInstance::states_settled(weir_answer answer, weir_fault& fault) {
  if (answer == WEIR_FAILED) return answer;
  const Status status = settle();
  if (status.is_ok()) return answer;
  fill_fault(status, &fault);
  return WEIR_FAILED;
}

}  // namespace weir
