#pragma once
// The functions of expressions as a page of the reference.
#include <string>

#include "expr/function_registry.hpp"

namespace weir::expr {

/// Returns a Markdown section: heading, every way to call it, its other names, what it does, examples.
std::string function_markdown(const Function& function, const std::vector<std::string>& aliases);
/// Returns all functions, a chapter for each theme; themes and functions by name.
std::string functions_markdown(const FunctionRegistry& functions);

}  // namespace weir::expr
