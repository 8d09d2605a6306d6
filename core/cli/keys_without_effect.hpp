#pragma once
// Keys of the language that this version of the engine reads and does nothing with.
#include <string>
#include <vector>

#include "spec/pipeline_spec.hpp"

namespace weir {

/// Returns those that a pipeline has, each time that it has them, and where.
std::vector<Given<std::string>> keys_without_effect(const PipelineSpec& spec);

}  // namespace weir
