#pragma once
// `environments:`: what `--env NAME` lays over a file.
#include <optional>
#include <string>

#include "spec/fault.hpp"
#include "spec/value.hpp"

namespace weir {

/// Lays `over` over `base`: maps merge deep, everything else replaces.
void lay_over(YamlValue& base, const YamlValue& over);

/// Checks all environments of a file (`root` is its map), lays the chosen one over `root` and returns its
/// variables as a map of name to value; a null when there are none. Environments are checked whether they are
/// chosen or not: keys, nodes and variables that they name must be in the file.
/// `must_exist`: whether an environment that the file does not have is a fault.
YamlValue apply_environment(YamlValue& root, const std::optional<std::string>& chosen, bool must_exist,
                            FaultList& faults);

}  // namespace weir
