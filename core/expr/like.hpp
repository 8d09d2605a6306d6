#pragma once
// LIKE and ILIKE.
#include <string>
#include <string_view>
#include <vector>

#include <weir/status.hpp>

#include "expr/eval.hpp"

namespace weir::expr {

/// A pattern of LIKE, ready to match: % stands for any text, _ for any one character.
///
/// Threads: constant.
class LikePattern {
 public:
  /// `escape` 0: none. Fails: the pattern ends with the escape, or it stands before an ordinary character.
  static Result<LikePattern> make(std::string_view pattern, char escape, bool ignores_case);
  bool matches(std::string_view text) const;

 private:
  enum class Shape { kExact, kPrefix, kSuffix, kContains, kGeneral };
  struct Piece {
    bool is_any_text = false;
    bool is_any_letter = false;
    std::string literal;
  };
  bool matches_plain(std::string_view text) const;
  bool matches_general(std::string_view text) const;

  Shape shape_ = Shape::kExact;
  bool ignores_case_ = false;
  std::string literal_;
  std::vector<Piece> pieces_;
};

/// The kernel of `a LIKE b [ESCAPE c]`; a pattern that is known now is made once.
Result<Kernel> like_kernel(const Vector* pattern, const Vector* escape, bool ignores_case);

/// Letters without case, as ICU folds them.
std::string fold_case(std::string_view text);

}  // namespace weir::expr
