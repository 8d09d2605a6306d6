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

/// Returns where each row goes when they are put in the order of their moments: rows of one keep the order in
/// which they came, those without one come first. Nothing when they are in that order.
std::vector<std::size_t> places_by(const Column& times) {
  std::vector<std::pair<std::int64_t, std::size_t>> by_time;
  for (std::size_t row = 0; row < times.cells.size(); ++row) {
    const auto* at = std::get_if<Moment>(&times.cells[row]);
    by_time.emplace_back(at == nullptr ? INT64_MIN : at->us, row);
  }
  if (std::ranges::is_sorted(by_time)) return {};
  std::ranges::sort(by_time);
  std::vector<std::size_t> places(by_time.size());
  for (std::size_t place = 0; place < by_time.size(); ++place) places[by_time[place].second] = place;
  return places;
}

void reorder(std::vector<Column>& columns, const std::vector<std::size_t>& places) {
  if (places.empty()) return;
  for (Column& column : columns) {
    std::vector<Cell> ordered(column.cells.size());
    for (std::size_t row = 0; row < column.cells.size(); ++row)
      ordered[places[row]] = std::move(column.cells[row]);
    column.cells = std::move(ordered);
    for (std::size_t& row : column.partial_rows) row = places[row];
    std::ranges::sort(column.partial_rows);
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
  if (time != nullptr) reorder(input.columns, places_by(*time));
}

std::optional<Input> ordered_by(const Input& input, const std::string& column) {
  const Column* time = column_or_null(input, column);
  if (time == nullptr || !time->holds_moments) return std::nullopt;
  const std::vector<std::size_t> places = places_by(*time);
  if (places.empty()) return std::nullopt;
  std::optional<Input> ordered = input;
  reorder(ordered->columns, places);
  return ordered;
}

void order_by_first(std::vector<Column>& columns) {
  if (!columns.empty() && columns[0].holds_moments) reorder(columns, places_by(columns[0]));
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
  std::vector<Moment> moments;
  for (const Cell& cell : times.cells)
    if (is_moment(cell)) moments.push_back(std::get<Moment>(cell));
  if (moments.empty()) return "";
  const auto [begin, end] = std::ranges::minmax(moments);
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

std::string name_of(const Column& column, const Cell& cell) {
  if (const auto* text = std::get_if<std::string>(&cell)) return *text;
  if (const auto* moment = std::get_if<Moment>(&cell)) return moment_words(column, *moment);
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return std::to_string(*whole);
  const std::optional<double> number = number_of(cell);
  if (!number) return "";
  const bool is_whole =
      std::abs(*number) <= static_cast<double>(kExactInDouble) && *number == std::floor(*number);
  return is_whole ? std::to_string(static_cast<std::int64_t>(*number)) : raw_number(*number);
}

std::string name_at(const Column& column, std::size_t row) { return name_of(column, column.cells[row]); }

Cell key_of(const Cell& cell) {
  const auto* text = std::get_if<std::string>(&cell);
  const auto* number = std::get_if<double>(&cell);
  const bool is_none = (text != nullptr && text->empty()) || (number != nullptr && !std::isfinite(*number));
  return is_none ? Cell() : cell;
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
