#pragma once
// The parser of expressions: what an expression begins with (parse_operands.cpp), and the operators that may
// follow it (parse_operators.cpp).
#include <string>
#include <utility>
#include <vector>

#include "expr/ast.hpp"
#include "expr/token_cursor.hpp"

namespace weir::expr {

/// How tightly each operator holds its operands, loosest first; PostgreSQL's order, as in DuckDB.
enum Tightness : int {
  kLoosest = 0,
  kOr = 1,
  kAnd = 2,
  kNot = 3,
  kIs = 4,
  kComparison = 5,
  kMatching = 6,
  kOther = 7,
  kSum = 8,
  kProduct = 9,
  kPower = 10,
  kZone = 11,
  kSign = 12,
  kCastBinding = 13,
};

/// An operator between two operands.
struct Infix {
  std::string_view symbol;
  std::string_view name;
  int binding;
};

/// Every call that returns a node answers null after a fault.
class ExpressionParser final : private TokenCursor {
 public:
  ExpressionParser(std::vector<Token> tokens, ExprFaults& faults) : TokenCursor(std::move(tokens), faults) {}
  AstPtr run();

 private:
  AstPtr expression(int binding);
  AstPtr make(AstKind kind, Span span, std::string text = {});
  AstPtr close(AstPtr ast);
  AstPtr op(std::string name, Span name_span, AstPtr left);
  AstPtr negated(AstPtr ast, bool is_negated, Span name_span);
  bool operand(Ast& ast, int binding);

  // Operators after an expression. Take `left` when they answer a node.
  AstPtr infix(AstPtr& left, int binding);
  AstPtr binary(AstPtr& left, const Infix& infix);
  AstPtr not_suffix(AstPtr& left);
  AstPtr in_suffix(AstPtr& left, bool is_negated, Span not_span = {});
  AstPtr between_suffix(AstPtr& left, bool is_negated, Span not_span = {});
  AstPtr like_suffix(AstPtr& left, bool is_negated, Span not_span = {});
  AstPtr is_suffix(AstPtr& left);
  AstPtr zone_suffix(AstPtr& left);
  AstPtr cast_suffix(AstPtr& left);
  bool type_name(Ast& ast);

  // What an expression begins with.
  AstPtr prefix();
  AstPtr symbol();
  AstPtr sign();
  AstPtr word();
  AstPtr not_prefix();
  AstPtr typed(std::string type);
  AstPtr interval();
  AstPtr members(AstPtr ast);
  AstPtr case_expression();
  AstPtr call(const std::string& name);
  bool arguments(Ast& ast);
  bool filter(Ast& ast);
  AstPtr cast_call(const Token& token, bool is_try);

  size_t depth_ = 0;
};

}  // namespace weir::expr
