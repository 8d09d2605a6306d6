#include "expr/fault.hpp"

#include <algorithm>

namespace weir::expr {
void sort_by_place(ExprFaults& faults) {
  std::sort(faults.begin(), faults.end(), [](const ExprFault& a, const ExprFault& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.message < b.message;
  });
}

std::string describe(const ExprFault& fault, std::string_view text) {
  std::string out = fault.message;
  if (!fault.hint.empty()) out += "; " + fault.hint;
  const size_t offset = std::min(fault.offset, text.size());
  const size_t newline_before = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const size_t begin = newline_before == std::string_view::npos ? 0 : newline_before + 1;
  const size_t end = std::min(text.find('\n', offset), text.size());
  out += "\n  " + std::string(text.substr(begin, end - begin)) + "\n  ";
  // Continuation bytes of UTF-8 take no place on the screen.
  const auto is_letter = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; };
  for (size_t i = begin; i < offset; ++i)
    if (is_letter(text[i])) out += text[i] == '\t' ? '\t' : ' ';
  const size_t marked_end = std::min(end, offset + std::max<size_t>(fault.length, 1));
  size_t marks = 0;
  for (size_t i = offset; i < marked_end; ++i) marks += is_letter(text[i]) ? 1 : 0;
  return out + std::string(std::max<size_t>(marks, 1), '^');
}

}  // namespace weir::expr
