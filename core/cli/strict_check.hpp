#pragma once
// What `weir check --strict` asks for beyond what a pipeline needs to run.
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Adds a warning when the pipeline does not say what it is for, for each of its variables that nothing in
/// the file uses, and for each key that has no effect. Needs: the pipeline could be read.
void add_strict_warnings(const PipelineSpec& spec, FaultList& faults);

}  // namespace weir
