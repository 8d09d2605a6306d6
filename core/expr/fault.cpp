#include "expr/fault.hpp"

#include <algorithm>
#include <numeric>

namespace weir::expr {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Optimal string alignment: a swap of neighbours counts as one edit, as in most misspellings.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<size_t> before(b.size() + 1);
  std::vector<size_t> last(b.size() + 1);
  std::vector<size_t> row(b.size() + 1);
  std::iota(last.begin(), last.end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
      const bool swapped =
          i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = last;
    last = row;
  }
  return last[b.size()];
}

}  // namespace

void sort_by_place(ExprFaults& faults) {
  std::sort(faults.begin(), faults.end(), [](const ExprFault& a, const ExprFault& b) {
    return a.offset != b.offset ? a.offset < b.offset : a.message < b.message;
  });
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& names) {
  if (word.size() > 64) return {};
  const std::string* best = nullptr;
  size_t best_distance = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& name : names) {
    if (name.size() > 64) continue;
    const size_t distance = edit_distance(word, name);
    if (distance >= best_distance || distance >= name.size()) continue;
    best = &name;
    best_distance = distance;
  }
  return best == nullptr ? std::string() : *best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& names) {
  const std::string name = nearest_name(word, names);
  return name.empty() ? std::string() : "Did you mean '" + name + "'?";
}

std::string describe(const ExprFault& fault, std::string_view text) {
  std::string out = fault.message;
  if (!fault.hint.empty()) out += ". " + fault.hint;
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
