#pragma once
// Sections for inputs of which nobody said what to show: chosen by what their columns are.
#include <vector>

#include "report.hpp"

namespace weir::report {

/// Returns a section for each input, in their order. Rows of the analytics family get their own figures;
/// columns p50, p90 and p99 over time a band; numbers over time a tile and a line each; numbers by name bars;
/// what is neither a table. Looks at names and types alone, so that it can be asked before any data.
std::vector<SectionSpec> suggested_sections(const std::vector<Input>& inputs);

}  // namespace weir::report
