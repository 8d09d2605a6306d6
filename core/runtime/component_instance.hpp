#pragma once
// One instance of a component, with the context and the state that the host keeps for it.
#include <weir/abi.h>

#include <memory>
#include <string>
#include <weir/status.hpp>

#include "plan/bound_pipeline.hpp"
#include "runtime/instance_context.hpp"
#include "state/instance_state.hpp"

namespace weir {

/// Threads: as the operator that owns it; cancel() from any.
class ComponentInstance {
 public:
  ComponentInstance(const BoundNode& node, weir_mode mode, uint32_t copy, uint32_t copies);
  ~ComponentInstance();
  ComponentInstance(const ComponentInstance&) = delete;
  ComponentInstance& operator=(const ComponentInstance&) = delete;

  /// Makes the instance and its states. Fails with what the component says.
  Status start(Operator& op);
  void cancel();
  /// After each call of the component, when no slot that it was given is looked at any more: its states free
  /// what is gone by its age and put aside what does not fit into memory. Returns its answer, or FAILED.
  weir_answer settled(weir_answer answer, weir_fault& fault) {
    return state_ == nullptr ? answer : states_settled(answer, fault);
  }
  /// The same after a call that has no such answer.
  Status settle() { return state_ == nullptr ? Status::ok() : state_->settle(); }
  /// Tells its states how far event time has come.
  void reach_event_time(int64_t time_us) {
    if (state_ != nullptr) state_->reach_event_time(time_us);
  }
  /// Adds what its states hold to the checkpoint that has begun.
  Status snapshot(CheckpointStore& checkpoints);
  weir_instance* get() const { return instance_; }
  const weir_component& component() const { return *node_.node->component(); }
  const BoundNode& node() const { return node_; }
  InstanceContext& context() { return context_; }
  weir_mode mode() const { return mode_; }
  uint32_t copy() const { return copy_; }

 private:
  weir_answer states_settled(weir_answer answer, weir_fault& fault);

  const BoundNode& node_;
  const weir_mode mode_;
  const uint32_t copy_;
  const uint32_t copies_;
  InstanceContext context_;
  std::unique_ptr<InstanceState> state_;  // Null for nodes without states.
  weir_instance* instance_ = nullptr;
};

}  // namespace weir
