#pragma once
// A short text that changes when the meaning of a pipeline does.
#include <string>

#include "spec/pipeline_spec.hpp"

namespace weir {

/// Returns 16 hex digits over names, types, inputs and options of all nodes. Secrets, places, descriptions
/// and variables' names do not count; where the sinks' and sources' files lie does.
std::string pipeline_fingerprint(const PipelineSpec& spec);

}  // namespace weir
