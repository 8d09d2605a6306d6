#include "known_rows.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "input_rows.hpp"

namespace weir::report {
namespace {

using Names = std::span<const char* const>;

constexpr std::array<const char*, 5> kForecast = {"forecast", "lower_80", "upper_80", "lower_95", "upper_95"};
constexpr std::array<const char*, 4> kRetention = {"period", "users", "returned", "rate"};
constexpr std::array<const char*, 4> kFunnel = {"step", "step_name", "entered", "converted"};
constexpr std::array<const char*, 4> kPaths = {"step", "source", "target", "count"};
constexpr std::array<const char*, 4> kExperiment = {"metric", "arm", "verdict", "sentence"};

constexpr std::array<const char*, 4> kRejected = {"component", "code", "message", "raw"};

bool has_all(const Input& input, Names names) {
  return std::ranges::all_of(names, [&](const char* name) { return column_or_null(input, name) != nullptr; });
}

Names names_of(std::string_view component) {
  if (component == "forecast") return kForecast;
  if (component == "retention") return kRetention;
  if (component == "funnel") return kFunnel;
  return component == "paths" ? Names(kPaths) : Names(kExperiment);
}

}  // namespace

bool is_forecast(const Input& input) { return has_all(input, kForecast); }
bool is_retention(const Input& input) { return has_all(input, kRetention); }
bool is_funnel(const Input& input) { return has_all(input, kFunnel); }
bool is_paths(const Input& input) { return has_all(input, kPaths); }
bool is_experiment(const Input& input) { return has_all(input, kExperiment); }

bool is_rejected(const Input& input) { return has_all(input, kRejected); }

Status needs_rows_of(const Input& input, std::string_view component) {
  for (const char* name : names_of(component)) {
    if (column_or_null(input, name) == nullptr)
      return find_column(input, name)
          .status()
          .with_context("rows of " + std::string(component) + " are needed");
  }
  return {};
}

Column shown_column(const Input& input, std::string_view name, std::string label, Format format) {
  const Column* found = column_or_null(input, name);
  Column column = found == nullptr ? Column() : *found;
  column.name = name;
  column.label = std::move(label);
  column.format = format;
  if (found == nullptr) column.cells.assign(row_count(input), Cell());
  return column;
}

const Column* forecast_time(const Input& input) {
  for (const Column& column : input.columns)
    if (column.holds_moments && column.name != "origin") return &column;
  return nullptr;
}

}  // namespace weir::report
