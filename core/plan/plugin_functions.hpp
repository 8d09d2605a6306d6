#pragma once
// The functions of expressions: Weir's own and those of the plugin libraries.
#include "expr/function_registry.hpp"
#include "plugin/component_catalog.hpp"

namespace weir {

/// Returns every function that an expression may call. What a name stands for is never chosen silently: one
/// that a library shares with Weir or with another library, or whose library cannot be used, is refused where
/// it is called (ambiguous-function, ambiguous-component, unusable-library), and hurts nobody else.
expr::FunctionRegistry functions_with_plugins(ComponentCatalog& catalog);

}  // namespace weir
