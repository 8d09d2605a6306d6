#pragma once
// The text of an expression -> its tokens.
#include <string>
#include <string_view>
#include <vector>

#include "expr/fault.hpp"

namespace weir::expr {

enum class TokenKind {
  kWord,    ///< A name or keyword; `text` as written.
  kQuoted,  ///< A "quoted name"; `text` without quotes.
  kString,  ///< A 'text'; `text` without quotes.
  kInteger,
  kDecimal,  ///< With a point, without exponent.
  kFloat,    ///< With an exponent.
  kSymbol,
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  Span span;
  std::string text;  ///< Numbers: digits without underscores.
};

/// Longer texts are refused.
inline constexpr size_t kMaxTextBytes = 64 * 1024;

/// Splits `text` into tokens, the last of them kEnd. Comments (`-- ...` and `/* ... */`) are skipped.
/// Fails: adds one fault and returns what came before it.
std::vector<Token> tokenize(std::string_view text, ExprFaults& faults);

/// Returns the bytes, or "\x01" forms where they cannot be printed.
std::string printable(std::string_view bytes);

}  // namespace weir::expr
