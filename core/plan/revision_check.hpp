#pragma once
// Rows that replace earlier ones, on their way to the sinks.
#include <vector>

#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Sets bound.revised_by. Answers whether the node can take what its inputs revise: a sink that only appends
/// cannot; then it said so. `links` lead into `bound`, which is not part of `above` yet.
bool check_revisions(const NodeSpec& spec, BoundNode& bound, const std::vector<BoundLink>& links,
                     const BoundPipeline& above, FaultList& faults);

}  // namespace weir
