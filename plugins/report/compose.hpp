#pragma once
// From what the YAML asks for and the rows that came, to what the report says.
#include <vector>

#include <weir/status.hpp>

#include "model.hpp"
#include "report.hpp"

namespace weir::report {

/// Returns the model. The rows of an input are first ordered by its first column of moments, if it has one;
/// others keep the order in which they came. Columns whose moments all begin a day of the report's zone are
/// days. Fails: an unknown input, column, or name in an answer; an id used twice; a filter that no input has,
/// or one with more values than a drop-down is good for. The message begins with the section and the item:
/// "section 'revenue': kpi 'orders': ...".
Result<ReportModel> compose(const ReportSpec& spec, std::vector<Input> inputs, Moment generated_at);

}  // namespace weir::report
