#pragma once
// A place in the words of an expression, and what is said when they are not those that were expected.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/ast.hpp"
#include "expr/fault.hpp"
#include "expr/lexer.hpp"

namespace weir::expr {

/// In small letters: keywords and functions are known in any case.
std::string lowered(std::string_view text);
/// Whether a word means something by itself, so that a column of its name must be quoted. Needs: lowered().
bool is_keyword(std::string_view word);

/// Goes over tokens, the last of which is kEnd and stays. After the first fault nothing more is told.
class TokenCursor {
 protected:
  /// Borrows `faults`.
  TokenCursor(std::vector<Token> tokens, ExprFaults& faults) : tokens_(std::move(tokens)), faults_(faults) {}

  const Token& peek(size_t ahead = 0) const { return tokens_[std::min(at_ + ahead, tokens_.size() - 1)]; }
  Token take() { return tokens_[std::min(at_++, tokens_.size() - 1)]; }
  void skip(size_t count) { at_ += count; }
  bool is_word(std::string_view word, size_t ahead = 0) const;
  bool is_symbol(std::string_view symbol, size_t ahead = 0) const;
  bool take_word(std::string_view word) { return is_word(word) && (++at_, true); }
  bool take_symbol(std::string_view symbol) { return is_symbol(symbol) && (++at_, true); }
  /// Take what is expected, or say that it is not there.
  bool expect(std::string_view symbol);
  bool expect_word(std::string_view word, std::string_view shown);
  /// Where the last token that was taken ends [bytes].
  size_t last_end() const;

  /// Tell a fault at the next token, or at `span`. Return null.
  AstPtr fail(const std::string& expected, std::string hint = {});
  AstPtr too_deep(Span span);
  bool has_failed() const { return !faults_.empty(); }

 private:
  std::vector<Token> tokens_;
  ExprFaults& faults_;
  size_t at_ = 0;
};

}  // namespace weir::expr
