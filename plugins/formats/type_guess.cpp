#include "type_guess.hpp"

#include "number_text.hpp"

namespace weir::formats {
namespace {

bool is_bool_word(std::string_view text) {
  for (const std::string_view word : {"true", "false", "True", "False", "TRUE", "FALSE"})
    if (text == word) return true;
  return false;
}

/// "12", "-3.5", "1e6", but not "007", "+1" or "NaN".
bool is_usual_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || !(is_digit(text.front()) || text.front() == '.')) return false;
  return !(text.size() > 1 && text[0] == '0' && is_digit(text[1]));
}

}  // namespace

void TypeGuess::add(std::string_view text) {
  has_values_ = true;
  if (fitting_ == 0) return;
  int64_t integer = 0;
  double number = 0;
  const bool is_number = is_usual_number(text);
  const bool is_integer = is_number && read_integer(text, integer);
  const bool is_long_integer = is_number && !is_integer && text.find_first_not_of("-0123456789") == text.npos;
  if (!is_integer) fitting_ &= ~unsigned{kInt};
  if (!is_number || is_long_integer || !read_float(text, number)) fitting_ &= ~unsigned{kFloat};
  if (!is_bool_word(text)) fitting_ &= ~unsigned{kBool};
  if (!read_date(text)) fitting_ &= ~unsigned{kDate};
  if (!time_.read(text, integer)) fitting_ &= ~unsigned{kTime};
}

Type TypeGuess::result() const {
  if (!has_values_) return Type::kString;
  if ((fitting_ & kBool) != 0) return Type::kBool;
  if ((fitting_ & kInt) != 0) return Type::kInt64;
  if ((fitting_ & kFloat) != 0) return Type::kFloat64;
  if ((fitting_ & kDate) != 0) return Type::kDate32;
  return (fitting_ & kTime) != 0 ? Type::kTimestamp : Type::kString;
}

}  // namespace weir::formats
