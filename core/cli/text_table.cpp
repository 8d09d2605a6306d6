#include "cli/text_table.hpp"

#include <algorithm>

namespace weir {
namespace {

/// [characters] of a UTF-8 text.
size_t width_of(const std::string& text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

std::string cut(std::string text) {
  if (width_of(text) <= TextTable::kMaxWidth) return text;
  size_t bytes = 0;
  for (size_t width = 0; width < TextTable::kMaxWidth - 3; ++width) {
    ++bytes;
    while ((text[bytes] & 0xC0) == 0x80) ++bytes;
  }
  text.resize(bytes);
  return text + "...";
}

}  // namespace

void TextTable::add(std::vector<std::string> cells) {
  std::ranges::transform(cells, cells.begin(), cut);
  lines_.push_back(std::move(cells));
}

std::string TextTable::text(const std::string& indent) const {
  std::vector<size_t> widths(columns_.size());
  for (const auto& cells : lines_) {
    for (size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], width_of(cells[i]));
  }
  std::string text;
  for (const auto& cells : lines_) {
    std::string line = indent;
    for (size_t i = 0; i < cells.size(); ++i) {
      const std::string room(widths[i] - width_of(cells[i]), ' ');
      if (i > 0) line += "  ";
      line += columns_[i] == Align::kRight ? room + cells[i] : cells[i] + room;
    }
    line.resize(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace weir
