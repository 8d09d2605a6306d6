#include "expr/parser.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "expr/lexer.hpp"

namespace weir::expr {
namespace {

// How tightly each operator holds its operands, loosest first; PostgreSQL's order, as in DuckDB.
enum Binding : int {
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

struct Infix {
  std::string_view symbol;
  std::string_view name;
  int binding;
};

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

constexpr std::array<std::string_view, 21> kKeywords = {
    "and",  "or",  "not",  "is",   "in",    "between", "like",   "ilike", "case",     "when",  "then",
    "else", "end", "null", "true", "false", "as",      "escape", "from",  "distinct", "select"};

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, ExprFaults& faults) : tokens_(std::move(tokens)), faults_(faults) {}

  AstPtr run() {
    if (peek().kind == TokenKind::kEnd) return fail("an expression");
    AstPtr ast = expression(kLoosest);
    if (ast && peek().kind != TokenKind::kEnd) return fail("an operator or the end");
    return ast;
  }

 private:
  // Every recursion goes through here, so that garbage cannot exhaust the stack.
  AstPtr expression(int binding) {
    if (depth_ >= kMaxHeight) return too_deep(peek().span);
    ++depth_;
    AstPtr ast = prefix();
    while (ast) {
      AstPtr next = infix(ast, binding);
      if (!next) break;
      ast = std::move(next);
    }
    --depth_;
    return faults_.empty() ? std::move(ast) : nullptr;
  }

  // ---- tokens
  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  bool is_word(std::string_view word, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kWord && lowered(peek(ahead).text) == word;
  }
  bool is_symbol(std::string_view symbol, size_t ahead = 0) const {
    return peek(ahead).kind == TokenKind::kSymbol && peek(ahead).text == symbol;
  }
  bool take_word(std::string_view word) { return is_word(word) && (++at_, true); }
  bool take_symbol(std::string_view symbol) { return is_symbol(symbol) && (++at_, true); }

  // ---- faults
  AstPtr fail(const std::string& expected, std::string hint = {}) {
    if (!faults_.empty()) return nullptr;
    const Token& token = peek();
    std::string found = "the end";
    if (token.kind == TokenKind::kString) found = "a text";
    if (token.kind == TokenKind::kWord || token.kind == TokenKind::kQuoted ||
        token.kind == TokenKind::kSymbol || token.kind == TokenKind::kInteger ||
        token.kind == TokenKind::kDecimal || token.kind == TokenKind::kFloat)
      found = "'" + printable(token.text) + "'";
    if (hint.empty() && token.kind == TokenKind::kWord && is_keyword(lowered(token.text)))
      hint = "To name a column, quote it: \"" + token.text + "\"";
    faults_.push_back({token.span.offset, token.span.length, "syntax",
                       "expected " + expected + ", found " + found, std::move(hint)});
    return nullptr;
  }
  AstPtr too_deep(Span span) {
    if (faults_.empty())
      faults_.push_back({span.offset,
                         span.length,
                         "too-deep",
                         "the expression is nested deeper than " + std::to_string(kMaxHeight) + " levels",
                         {}});
    return nullptr;
  }
  bool expect(std::string_view symbol) {
    if (take_symbol(symbol)) return true;
    fail("'" + std::string(symbol) + "'");
    return false;
  }
  bool expect_word(std::string_view word, std::string_view shown) {
    if (take_word(word)) return true;
    fail(std::string(shown));
    return false;
  }

  // ---- making nodes
  AstPtr make(AstKind kind, Span span, std::string text = {}) {
    auto ast = std::make_unique<Ast>();
    ast->kind = kind;
    ast->span = span;
    ast->name_span = span;
    ast->text = std::move(text);
    return ast;
  }
  size_t last_end() const {
    const Span& span = tokens_[at_ == 0 ? 0 : std::min(at_, tokens_.size()) - 1].span;
    return span.offset + span.length;
  }
  // Ends the node at the last token taken, and bounds its height.
  AstPtr close(AstPtr ast) {
    if (!faults_.empty()) return nullptr;
    ast->span.length = last_end() - ast->span.offset;
    for (const AstPtr& child : ast->children) ast->height = std::max(ast->height, child->height + 1);
    if (ast->height > kMaxHeight) return too_deep(ast->name_span);
    return ast;
  }
  AstPtr op(std::string name, Span name_span, AstPtr left) {
    AstPtr ast = make(AstKind::kOperator, left->span, std::move(name));
    ast->name_span = name_span;
    ast->children.push_back(std::move(left));
    return ast;
  }
  AstPtr negated(AstPtr ast, bool is_negated, Span name_span) {
    if (!ast || !is_negated) return ast;
    return close(op("not", name_span, std::move(ast)));
  }
  // Adds the expression that follows as an operand.
  bool operand(Ast& ast, int binding) {
    AstPtr child = expression(binding);
    if (!child) return false;
    ast.children.push_back(std::move(child));
    return true;
  }

  // ---- operators after an expression. Takes `left` when it answers a node.
  AstPtr infix(AstPtr& left, int binding) {
    if (!faults_.empty()) return nullptr;
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

  AstPtr binary(AstPtr& left, const Infix& infix) {
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

  AstPtr not_suffix(AstPtr& left) {
    const Span span = take().span;
    if (is_word("in")) return in_suffix(left, true, span);
    if (is_word("between")) return between_suffix(left, true, span);
    if (is_word("like") || is_word("ilike")) return like_suffix(left, true, span);
    return fail("IN, BETWEEN, LIKE or ILIKE after NOT");
  }

  AstPtr in_suffix(AstPtr& left, bool is_negated, Span not_span = {}) {
    const Span span = take().span;
    AstPtr ast = op("in", span, std::move(left));
    if (!expect("(")) return nullptr;
    do {
      if (!operand(*ast, kLoosest)) return nullptr;
    } while (take_symbol(","));
    if (!expect(")")) return nullptr;
    return negated(close(std::move(ast)), is_negated, not_span);
  }

  AstPtr between_suffix(AstPtr& left, bool is_negated, Span not_span = {}) {
    const Span span = take().span;
    AstPtr ast = op("between", span, std::move(left));
    if (!operand(*ast, kMatching) || !expect_word("and", "AND of BETWEEN")) return nullptr;
    if (!operand(*ast, kMatching)) return nullptr;
    return negated(close(std::move(ast)), is_negated, not_span);
  }

  AstPtr like_suffix(AstPtr& left, bool is_negated, Span not_span = {}) {
    const Token token = take();
    AstPtr ast = op(lowered(token.text), token.span, std::move(left));
    if (!operand(*ast, kMatching)) return nullptr;
    if (take_word("escape") && !operand(*ast, kMatching)) return nullptr;
    return negated(close(std::move(ast)), is_negated, not_span);
  }

  AstPtr is_suffix(AstPtr& left) {
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

  AstPtr zone_suffix(AstPtr& left) {
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

  AstPtr cast_suffix(AstPtr& left) {
    take();
    AstPtr ast = make(AstKind::kCast, left->span);
    ast->children.push_back(std::move(left));
    if (!type_name(*ast)) return nullptr;
    return close(std::move(ast));
  }

  // A type: `name`, `decimal(10, 2)`, `double precision`, `timestamp with time zone`.
  bool type_name(Ast& ast) {
    if (peek().kind != TokenKind::kWord) {
      fail("a type");
      return false;
    }
    const Token first = take();
    ast.type_name = lowered(first.text);
    ast.name_span = first.span;
    if (ast.type_name == "double" && take_word("precision")) ast.type_name = "float64";
    if (ast.type_name == "timestamp" && is_word("with") && is_word("time", 1) && is_word("zone", 2)) at_ += 3;
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

  // ---- what an expression begins with
  AstPtr prefix() {
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

  AstPtr symbol() {
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

  AstPtr sign() {
    const Token token = take();
    AstPtr child = expression(kSign);
    if (!child) return nullptr;
    const bool is_number = child->kind == AstKind::kInteger || child->kind == AstKind::kDecimal ||
                           child->kind == AstKind::kFloat;
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

  AstPtr word() {
    const Token token = peek();
    const std::string name = lowered(token.text);
    if (name == "not") return not_prefix();
    if (name == "case") return case_expression();
    if (name == "distinct" && is_symbol("(", 1)) return call(name);
    if (name == "null") return take(), make(AstKind::kNull, token.span);
    if (name == "true" || name == "false") return take(), make(AstKind::kBool, token.span, name);
    if (is_keyword(name)) return fail("an expression");
    if (peek(1).kind == TokenKind::kString &&
        (name == "timestamp" || name == "date" || name == "timestamptz"))
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

  AstPtr not_prefix() {
    const Span span = take().span;
    AstPtr child = expression(kNot);
    if (!child) return nullptr;
    AstPtr ast = op("not", span, std::move(child));
    ast->span.offset = span.offset;
    return close(std::move(ast));
  }

  AstPtr typed(std::string type) {
    const Span span = take().span;
    AstPtr ast = make(AstKind::kTyped, span, take().text);
    ast->type_name = std::move(type);
    return close(std::move(ast));
  }

  // INTERVAL '5 minutes', INTERVAL 5 MINUTE, INTERVAL '5' MINUTE.
  AstPtr interval() {
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
  AstPtr members(AstPtr ast) {
    while (is_symbol(".")) {
      take();
      if (peek().kind != TokenKind::kWord && peek().kind != TokenKind::kQuoted)
        return fail("a name after '.'");
      const Token name = take();
      AstPtr member = make(AstKind::kMember, ast->span, name.text);
      member->name_span = name.span;
      member->children.push_back(std::move(ast));
      ast = close(std::move(member));
      if (!ast) return nullptr;
    }
    return ast;
  }

  AstPtr case_expression() {
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

  AstPtr call(const std::string& name) {
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

  bool arguments(Ast& ast) {
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

  bool filter(Ast& ast) {
    take();
    take();
    if (!expect_word("where", "WHERE")) return false;
    ast.filter = expression(kLoosest);
    return ast.filter != nullptr && expect(")");
  }

  AstPtr cast_call(const Token& token, bool is_try) {
    AstPtr ast = make(AstKind::kCast, token.span);
    ast->is_try = is_try;
    if (!operand(*ast, kLoosest) || !expect_word("as", "AS and a type")) return nullptr;
    if (!type_name(*ast) || !expect(")")) return nullptr;
    return members(close(std::move(ast)));
  }

  std::vector<Token> tokens_;
  ExprFaults& faults_;
  size_t at_ = 0;
  size_t depth_ = 0;
};

}  // namespace

AstPtr parse(std::string_view text, ExprFaults& faults) {
  const size_t faults_before = faults.size();
  ExprFaults found;
  std::vector<Token> tokens = tokenize(text, found);
  AstPtr ast;
  if (found.empty()) ast = Parser(std::move(tokens), found).run();
  faults.insert(faults.end(), found.begin(), found.end());
  return faults.size() == faults_before ? std::move(ast) : nullptr;
}

}  // namespace weir::expr
