#pragma once
// What each path from a source to a sink promises when a run is killed and goes on.
#include <cstddef>
#include <string>
#include <vector>

#include "plan/bound_pipeline.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Why a path promises less than every row once.
struct Weakness {
  size_t node = 0;
  std::string why;     ///< "'lines' cannot give its rows again".
  std::string remedy;  ///< What would have to change.
};

struct PathPromise {
  size_t source = 0;
  size_t sink = 0;
  std::vector<Weakness> losses;   ///< Why rows may be missing.
  std::vector<Weakness> repeats;  ///< Why rows may come twice.
  /// "exactly_once", or "at_least_once: 'out' may get rows again after a crash".
  std::string words() const;
};

/// By source and sink, in the order of the nodes.
std::vector<PathPromise> path_promises(const BoundPipeline& pipeline);

/// Adds a fault for each node that keeps a path from what the pipeline's `delivery` demands.
void check_delivery(const PipelineSpec& spec, const BoundPipeline& pipeline, FaultList& faults);

}  // namespace weir
