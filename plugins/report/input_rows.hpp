#pragma once
// The rows of an input as sections ask for them: by name, in the order of time, number by number.
#include <optional>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "report.hpp"

namespace weir::report {

std::size_t row_count(const Input& input);

/// Puts the rows in the order of the first column of moments, if there is one; others keep theirs. Rows of
/// one moment keep the order in which they came.
void order_by_time(Input& input);

/// Returns the same input with only the rows for which `keep` is true. Needs: one entry for each row.
Input picked_rows(const Input& input, const std::vector<bool>& keep);

/// Returns the input with its rows in the order of that column's moments; nothing when they are in it, or it
/// holds none.
std::optional<Input> ordered_by(const Input& input, const std::string& column);
/// Puts the rows of columns in the order of the moments of the first, if it holds some.
void order_by_first(std::vector<Column>& columns);

/// Returns "1997-01-01 to 1998-06-30", from the earliest moment to the latest; empty when there is none.
std::string window_of(const Column& times);

/// Returns how many rows there are, from when to when, and of which nodes and files.
Provenance provenance_of(const Input& input);

/// Returns the first column whose type is a time, or null.
const Column* first_moments(const Input& input);

/// Fails: no column of that name; the message names those that exist.
Result<const Column*> find_column(const Input& input, const std::string& name);
/// Returns a column that is drawn or compared. Fails: also when it holds no numbers.
Result<const Column*> find_numbers(const Input& input, const std::string& name);
/// Returns the column, or null. For columns that an input need not have.
const Column* column_or_null(const Input& input, std::string_view name);
/// Fails: no input of that name, and an empty name when there is a choice.
Result<const Input*> find_input(const std::vector<Input>& inputs, const std::string& port);

/// Returns the cell as a number; nothing for null, texts, moments and what is not finite.
std::optional<double> number_of(const Cell& cell);
std::optional<double> number_at(const Column& column, std::size_t row);
/// Returns the cell as people read it; empty for null.
std::string words_at(const Column& column, std::size_t row);
/// Returns a cell of the column as a name: as words_at(), but whole numbers, such as years, without
/// separators, and no number rounded.
std::string name_of(const Column& column, const Cell& cell);
std::string name_at(const Column& column, std::size_t row);
/// Returns that by which rows are told apart: the cell, but null for an empty text, NaN and infinities.
Cell key_of(const Cell& cell);
/// Returns whether a truth value is `wanted`; null is neither.
bool is_truth(const Cell& cell, bool wanted);

/// Returns "first_seen" as "First seen".
std::string as_words(std::string_view name);

}  // namespace weir::report
