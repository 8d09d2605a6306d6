#pragma once
// Figures of rows that components of the analytics family give: their columns are known by name.
// Rows that name one point, step or link several times are not drawn: mixed_rows.hpp says what is shown.
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// Rows of `forecast`, and what came: `actual` of another input, along the same x. Of several origins the
/// latest is shown. Fails: a column of `forecast` is not there.
Status add_forecast(const Show& show, const Input& input, const std::vector<Input>& inputs, Figure& figure);

/// Rows of `retention`: a row for each cohort, a column for each period. Fails as above.
Status add_cohorts(const Input& input, Figure& figure);

/// Rows of `funnel`; `by` names a column of its segments. Of several windows the latest is shown.
Status add_funnel(const Show& show, const Input& input, Figure& figure);

/// Rows with step, source, target and count; the largest kMostLinks are drawn. Of several windows the latest.
Status add_paths(const Input& input, Figure& figure);
inline constexpr std::size_t kMostLinks = 60;

/// Rows of `experiment`: their sentences, then their numbers. Of several windows and revisions the latest.
Status add_experiment(const Input& input, Figure& figure);

}  // namespace weir::report
