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
  bool has_states() const { return state_ != nullptr; }
  /// Lets its states put aside what does not fit into memory. Call between two calls of the component.
  Status settle() { return state_ == nullptr ? Status::ok() : state_->settle(); }
  /// Adds what its states hold to the checkpoint that has begun.
  Status snapshot(CheckpointStore& checkpoints);
  weir_instance* get() const { return instance_; }
  const weir_component& component() const { return *node_.node->component(); }
  const BoundNode& node() const { return node_; }
  InstanceContext& context() { return context_; }
  weir_mode mode() const { return mode_; }
  uint32_t copy() const { return copy_; }

 private:
  const BoundNode& node_;
  const weir_mode mode_;
  const uint32_t copy_;
  const uint32_t copies_;
  InstanceContext context_;
  std::unique_ptr<InstanceState> state_;  // Null for nodes without states.
  weir_instance* instance_ = nullptr;
};

}  // namespace weir
