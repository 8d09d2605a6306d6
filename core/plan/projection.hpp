#pragma once
// Which columns anybody reads: asked from the sinks up, told to the parsers.
#include "plan/bound_pipeline.hpp"

namespace weir {

/// Asks every node which inputs its wanted outputs need, and tells each decoder which of its columns are
/// read. A node that does not say needs everything.
Status project_columns(BoundPipeline& pipeline);

}  // namespace weir
