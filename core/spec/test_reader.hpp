#pragma once
// `tests:` of a pipeline.
#include <vector>

#include "spec/fault.hpp"
#include "spec/names.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Reads the tests, whose variables are replaced. Nodes that they name are looked for in `names`, which
/// remembers those that it does not know.
std::vector<TestSpec> read_tests(const YamlValue& value, NameTable& names, FaultList& faults);

}  // namespace weir
