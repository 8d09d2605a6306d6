#include "partial_rows.hpp"

#include <algorithm>
#include <set>

#include "input_rows.hpp"

namespace weir::report {
namespace {

bool says_whole(std::string_view name) {
  return name.starts_with("is_complete") || name.starts_with("is_final");
}

void add_told(const Column& column, std::set<std::size_t>& rows) {
  for (std::size_t row = 0; row < column.cells.size(); ++row)
    if (is_truth(column.cells[row], !says_whole(column.name))) rows.insert(row);
}

void add_open_windows(const Column& ends, Moment now, std::set<std::size_t>& rows) {
  for (std::size_t row = 0; row < ends.cells.size(); ++row) {
    const auto* end = std::get_if<Moment>(&ends.cells[row]);
    if (end != nullptr && end->us > now.us) rows.insert(row);
  }
}

}  // namespace

Result<std::vector<std::size_t>> partial_rows(const Input& input, const std::string& partial, Moment now) {
  std::set<std::size_t> rows;
  const std::size_t count = row_count(input);
  const bool is_place = partial == "last" || partial == "first" || partial == "both";
  if (is_place && count > 0) {
    if (partial != "first") rows.insert(count - 1);
    if (partial != "last") rows.insert(0);
  } else if (!is_place && !partial.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Column* told, find_column(input, partial));
    add_told(*told, rows);
  } else if (partial.empty()) {
    for (const char* name : {"is_complete", "is_final", "is_partial"})
      if (const Column* told = column_or_null(input, name)) add_told(*told, rows);
    if (const Column* ends = column_or_null(input, "window_end")) add_open_windows(*ends, now, rows);
  }
  return std::vector<std::size_t>(rows.begin(), rows.end());
}

}  // namespace weir::report
