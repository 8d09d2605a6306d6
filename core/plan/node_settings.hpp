#pragma once
// What every node may say of itself, whatever its component: where event time is, what becomes of errors.
#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Needs: bound.outputs. Answers whether the node can be used; if not, it said why.
bool declare_event_time(const NodeSpec& spec, BoundNode& bound, FaultList& faults);
void declare_policies(const NodeSpec& spec, BoundNode& bound);

}  // namespace weir
