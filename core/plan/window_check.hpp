#pragma once
// Whether the windows of a node can close.
#include <vector>

#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Windows on endless input close by the watermark, so every endless source above must have one. `links` lead
/// into `bound`, which is not part of `above` yet. Answers whether the windows, if there are any, can close;
/// if not, it said why.
bool check_windows(const NodeSpec& spec, const BoundNode& bound, const std::vector<BoundLink>& links,
                   const BoundPipeline& above, FaultList& faults);

}  // namespace weir
