#include "expr/lexer.hpp"

#include <array>

namespace weir::expr {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v'; }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool continues_word(char c) { return starts_word(c) || is_digit(c) || c == '$'; }

// Longest first: the first that fits is taken.
constexpr std::array<std::string_view, 33> kSymbols = {
    "->>", "!~*", "<>", "!=", "<=", ">=", "==", "||", "//", "**", "::", "->", "<<", ">>", "!~", "~*", "+",
    "-",   "*",   "/",  "%",  "^",  "=",  "<",  ">",  "(",  ")",  ",",  ".",  "[",  "]",  "~",  "&"};

class Lexer {
 public:
  Lexer(std::string_view text, ExprFaults& faults) : text_(text), faults_(faults) {}

  std::vector<Token> run() {
    if (text_.size() > kMaxTextBytes) {
      fail(0, 1, "too-long",
           "the expression has " + std::to_string(text_.size()) + " bytes; at most " +
               std::to_string(kMaxTextBytes) + " are taken");
    }
    while (faults_.empty() && skip_space()) next();
    push(TokenKind::kEnd, text_.size(), {});
    return std::move(tokens_);
  }

 private:
  char at(size_t i) const { return i < text_.size() ? text_[i] : '\0'; }

  void fail(size_t offset, size_t length, std::string code, std::string message, std::string hint = {}) {
    faults_.push_back({offset, length, std::move(code), std::move(message), std::move(hint)});
  }

  void push(TokenKind kind, size_t begin, std::string text) {
    tokens_.push_back({kind, {begin, at_ - begin}, std::move(text)});
  }

  // Returns false at the end of the text.
  bool skip_space() {
    while (at_ < text_.size()) {
      if (is_space(text_[at_])) {
        ++at_;
      } else if (text_.substr(at_, 2) == "--") {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "/*") {
        const size_t end = text_.find("*/", at_ + 2);
        if (end == std::string_view::npos) {
          fail(at_, 2, "syntax", "this comment has no end", "Close it with */");
          at_ = text_.size();
          return false;
        }
        at_ = end + 2;
      } else {
        return true;
      }
    }
    return false;
  }

  void next() {
    const char c = text_[at_];
    if (c == '\'') return quoted('\'', TokenKind::kString);
    if (c == '"') return quoted('"', TokenKind::kQuoted);
    if (is_digit(c) || (c == '.' && is_digit(at(at_ + 1)))) return number();
    if (starts_word(c)) return word();
    symbol();
  }

  void quoted(char quote, TokenKind kind) {
    const size_t begin = at_++;
    std::string value;
    while (at_ < text_.size()) {
      if (text_[at_] != quote) {
        value += text_[at_++];
      } else if (at(at_ + 1) == quote) {
        value += quote;
        at_ += 2;
      } else {
        ++at_;
        return push(kind, begin, std::move(value));
      }
    }
    const std::string what = kind == TokenKind::kString ? "text" : "name";
    fail(begin, 1, "syntax", "this " + what + " has no closing " + quote,
         std::string("A ") + quote + " inside a " + what + " is written twice");
  }

  void word() {
    const size_t begin = at_;
    while (continues_word(at(at_))) ++at_;
    push(TokenKind::kWord, begin, std::string(text_.substr(begin, at_ - begin)));
  }

  void digits(std::string& into) {
    while (is_digit(at(at_)) || (at(at_) == '_' && is_digit(at(at_ + 1)))) {
      if (text_[at_] != '_') into += text_[at_];
      ++at_;
    }
  }

  void number() {
    const size_t begin = at_;
    std::string value;
    TokenKind kind = TokenKind::kInteger;
    digits(value);
    if (at(at_) == '.') {
      kind = TokenKind::kDecimal;
      value += text_[at_++];
      digits(value);
    }
    if (at(at_) == 'e' || at(at_) == 'E') {
      const size_t sign = at(at_ + 1) == '-' || at(at_ + 1) == '+' ? 1 : 0;
      if (is_digit(at(at_ + 1 + sign))) {
        kind = TokenKind::kFloat;
        value += text_.substr(at_, 1 + sign);
        at_ += 1 + sign;
        digits(value);
      }
    }
    if (!continues_word(at(at_))) return push(kind, begin, std::move(value));
    while (continues_word(at(at_))) ++at_;
    fail(begin, at_ - begin, "syntax",
         "'" + printable(text_.substr(begin, at_ - begin)) + "' is not a number",
         "A name that begins with a digit needs double quotes");
  }

  void symbol() {
    for (const std::string_view symbol : kSymbols) {
      if (text_.substr(at_, symbol.size()) != symbol) continue;
      const size_t begin = at_;
      at_ += symbol.size();
      return push(TokenKind::kSymbol, begin, std::string(symbol));
    }
    if (text_[at_] == '|') {
      const size_t begin = at_++;
      return push(TokenKind::kSymbol, begin, "|");
    }
    std::string hint;
    if (text_[at_] == '`') hint = "Names are quoted with \"";
    if (text_[at_] == '!') hint = "Write NOT, or <> for unequal";
    if (text_[at_] == '{' || text_[at_] == '$')
      hint = "Write ${name} for a variable of the pipeline, $$ for a $";
    fail(at_, 1, "syntax", "'" + printable(text_.substr(at_, 1)) + "' does not belong into an expression",
         std::move(hint));
  }

  std::string_view text_;
  ExprFaults& faults_;
  size_t at_ = 0;
  std::vector<Token> tokens_;
};

}  // namespace

std::vector<Token> tokenize(std::string_view text, ExprFaults& faults) { return Lexer(text, faults).run(); }

std::string printable(std::string_view bytes) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte != 0x7F) {
      out += c;
    } else {
      out += "\\x";
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace weir::expr
