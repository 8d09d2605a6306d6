// How an expression begins: values, columns, calls, CASE, CAST, parentheses and signs.
#include <string>
#include <string_view>
#include <utility>

#include "expr/expression_parser.hpp"

namespace weir::expr {

AstPtr ExpressionParser::prefix() {
  const Token token = peek();
  switch (token.kind) {
    case TokenKind::kInteger:
      take();
      return make(AstKind::kInteger, token.span, token.text);
    case TokenKind::kDecimal:
      take();
      return make(AstKind::kDecimal, token.span, token.text);
    case TokenKind::kFloat:
      take();
      return make(AstKind::kFloat, token.span, token.text);
    case TokenKind::kString:
      take();
      return make(AstKind::kString, token.span, token.text);
    case TokenKind::kQuoted:
      take();
      return members(make(AstKind::kColumn, token.span, token.text));
    case TokenKind::kWord:
      return word();
    case TokenKind::kSymbol:
      return symbol();
    case TokenKind::kEnd:
      break;
  }
  return fail("an expression");
}

AstPtr ExpressionParser::symbol() {
  if (is_symbol("(")) {
    const Span open = take().span;
    AstPtr ast = expression(kLoosest);
    if (!ast || !expect(")")) return nullptr;
    ast->span = {open.offset, last_end() - open.offset};
    ast->is_grouped = true;
    return members(std::move(ast));
  }
  if (is_symbol("-") || is_symbol("+")) return sign();
  return fail("an expression");
}

AstPtr ExpressionParser::sign() {
  const Token token = take();
  AstPtr child = expression(kSign);
  if (!child) return nullptr;
  const bool is_number =
      child->kind == AstKind::kInteger || child->kind == AstKind::kDecimal || child->kind == AstKind::kFloat;
  // -128 is one number: only so can the smallest of a type be written.
  if (is_number && !child->is_grouped && child->text[0] != '-') {
    child->span = {token.span.offset, last_end() - token.span.offset};
    if (token.text == "-") child->text.insert(0, 1, '-');
    return child;
  }
  if (token.text == "+" && is_number) return child;
  AstPtr ast = op(token.text == "-" ? "neg" : "pos", token.span, std::move(child));
  ast->span.offset = token.span.offset;
  return close(std::move(ast));
}

AstPtr ExpressionParser::word() {
  const Token token = peek();
  const std::string name = lowered(token.text);
  if (name == "not") return not_prefix();
  if (name == "case") return case_expression();
  if (name == "distinct" && is_symbol("(", 1)) return call(name);
  if (name == "null") return take(), make(AstKind::kNull, token.span);
  if (name == "true" || name == "false") return take(), make(AstKind::kBool, token.span, name);
  if (is_keyword(name)) return fail("an expression");
  if (peek(1).kind == TokenKind::kString && (name == "timestamp" || name == "date" || name == "timestamptz"))
    return typed(name == "date" ? name : "timestamp");
  if (name == "interval" && (peek(1).kind == TokenKind::kString || peek(1).kind == TokenKind::kInteger ||
                             (is_symbol("-", 1) && peek(2).kind == TokenKind::kInteger)))
    return interval();
  if (is_symbol("(", 1)) return call(name);
  take();
  if (name == "current_timestamp") return make(AstKind::kCall, token.span, "now");
  if (name == "current_date") return make(AstKind::kCall, token.span, "today");
  return members(make(AstKind::kColumn, token.span, token.text));
}

AstPtr ExpressionParser::not_prefix() {
  const Span span = take().span;
  AstPtr child = expression(kNot);
  if (!child) return nullptr;
  AstPtr ast = op("not", span, std::move(child));
  ast->span.offset = span.offset;
  return close(std::move(ast));
}

AstPtr ExpressionParser::typed(std::string type) {
  const Span span = take().span;
  AstPtr ast = make(AstKind::kTyped, span, take().text);
  ast->type_name = std::move(type);
  return close(std::move(ast));
}

// INTERVAL '5 minutes', INTERVAL 5 MINUTE, INTERVAL '5' MINUTE.
AstPtr ExpressionParser::interval() {
  const Span span = take().span;
  std::string text = take_symbol("-") ? "-" : "";
  const bool is_number = peek().kind == TokenKind::kInteger;
  const Token amount = take();
  text += amount.text;
  const bool is_bare =
      !amount.text.empty() && amount.text.find_first_not_of("+-0123456789") == std::string::npos;
  if (is_number || (is_bare && peek().kind == TokenKind::kWord && !is_keyword(lowered(peek().text)))) {
    if (peek().kind != TokenKind::kWord) return fail("a unit such as MINUTE");
    text += " " + lowered(take().text);
  }
  AstPtr ast = make(AstKind::kTyped, span, std::move(text));
  ast->type_name = "interval";
  return close(std::move(ast));
}

// `.name` after a column or a group: the field of a struct.
AstPtr ExpressionParser::members(AstPtr ast) {
  while (ast && is_symbol(".")) {
    take();
    if (peek().kind != TokenKind::kWord && peek().kind != TokenKind::kQuoted) return fail("a name after '.'");
    const Token name = take();
    AstPtr member = make(AstKind::kMember, ast->span, name.text);
    member->name_span = name.span;
    member->children.push_back(std::move(ast));
    ast = close(std::move(member));
  }
  return ast;
}

AstPtr ExpressionParser::case_expression() {
  AstPtr ast = make(AstKind::kCase, take().span);
  if (!is_word("when")) {
    ast->has_operand = true;
    if (!operand(*ast, kLoosest)) return nullptr;
  }
  if (!is_word("when")) return fail("WHEN");
  while (take_word("when")) {
    if (!operand(*ast, kLoosest) || !expect_word("then", "THEN")) return nullptr;
    if (!operand(*ast, kLoosest)) return nullptr;
  }
  if (take_word("else")) {
    ast->has_otherwise = true;
    if (!operand(*ast, kLoosest)) return nullptr;
  }
  if (!expect_word("end", "WHEN, ELSE or END")) return nullptr;
  return close(std::move(ast));
}

AstPtr ExpressionParser::call(const std::string& name) {
  const Token token = take();
  take();
  if (name == "cast" || name == "try_cast") return cast_call(token, name == "try_cast");
  AstPtr ast = make(AstKind::kCall, token.span, name);
  if (name == "extract" && (peek().kind == TokenKind::kWord || peek().kind == TokenKind::kString) &&
      is_word("from", 1)) {
    const Token part = take();
    take();
    ast->text = "date_part";
    ast->children.push_back(make(AstKind::kString, part.span, lowered(part.text)));
    if (!operand(*ast, kLoosest)) return nullptr;
  } else if (!arguments(*ast)) {
    return nullptr;
  }
  if (!expect(")")) return nullptr;
  if (is_word("filter") && is_symbol("(", 1) && !filter(*ast)) return nullptr;
  return members(close(std::move(ast)));
}

bool ExpressionParser::arguments(Ast& ast) {
  if (is_symbol(")")) return true;
  if (is_symbol("*") && is_symbol(")", 1)) {
    ast.children.push_back(make(AstKind::kStar, take().span, "*"));
    return true;
  }
  ast.is_distinct = is_word("distinct") && !is_symbol(",", 1) && !is_symbol(")", 1);
  if (ast.is_distinct) take();
  do {
    if (!operand(ast, kLoosest)) return false;
  } while (take_symbol(","));
  return true;
}

bool ExpressionParser::filter(Ast& ast) {
  take();
  take();
  if (!expect_word("where", "WHERE")) return false;
  ast.filter = expression(kLoosest);
  return ast.filter != nullptr && expect(")");
}

AstPtr ExpressionParser::cast_call(const Token& token, bool is_try) {
  AstPtr ast = make(AstKind::kCast, token.span);
  ast->is_try = is_try;
  if (!operand(*ast, kLoosest) || !expect_word("as", "AS and a type")) return nullptr;
  if (!type_name(*ast) || !expect(")")) return nullptr;
  return members(close(std::move(ast)));
}

}  // namespace weir::expr
