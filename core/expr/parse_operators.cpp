// What may follow an expression: operators between two operands, IS, IN, BETWEEN, LIKE, :: and AT TIME ZONE.
#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "expr/expression_parser.hpp"

namespace weir::expr {
namespace {

constexpr std::array<Infix, 29> kInfix = {{
    {"=", "=", kComparison},
    {"==", "=", kComparison},
    {"<>", "<>", kComparison},
    {"!=", "<>", kComparison},
    {"<", "<", kComparison},
    {"<=", "<=", kComparison},
    {">", ">", kComparison},
    {">=", ">=", kComparison},
    {"~", "~", kMatching},
    {"!~", "!~", kMatching},
    {"||", "||", kOther},
    {"&", "&", kOther},
    {"|", "|", kOther},
    {"<<", "<<", kOther},
    {">>", ">>", kOther},
    {"->", "->", kOther},
    {"->>", "->>", kOther},
    {"+", "+", kSum},
    {"-", "-", kSum},
    {"*", "*", kProduct},
    {"/", "/", kProduct},
    {"//", "//", kProduct},
    {"%", "%", kProduct},
    {"^", "^", kPower},
    {"**", "^", kPower},
    {"or", "or", kOr},
    {"and", "and", kAnd},
    {"like", "like", kMatching},
    {"ilike", "ilike", kMatching},
}};

}  // namespace

AstPtr ExpressionParser::infix(AstPtr& left, int binding) {
  if (has_failed()) return nullptr;
  if (is_symbol("::")) return binding < kCastBinding ? cast_suffix(left) : nullptr;
  if (is_word("is")) return binding < kIs ? is_suffix(left) : nullptr;
  if (is_word("at") && is_word("time", 1)) return binding < kZone ? zone_suffix(left) : nullptr;
  if (is_word("in")) return binding < kMatching ? in_suffix(left, false) : nullptr;
  if (is_word("between")) return binding < kMatching ? between_suffix(left, false) : nullptr;
  if (is_word("not")) return binding < kMatching ? not_suffix(left) : nullptr;
  if (peek().kind != TokenKind::kWord && peek().kind != TokenKind::kSymbol) return nullptr;
  const std::string symbol = lowered(peek().text);
  const auto* found =
      std::find_if(kInfix.begin(), kInfix.end(), [&](const Infix& i) { return i.symbol == symbol; });
  if (found == kInfix.end() || found->binding <= binding) return nullptr;
  if (found->name == "like" || found->name == "ilike") return like_suffix(left, false);
  return binary(left, *found);
}

AstPtr ExpressionParser::binary(AstPtr& left, const Infix& infix) {
  const Token token = take();
  const bool joins = infix.name == "and" || infix.name == "or";
  if (infix.name == "!~") {
    AstPtr ast = op("~", token.span, std::move(left));
    if (!operand(*ast, infix.binding)) return nullptr;
    return negated(close(std::move(ast)), true, token.span);
  }
  // A chain of AND is one node, so that long filters are not deep.
  const bool extends =
      joins && left->kind == AstKind::kOperator && left->text == infix.name && !left->is_grouped;
  AstPtr ast = extends ? std::move(left) : op(std::string(infix.name), token.span, std::move(left));
  if (!operand(*ast, infix.binding)) return nullptr;
  return close(std::move(ast));
}

AstPtr ExpressionParser::not_suffix(AstPtr& left) {
  const Span span = take().span;
  if (is_word("in")) return in_suffix(left, true, span);
  if (is_word("between")) return between_suffix(left, true, span);
  if (is_word("like") || is_word("ilike")) return like_suffix(left, true, span);
  return fail("IN, BETWEEN, LIKE or ILIKE after NOT");
}

AstPtr ExpressionParser::in_suffix(AstPtr& left, bool is_negated, Span not_span) {
  const Span span = take().span;
  AstPtr ast = op("in", span, std::move(left));
  if (!expect("(")) return nullptr;
  do {
    if (!operand(*ast, kLoosest)) return nullptr;
  } while (take_symbol(","));
  if (!expect(")")) return nullptr;
  return negated(close(std::move(ast)), is_negated, not_span);
}

AstPtr ExpressionParser::between_suffix(AstPtr& left, bool is_negated, Span not_span) {
  const Span span = take().span;
  AstPtr ast = op("between", span, std::move(left));
  if (!operand(*ast, kMatching) || !expect_word("and", "AND of BETWEEN")) return nullptr;
  if (!operand(*ast, kMatching)) return nullptr;
  return negated(close(std::move(ast)), is_negated, not_span);
}

AstPtr ExpressionParser::like_suffix(AstPtr& left, bool is_negated, Span not_span) {
  const Token token = take();
  AstPtr ast = op(lowered(token.text), token.span, std::move(left));
  if (!operand(*ast, kMatching)) return nullptr;
  if (take_word("escape") && !operand(*ast, kMatching)) return nullptr;
  return negated(close(std::move(ast)), is_negated, not_span);
}

AstPtr ExpressionParser::is_suffix(AstPtr& left) {
  Span span = take().span;
  const bool is_negated = take_word("not");
  if (take_word("distinct")) {
    if (!expect_word("from", "FROM")) return nullptr;
    AstPtr ast = op(is_negated ? "is_not_distinct" : "is_distinct", span, std::move(left));
    if (!operand(*ast, kIs)) return nullptr;
    return close(std::move(ast));
  }
  std::string name;
  for (const std::string_view word : {"null", "true", "false", "unknown"})
    if (name.empty() && take_word(word)) name = word == "unknown" ? "null" : std::string(word);
  if (name.empty()) return fail("NULL, TRUE, FALSE or DISTINCT FROM after IS");
  span.length = last_end() - span.offset;
  return close(op((is_negated ? "is_not_" : "is_") + name, span, std::move(left)));
}

AstPtr ExpressionParser::zone_suffix(AstPtr& left) {
  Span span = take().span;
  take();
  if (!expect_word("zone", "ZONE")) return nullptr;
  span.length = last_end() - span.offset;
  AstPtr ast = make(AstKind::kCall, left->span, "timezone");
  ast->name_span = span;
  if (!operand(*ast, kZone)) return nullptr;
  ast->children.push_back(std::move(left));
  return close(std::move(ast));
}

AstPtr ExpressionParser::cast_suffix(AstPtr& left) {
  take();
  AstPtr ast = make(AstKind::kCast, left->span);
  ast->children.push_back(std::move(left));
  if (!type_name(*ast)) return nullptr;
  return close(std::move(ast));
}

// A type: `name`, `decimal(10, 2)`, `double precision`, `timestamp with time zone`.
bool ExpressionParser::type_name(Ast& ast) {
  if (peek().kind != TokenKind::kWord) {
    fail("a type");
    return false;
  }
  const Token first = take();
  ast.type_name = lowered(first.text);
  ast.name_span = first.span;
  if (ast.type_name == "double" && take_word("precision")) ast.type_name = "float64";
  if (ast.type_name == "timestamp" && is_word("with") && is_word("time", 1) && is_word("zone", 2)) skip(3);
  if (!is_symbol("(")) return true;
  take();
  ast.type_name += '(';
  do {
    if (peek().kind != TokenKind::kInteger) {
      fail("a number");
      return false;
    }
    if (ast.type_name.back() != '(') ast.type_name += ',';
    ast.type_name += take().text;
  } while (take_symbol(","));
  ast.type_name += ')';
  const bool closed = expect(")");
  ast.name_span.length = last_end() - first.span.offset;
  return closed;
}

}  // namespace weir::expr
