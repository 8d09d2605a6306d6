#include "expr/parser.hpp"

#include <algorithm>
#include <utility>

#include "expr/expression_parser.hpp"

namespace weir::expr {
namespace {

// How deep parentheses and operands may go into each other: the canonical text of a tree of kMaxHeight has up
// to two of these for each level.
constexpr size_t kMaxDepth = 2 * kMaxHeight + 1;

}  // namespace

AstPtr ExpressionParser::run() {
  if (peek().kind == TokenKind::kEnd) return fail("an expression");
  AstPtr ast = expression(kLoosest);
  if (ast && peek().kind != TokenKind::kEnd) return fail("an operator or the end");
  return ast;
}

// Every recursion goes through here, so that garbage cannot exhaust the stack.
AstPtr ExpressionParser::expression(int binding) {
  if (depth_ >= kMaxDepth) return too_deep(peek().span);
  ++depth_;
  AstPtr ast = prefix();
  while (ast) {
    AstPtr next = infix(ast, binding);
    if (!next) break;
    ast = std::move(next);
  }
  --depth_;
  return !has_failed() ? std::move(ast) : nullptr;
}

AstPtr ExpressionParser::make(AstKind kind, Span span, std::string text) {
  auto ast = std::make_unique<Ast>();
  ast->kind = kind;
  ast->span = span;
  ast->name_span = span;
  ast->text = std::move(text);
  return ast;
}

// Ends the node at the last token taken, and bounds its height.
AstPtr ExpressionParser::close(AstPtr ast) {
  if (has_failed()) return nullptr;
  ast->span.length = last_end() - ast->span.offset;
  for (const AstPtr& child : ast->children) ast->height = std::max(ast->height, child->height + 1);
  if (ast->height > kMaxHeight) return too_deep(ast->name_span);
  return ast;
}

AstPtr ExpressionParser::op(std::string name, Span name_span, AstPtr left) {
  AstPtr ast = make(AstKind::kOperator, left->span, std::move(name));
  ast->name_span = name_span;
  ast->children.push_back(std::move(left));
  return ast;
}

AstPtr ExpressionParser::negated(AstPtr ast, bool is_negated, Span name_span) {
  if (!ast || !is_negated) return ast;
  return close(op("not", name_span, std::move(ast)));
}

// Adds the expression that follows as an operand.
bool ExpressionParser::operand(Ast& ast, int binding) {
  AstPtr child = expression(binding);
  if (!child) return false;
  ast.children.push_back(std::move(child));
  return true;
}

AstPtr parse(std::string_view text, ExprFaults& faults) {
  const size_t faults_before = faults.size();
  ExprFaults found;
  std::vector<Token> tokens = tokenize(text, found);
  AstPtr ast;
  if (found.empty()) ast = ExpressionParser(std::move(tokens), found).run();
  faults.insert(faults.end(), found.begin(), found.end());
  return faults.size() == faults_before ? std::move(ast) : nullptr;
}

}  // namespace weir::expr
