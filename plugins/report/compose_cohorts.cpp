#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "compose_analysis.hpp"
#include "input_rows.hpp"
#include "known_rows.hpp"

namespace weir::report {
namespace {

const Column* cohort_column(const Input& input) {
  // What the component names first: when the cohort began, or an attribute of it.
  return input.columns.front().name == "period" ? nullptr : &input.columns.front();
}

std::string cohort_words(const Input& input, std::size_t row) {
  std::string words;
  for (const Column& column : input.columns) {
    if (column.name == "period") break;
    words += (words.empty() ? "" : ", ") + name_at(column, row);
  }
  return words;
}

// More columns than these nobody reads; a page of a year by days still fits.
constexpr std::size_t kMostPeriods = 366;
constexpr std::size_t kBeforePeriods = 2;

/// The number of the row's period, or nothing where there is none to show.
std::optional<std::size_t> period_at(const Column& period, std::size_t row) {
  const std::optional<double> number = number_at(period, row);
  if (!number || *number < 0 || *number >= static_cast<double>(kMostPeriods)) return std::nullopt;
  return static_cast<std::size_t>(*number);
}

void add_period_columns(const Column& period, const Column& rate, Figure& figure) {
  std::size_t count = 0;
  for (std::size_t row = 0; row < period.cells.size(); ++row)
    if (const auto number = period_at(period, row)) count = std::max(count, *number + 1);
  for (std::size_t i = 0; i < count; ++i) {
    Column& column = figure.columns.emplace_back();
    column.name = "period_" + std::to_string(i);
    column.label = std::to_string(i);
    column.format = Format::kPercent;
    column.expression = rate.expression;
  }
}

void add_cohort(const std::string& name, Figure& figure) {
  figure.columns[0].cells.emplace_back(name);
  for (std::size_t i = 1; i < figure.columns.size(); ++i) figure.columns[i].cells.emplace_back();
}

}  // namespace

Status add_cohorts(const Input& input, Figure& figure) {
  WEIR_RETURN_IF_ERROR(needs_rows_of(input, "retention"));
  const Column& period = *column_or_null(input, "period");
  const Column& users = *column_or_null(input, "users");
  const Column& rate = *column_or_null(input, "rate");
  const Column* complete = column_or_null(input, "is_complete");
  const Column* first = cohort_column(input);
  figure.columns.resize(kBeforePeriods);
  figure.columns[0].name = first == nullptr ? "cohort" : first->name;
  figure.columns[0].label = "Cohort";
  figure.columns[0].holds_numbers = false;
  figure.columns[1].name = "users";
  figure.columns[1].label = "Users";
  figure.columns[1].expression = users.expression;
  add_period_columns(period, rate, figure);
  const auto is_later = [](const Cell& cell) {
    return number_of(cell).value_or(0) >= static_cast<double>(kMostPeriods);
  };
  if (std::ranges::any_of(period.cells, is_later))
    figure.notes.push_back("Periods from " + std::to_string(kMostPeriods) + " on are left out.");
  std::map<std::string, std::size_t> cohorts;
  for (std::size_t row = 0; row < row_count(input); ++row) {
    const auto [found, is_new] = cohorts.emplace(cohort_words(input, row), cohorts.size());
    if (is_new) add_cohort(found->first, figure);
    const std::optional<std::size_t> number = period_at(period, row);
    if (!number) continue;
    Column& column = figure.columns[*number + kBeforePeriods];
    column.cells[found->second] = rate.cells[row];
    if (complete != nullptr && is_truth(complete->cells[row], false))
      column.partial_rows.push_back(found->second);
    if (*number == 0 || figure.columns[1].cells[found->second] == Cell())
      figure.columns[1].cells[found->second] = users.cells[row];
  }
  return {};
}

}  // namespace weir::report
