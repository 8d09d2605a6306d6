#include "mixed_rows.hpp"

#include <set>
#include <utility>

#include "filter_rows.hpp"
#include "input_rows.hpp"

namespace weir::report {
namespace {

using Columns = std::vector<const Column*>;

bool is_repeated(const Columns& place) {
  std::set<std::vector<Cell>> seen;
  for (std::size_t row = 0; row < place.front()->cells.size(); ++row) {
    std::vector<Cell> cells;
    for (const Column* column : place) cells.push_back(key_of(column->cells[row]));
    if (cells.front() != Cell() && !seen.insert(std::move(cells)).second) return true;
  }
  return false;
}

/// The first column that alone tells all rows of one place apart, or null. Components put their keys before
/// all else; numbers behind the place are measured, and differ by chance.
const Column* differing_column(const Input& input, const Columns& place) {
  bool may_be_number = true;
  for (const Column& column : input.columns) {
    if (&column == place.front()) may_be_number = false;
    if (column.holds_numbers && !may_be_number) continue;
    Columns narrower = place;
    narrower.push_back(&column);
    if (!is_repeated(narrower)) return &column;
  }
  return nullptr;
}

/// Whether a drop-down may have the column's values.
bool is_choice(const Column& column) {
  std::set<Cell> values;
  for (const Cell& cell : column.cells) values.insert(key_of(cell));
  return values.size() <= kMostChoices;
}

std::string joined_names(const Columns& place) {
  std::string names;
  for (std::size_t i = 0; i < place.size(); ++i) {
    if (i > 0) names += i + 1 == place.size() ? " and " : ", ";
    names += place[i]->name;
  }
  return names;
}

}  // namespace

std::string mixed_rows(const Input& input, const Columns& place, Remedy remedy) {
  if (!is_repeated(place)) return "";
  const std::string found =
      "Not drawn: several rows of " + input.port + " have the same " + joined_names(place);
  const Column* key = differing_column(input, place);
  if (key == nullptr) return found + ". Keep one of them with a filter before the report.";
  const std::string differ = found + " and differ in " + key->name + ". ";
  const std::string keep = "eep one " + key->name + " with a filter before the report.";
  if (remedy == Remedy::kFilterBy && !is_choice(*key)) return differ + "K" + keep;
  const std::string option = remedy == Remedy::kBy ? "by: " + key->name : "filter_by: [" + key->name + "]";
  return differ + "Say '" + option + "', or k" + keep;
}

void show_as_table(const Input& input, std::string why, Figure& figure) {
  if (why.empty()) return;
  figure.kind = FigureKind::kTable;
  figure.columns = input.columns;
  figure.not_drawn = std::move(why);
}

}  // namespace weir::report
