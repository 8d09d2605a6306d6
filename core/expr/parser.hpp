#pragma once
// The text of an expression -> its tree.
#include <string_view>

#include "expr/ast.hpp"
#include "expr/fault.hpp"

namespace weir::expr {

/// How deep a tree may be.
inline constexpr size_t kMaxHeight = 200;

/// Parses one whole expression.
/// Fails: returns null and adds one fault (after a fault of syntax nothing more can be said).
AstPtr parse(std::string_view text, ExprFaults& faults);

}  // namespace weir::expr
