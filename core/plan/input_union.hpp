#pragma once
// Several outputs that one input port reads: columns are matched by name.
#include <cstdint>
#include <vector>
#include <weir/schema.hpp>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Fills `map` as BoundLink::column_map has it, so that `given` comes in the order of `wanted`; empty: as it
/// is. Answers whether the two have the same columns; if not, it said what is different.
bool arrange_columns(const Schema& wanted, const Schema& given, const InputRef& ref,
                     std::vector<uint32_t>& map, FaultList& faults);

}  // namespace weir
