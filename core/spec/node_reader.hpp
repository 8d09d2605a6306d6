#pragma once
// One node's map -> NodeSpec. References are kept as written: they are resolved when all names are known.
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

/// Reads a node whose variables are replaced. Keys that are not reserved become its options.
/// Returns nothing when the value is no map: the fault tells, and the name is to be treated as broken.
std::optional<NodeSpec> read_node(YamlEntry entry, Role role, FaultList& faults);

/// Reads `a`, `[a, b.port]` or `{left: a, right: [b, c]}` into inputs. Returns false after a fault.
bool read_inputs(const YamlValue& value, std::vector<InputSpec>& inputs, FaultList& faults);

/// Reads a word out of a fixed choice. `what`: "'on_error'".
std::optional<size_t> read_choice(const YamlValue& value, std::string_view what,
                                  std::span<const std::string_view> words, FaultList& faults);

}  // namespace weir
