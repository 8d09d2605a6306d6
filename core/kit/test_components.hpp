#pragma once
// The sources and sinks that a test's pipeline has around the node that is tested.
#include <memory>

#include "plugin/library_load.hpp"

namespace weir::kit {

/// Sources `test_rows`, `test_stream` (rows that never end) and `test_bytes`; the transform `test_value`;
/// sinks `test_store` and `test_encoded`. They reach the test's Wires by their options, and are made by the
/// SDK like any others.
std::shared_ptr<const LoadedLibrary> test_components();

}  // namespace weir::kit
