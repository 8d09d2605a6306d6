#pragma once
// Whether the tests that a pipeline holds can be run: their columns are there, and their rows reach what they
// expect.
#include "plan/bound_pipeline.hpp"
#include "plan/declared_pipeline.hpp"
#include "spec/fault.hpp"

namespace weir {

/// Needs: the nodes are bound as far as they can be.
void check_tests(const PipelineSpec& spec, const DeclaredPipeline& declared, const BoundPipeline& bound,
                 FaultList& faults);

}  // namespace weir
