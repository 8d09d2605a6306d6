#pragma once
// What a component found wrong with its node, told at the place in the YAML that it is about.
#include <weir/abi.h>

#include <string>
#include <string_view>
#include <vector>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// The place of an option of a node: "rename.page" and "by[1].column" are looked for as deep as they are
/// written.
Place option_place(const NodeSpec& node, std::string_view where);

/// `option`: where the component looked, if it does not say so itself. `input_columns`: for hints.
void report_component_fault(const NodeSpec& node, const weir_fault& fault, std::string_view option,
                            const std::vector<std::string>& input_columns, FaultList& faults);

/// What a format found wrong with its input or its options. Where that is a column that the author declares,
/// it is told there.
void report_format_fault(const NodeSpec& node, std::string message, FaultList& faults);

}  // namespace weir
