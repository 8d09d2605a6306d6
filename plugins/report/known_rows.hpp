#pragma once
// Rows of the analytics family, which are known by the names of their columns.
#include <string>
#include <string_view>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Whether an input has the columns that a figure of the component's rows needs.
bool is_forecast(const Input& input);
bool is_retention(const Input& input);
bool is_funnel(const Input& input);
bool is_paths(const Input& input);
bool is_experiment(const Input& input);
/// Whether they are rows of an `errors` port.
bool is_rejected(const Input& input);

/// Returns the fault of an input that is not: its first column that is missing. Needs: the component's name.
Status needs_rows_of(const Input& input, std::string_view component);

/// Returns the column that the figure shows as `label`, all null when the input has none of that name.
Column shown_column(const Input& input, std::string_view name, std::string label,
                    Format format = Format::kNumber);

/// Returns the column of the time that rows of `forecast` are about, or null.
const Column* forecast_time(const Input& input);

}  // namespace weir::report
