#pragma once
// The page's drop-down: what it may be set to, and the rows that each choice leaves.
//
// What of a number "all" is depends on the number: orders of all channels are the sum, a p99 of all channels
// is none of theirs. So rows with a null in the filter's column are the rows of all, as the pipeline made
// them; without such rows, items that list (tables, charts with `by` of the filter's column) take all rows,
// and items with `adds_up: true` take the sums. When an item of the page has none of these there is no choice
// "all".
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

/// More values than these want a search, not a drop-down; and each makes the page larger.
inline constexpr std::size_t kMostChoices = 30;

/// Returns the choices of the page, none when the spec has no filter or no row has a value.
/// Fails: no input has the column; more than kMostChoices values.
Result<Filter> filter_of(const ReportSpec& spec, const std::vector<Input>& inputs);

/// Returns whether an item of the section is from an input that has the column.
bool is_filtered(const SectionSpec& spec, const std::vector<Input>& inputs, const std::string& column);

/// Returns the inputs with the rows of one choice; those without the column as they are. For the choice "",
/// all: rows with a null there, or all rows where there are none.
std::vector<Input> filtered(const std::vector<Input>& inputs, const std::string& column,
                            const std::string& choice);

/// Returns whether the input has the column and a row in which it is not null.
bool has_values(const Input& input, const std::string& column);

/// Returns the rows with the numbers added up over all values of the column `over`, which is null; a row for
/// each combination of what is no number and of the item's `x` and `by`, in the order of their first rows.
Input added_up(const Input& input, const Show& show, const std::string& over);

}  // namespace weir::report
