#include "input_rows.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>

#include "moment_words.hpp"
#include "number_text.hpp"

namespace weir::report {
namespace {

bool is_moment(const Cell& cell) { return std::holds_alternative<Moment>(cell); }

void reorder(Input& input, const std::vector<std::size_t>& rows) {
  for (Column& column : input.columns) {
    std::vector<Cell> ordered;
    ordered.reserve(rows.size());
    for (const std::size_t row : rows) ordered.push_back(std::move(column.cells[row]));
    column.cells = std::move(ordered);
  }
}

}  // namespace

std::size_t row_count(const Input& input) {
  return input.columns.empty() ? 0 : input.columns.front().cells.size();
}

const Column* first_moments(const Input& input) {
  const auto found = std::ranges::find_if(input.columns, [](const Column& column) {
    return column.holds_moments || std::ranges::any_of(column.cells, is_moment);
  });
  return found == input.columns.end() ? nullptr : &*found;
}

// Copies of a node deliver in any order; what people read runs forward in time.
void order_by_time(Input& input) {
  const Column* time = first_moments(input);
  if (time == nullptr) return;
  // The row number as second part keeps rows of one moment in the order in which they came.
  std::vector<std::pair<std::int64_t, std::size_t>> by_time;
  for (std::size_t row = 0; row < row_count(input); ++row) {
    const auto* at = std::get_if<Moment>(&time->cells[row]);
    by_time.emplace_back(at == nullptr ? INT64_MIN : at->us, row);
  }
  std::ranges::sort(by_time);
  std::vector<std::size_t> rows;
  for (const auto& [at, row] : by_time) rows.push_back(row);
  reorder(input, rows);
}

Input picked_rows(const Input& input, const std::vector<bool>& keep) {
  Input picked{input.port, input.sources, {}};
  for (const Column& column : input.columns) {
    Column& made = picked.columns.emplace_back(column);
    made.cells.clear();
    for (std::size_t row = 0; row < column.cells.size(); ++row)
      if (keep[row]) made.cells.push_back(column.cells[row]);
  }
  return picked;
}

std::string window_of(const Column& times) {
  const auto first = std::ranges::find_if(times.cells, is_moment);
  if (first == times.cells.end()) return "";
  const Moment begin = std::get<Moment>(*first);
  const Moment end = std::get<Moment>(*std::find_if(times.cells.rbegin(), times.cells.rend(), is_moment));
  return moment_words(times, begin) + " to " + moment_words(times, end);
}

Provenance provenance_of(const Input& input) {
  const Column* time = first_moments(input);
  return {row_count(input), time == nullptr ? "" : window_of(*time), input.sources};
}

Result<const Column*> find_column(const Input& input, const std::string& name) {
  std::string known;
  for (const Column& column : input.columns) {
    if (column.name == name) return &column;
    known += (known.empty() ? "" : ", ") + column.name;
  }
  return Status::invalid("no column '" + name + "' in input '" + input.port + "' (" + known + ")");
}

// Of texts the page would say that there is no data.
Result<const Column*> find_numbers(const Input& input, const std::string& name) {
  WEIR_ASSIGN_OR_RETURN(const Column* column, find_column(input, name));
  if (column->holds_numbers) return column;
  return Status::invalid("column '" + name + "' in input '" + input.port + "' holds no numbers");
}

const Column* column_or_null(const Input& input, std::string_view name) {
  const auto found = std::ranges::find(input.columns, name, &Column::name);
  return found == input.columns.end() ? nullptr : &*found;
}

Result<const Input*> find_input(const std::vector<Input>& inputs, const std::string& port) {
  if (port.empty() && inputs.size() == 1) return &inputs.front();
  std::string known;
  for (const Input& input : inputs) {
    if (input.port == port) return &input;
    known += (known.empty() ? "" : ", ") + input.port;
  }
  if (port.empty()) return Status::invalid("'from' is missing; there are " + known);
  return Status::invalid("no input '" + port + "'; there are " + known);
}

std::optional<double> number_of(const Cell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
  const auto* number = std::get_if<double>(&cell);
  if (number == nullptr || !std::isfinite(*number)) return std::nullopt;
  return *number;
}

std::optional<double> number_at(const Column& column, std::size_t row) {
  return row < column.cells.size() ? number_of(column.cells[row]) : std::nullopt;
}

std::string words_at(const Column& column, std::size_t row) {
  if (const auto* text = std::get_if<std::string>(&column.cells[row])) return *text;
  if (const auto* moment = std::get_if<Moment>(&column.cells[row])) return moment_words(column, *moment);
  const std::optional<double> number = number_at(column, row);
  return number ? number_text(*number, Format::kNumber, "") : "";
}

bool is_truth(const Cell& cell, bool wanted) {
  const auto* text = std::get_if<std::string>(&cell);
  return text != nullptr && *text == (wanted ? "true" : "false");
}

std::string as_words(std::string_view name) {
  std::string words(name);
  std::ranges::replace(words, '_', ' ');
  if (!words.empty() && words[0] >= 'a' && words[0] <= 'z')
    words[0] = static_cast<char>(words[0] - 'a' + 'A');
  return words;
}

}  // namespace weir::report
