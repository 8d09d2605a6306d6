#include "expr/token_cursor.hpp"

#include <array>

#include "expr/parser.hpp"

namespace weir::expr {
namespace {

constexpr std::array<std::string_view, 21> kKeywords = {
    "and",  "or",  "not",  "is",   "in",    "between", "like",   "ilike", "case",     "when",  "then",
    "else", "end", "null", "true", "false", "as",      "escape", "from",  "distinct", "select"};

}  // namespace

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_keyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

bool TokenCursor::is_word(std::string_view word, size_t ahead) const {
  return peek(ahead).kind == TokenKind::kWord && lowered(peek(ahead).text) == word;
}

bool TokenCursor::is_symbol(std::string_view symbol, size_t ahead) const {
  return peek(ahead).kind == TokenKind::kSymbol && peek(ahead).text == symbol;
}

AstPtr TokenCursor::fail(const std::string& expected, std::string hint) {
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

AstPtr TokenCursor::too_deep(Span span) {
  if (faults_.empty())
    faults_.push_back({span.offset,
                       span.length,
                       "too-deep",
                       "the expression is nested deeper than " + std::to_string(kMaxHeight) + " levels",
                       {}});
  return nullptr;
}

bool TokenCursor::expect(std::string_view symbol) {
  if (take_symbol(symbol)) return true;
  fail("'" + std::string(symbol) + "'");
  return false;
}

bool TokenCursor::expect_word(std::string_view word, std::string_view shown) {
  if (take_word(word)) return true;
  fail(std::string(shown));
  return false;
}

size_t TokenCursor::last_end() const {
  const Span& span = tokens_[at_ == 0 ? 0 : std::min(at_, tokens_.size()) - 1].span;
  return span.offset + span.length;
}

}  // namespace weir::expr
