#include "filter_rows.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "input_rows.hpp"

namespace weir::report {
namespace {

bool is_null(const Cell& cell) { return std::holds_alternative<std::monostate>(cell); }

bool has_rows_of_all(const Input& input, const std::string& column) {
  const Column* found = column_or_null(input, column);
  return found != nullptr && std::ranges::any_of(found->cells, is_null);
}

// Lists may hold the rows of several values side by side; other items would mix them.
bool lists_all(const Show& show, const std::string& column) {
  return show.kind == ShowKind::kTable || show.kind == ShowKind::kRejected ||
         show.kind == ShowKind::kFreshness || show.kind == ShowKind::kExperiment || show.by == column ||
         show.x == column || show.adds_up;
}

// Needs: the names of inputs that `show` has are right; what is not is found when the item is made.
bool has_all_choice(const ReportSpec& spec, const std::vector<Input>& inputs) {
  for (const SectionSpec& section : spec.sections) {
    for (const Show& show : section.show) {
      const Result<const Input*> input = find_input(inputs, show.from);
      if (show.kind == ShowKind::kText || !input.is_ok()) continue;
      if (has_values(**input, spec.filter_by) && !has_rows_of_all(**input, spec.filter_by) &&
          !lists_all(show, spec.filter_by))
        return false;
    }
  }
  return true;
}

// A year or a level along x is a number that names, as words do.
bool is_added_up(const Column& column, const Show& show) {
  return column.holds_numbers && column.name != show.x && column.name != show.by;
}

std::vector<Cell> names_in(const Input& input, const Show& show, const std::string& over, std::size_t row) {
  std::vector<Cell> names;
  for (const Column& column : input.columns)
    if (column.name != over && !is_added_up(column, show)) names.push_back(key_of(column.cells[row]));
  return names;
}

}  // namespace

bool has_values(const Input& input, const std::string& column) {
  const Column* found = column_or_null(input, column);
  return found != nullptr && !std::ranges::all_of(found->cells, is_null);
}

Result<Filter> filter_of(const ReportSpec& spec, const std::vector<Input>& inputs) {
  Filter filter{spec.filter_by, {}};
  if (spec.filter_by.empty()) return filter;
  bool is_known = false;
  std::set<std::string> values;
  for (const Input& input : inputs) {
    const Column* column = column_or_null(input, spec.filter_by);
    is_known |= column != nullptr;
    for (std::size_t row = 0; column != nullptr && row < column->cells.size(); ++row)
      if (!is_null(column->cells[row])) values.insert(name_at(*column, row));
  }
  values.erase("");
  if (!is_known) return Status::invalid("filter_by: no input has a column '" + spec.filter_by + "'");
  if (values.size() > kMostChoices)
    return Status::invalid("filter_by: column '" + spec.filter_by + "' has " + std::to_string(values.size()) +
                           " values; at most " + std::to_string(kMostChoices) +
                           " fit a drop-down: keep the largest and name the rest 'others' in a map before");
  if (!values.empty() && has_all_choice(spec, inputs)) filter.choices.emplace_back();
  filter.choices.insert(filter.choices.end(), values.begin(), values.end());
  return filter;
}

bool is_filtered(const SectionSpec& spec, const std::vector<Input>& inputs, const std::string& column) {
  return std::ranges::any_of(spec.show, [&](const Show& show) {
    const Result<const Input*> input = find_input(inputs, show.from);
    return show.kind != ShowKind::kText && input.is_ok() && column_or_null(**input, column) != nullptr;
  });
}

std::vector<Input> filtered(const std::vector<Input>& inputs, const std::string& column,
                            const std::string& choice) {
  std::vector<Input> chosen;
  for (const Input& input : inputs) {
    const Column* found = column_or_null(input, column);
    if (found == nullptr || (choice.empty() && !has_rows_of_all(input, column))) {
      chosen.push_back(input);
      continue;
    }
    std::vector<bool> keep;
    for (std::size_t row = 0; row < found->cells.size(); ++row)
      keep.push_back(choice.empty() ? is_null(found->cells[row])
                                    : !is_null(found->cells[row]) && name_at(*found, row) == choice);
    chosen.push_back(picked_rows(input, keep));
  }
  return chosen;
}

Input added_up(const Input& input, const Show& show, const std::string& over) {
  std::map<std::vector<Cell>, std::size_t> rows;
  std::vector<bool> is_first;
  std::vector<std::size_t> place;
  for (std::size_t row = 0; row < row_count(input); ++row) {
    const auto [found, is_new] = rows.emplace(names_in(input, show, over, row), rows.size());
    is_first.push_back(is_new);
    place.push_back(found->second);
  }
  Input sums = picked_rows(input, is_first);
  for (std::size_t i = 0; i < input.columns.size(); ++i) {
    if (!is_added_up(input.columns[i], show)) continue;
    std::vector<Cell>& cells = sums.columns[i].cells;
    for (std::size_t row = 0; row < place.size(); ++row) {
      const std::optional<double> number = number_at(input.columns[i], row);
      if (!is_first[row] && number) cells[place[row]] = number_of(cells[place[row]]).value_or(0) + *number;
    }
  }
  for (Column& one : sums.columns)
    if (one.name == over) one.cells.assign(one.cells.size(), Cell());
  return sums;
}

}  // namespace weir::report
