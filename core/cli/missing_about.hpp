#pragma once
// Whether people are told what something is for.
#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Warns of a pipeline whose `about` does not say owner, audience, decision, measures and expected, and of
/// each part of a node's options that takes an `about`, such as a section of a report, and has none or one
/// without a decision.
void add_missing_abouts(const PipelineSpec& spec, const BoundPipeline& bound, FaultList& faults);

}  // namespace weir
