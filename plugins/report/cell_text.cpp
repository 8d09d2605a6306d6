#include "cell_text.hpp"

#include <algorithm>

#include "moment_words.hpp"
#include "number_text.hpp"

namespace weir::report {
const std::string& label_of(const Column& column) {
  return column.label.empty() ? column.name : column.label;
}

std::string_view type_word(const Column& column) {
  for (const Cell& cell : column.cells) {
    if (std::holds_alternative<std::string>(cell)) return "text";
    if (std::holds_alternative<Moment>(cell)) return "moment";
    if (!std::holds_alternative<std::monostate>(cell)) return "number";
  }
  return column.holds_moments ? "moment" : "number";
}

bool has_zone(const Column& column) { return !column.days && type_word(column) == "moment"; }

std::string CellTexts::operator[](std::size_t row) const {
  if (row >= column_.cells.size()) return "";
  const Cell& cell = column_.cells[row];
  if (const auto* number = std::get_if<double>(&cell))
    return number_text(*number, column_.format, column_.unit);
  if (const auto* whole = std::get_if<std::int64_t>(&cell))
    return number_text(static_cast<double>(*whole), column_.format, column_.unit);
  if (const auto* moment = std::get_if<Moment>(&cell))
    return zone_ == ZoneWord::kInHead && !column_.days ? clock_text(*moment) : moment_words(column_, *moment);
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  return "\xE2\x80\x93";  // An en dash: no value.
}

std::size_t row_count(const Figure& figure) {
  return figure.columns.empty() ? 0 : figure.columns.front().cells.size();
}

bool is_partial(const Column& column, std::size_t row) {
  return std::ranges::find(column.partial_rows, row) != column.partial_rows.end();
}

}  // namespace weir::report
