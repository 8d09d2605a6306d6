#pragma once
// What can be wrong with the text of an expression.
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir::expr {

/// A stretch of an expression's text, in bytes.
struct Span {
  size_t offset = 0;
  size_t length = 0;
};

/// One thing that is wrong with an expression. The caller adds the place of the text and draws the caret.
struct ExprFault {
  size_t offset = 0;  ///< In bytes from the start of the text.
  size_t length = 0;  ///< At least 1, except at the end of the text.
  std::string code;   ///< Stable word: "unknown-column".
  std::string message;
  std::string hint;  ///< What to try; may be empty.
};

using ExprFaults = std::vector<ExprFault>;

/// Puts faults into the order of their places.
void sort_by_place(ExprFaults& faults);

/// Returns `message`, its hint, the text and a caret line below the faulty stretch.
std::string describe(const ExprFault& fault, std::string_view text);

}  // namespace weir::expr
