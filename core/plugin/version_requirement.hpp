#pragma once
// `requires: {acme: ">=1.2"}`: is a library's version one that a pipeline can use?
#include <string_view>

#include <weir/status.hpp>

namespace weir {

/// Does `version` meet `requirement`: comparisons with >=, >, <=, <, = (or none, which is =), separated by
/// commas, all of which must hold? Numbers that are left out are 0; "1.2.0-rc1" comes before "1.2.0".
///
/// Fails with kInvalid when the requirement or the version cannot be read.
Result<bool> meets_requirement(std::string_view version, std::string_view requirement);

}  // namespace weir
