#pragma once
// What `weir check --strict` asks for beyond what a pipeline needs to run.
#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Adds a warning where the pipeline, or a part of what it makes, does not say what it is for, for each of
/// its variables that nothing in the file uses, and for each key that has no effect. Needs: the pipeline
/// could be read and bound.
void add_strict_warnings(const PipelineSpec& spec, const BoundPipeline& bound, FaultList& faults);

}  // namespace weir
