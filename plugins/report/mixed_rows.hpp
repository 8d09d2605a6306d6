#pragma once
// Rows that name one place of a drawing several times: drawn, several series would look like one.
#include <string>
#include <vector>

#include "report.hpp"

namespace weir::report {

/// Which option shows such rows apart.
enum class Remedy { kBy, kFilterBy };

/// Returns what is said in place of a drawing: that several rows have the same values in all columns of
/// `place`, the column in which they differ, and what to do. Empty when no two rows have; rows with a null in
/// the first of the columns have no place. Needs: columns of `input`, at least one.
std::string mixed_rows(const Input& input, const std::vector<const Column*>& place, Remedy remedy);

/// Makes the figure a table of the rows that says why it is none of its kind; leaves it when `why` is empty.
void show_as_table(const Input& input, std::string why, Figure& figure);

}  // namespace weir::report
