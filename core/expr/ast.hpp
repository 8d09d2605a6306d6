#pragma once
// An expression as it was written, before any name is looked up.
#include <memory>
#include <string>
#include <vector>

#include "expr/fault.hpp"

namespace weir::expr {

enum class AstKind {
  kInteger,   ///< text: digits, perhaps with a leading '-'.
  kDecimal,   ///< text: digits with a point.
  kFloat,     ///< text: with an exponent.
  kString,    ///< text.
  kBool,      ///< text: "true" or "false".
  kNull,      ///
  kTyped,     ///< TIMESTAMP '...', DATE '...', INTERVAL '...': type_name and text.
  kColumn,    ///< text: the name.
  kMember,    ///< children[0].text; `a.b` with a name before it may also be a column called "a.b".
  kOperator,  ///< text: "+", "and", "like", "in", "between", "is_null", ...; children: operands.
  kCall,      ///< text: the function's name in lower case; children: arguments.
  kCase,      ///< children: [operand], when, then, ..., [otherwise].
  kCast,      ///< children[0]; type_name.
  kStar,      ///< The * of count(*).
};

struct Ast;
using AstPtr = std::unique_ptr<Ast>;

struct Ast {
  AstKind kind = AstKind::kNull;
  Span span;       ///< Of the whole expression.
  Span name_span;  ///< Of the operator, function or type name.
  std::string text;
  std::string type_name;
  std::vector<AstPtr> children;
  AstPtr filter;               ///< kCall: FILTER (WHERE ...).
  bool has_operand = false;    ///< kCase.
  bool has_otherwise = false;  ///< kCase.
  bool is_try = false;         ///< kCast: TRY_CAST.
  bool is_distinct = false;    ///< kCall: f(DISTINCT x).
  bool is_grouped = false;     ///< Stood in parentheses: not merged with its neighbours.
  size_t height = 1;           ///< Of the tree; bounded by the parser.
};

/// Returns the canonical text of an expression: the same for two texts exactly when they have the same tree.
/// Parsing it gives the same tree again.
std::string print(const Ast& ast);

}  // namespace weir::expr
