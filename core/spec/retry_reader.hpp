#pragma once
// `retry` of a sink, read.
#include <optional>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"
#include "spec/value.hpp"

namespace weir {

/// Reads the value of the key `retry`. Returns nothing when it is no map; a part of it that does not convert
/// stays absent. Each fault is added.
std::optional<RetrySpec> read_retry(YamlValue value, FaultList& faults);

}  // namespace weir
