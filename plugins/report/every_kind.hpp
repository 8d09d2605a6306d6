#pragma once
// A report with one section for each kind of `show:`, on rows that are usual or at an end of what may come.
// For tests of how pages look.
#include <optional>
#include <string_view>

#include "model.hpp"

namespace weir::report {

enum class Rows { kUsual, kLongest, kOne, kNone, kNull };

/// Returns the rows of a word: usual, longest, one, none, null.
std::optional<Rows> rows_named(std::string_view word);

ReportModel every_kind(Rows rows);

}  // namespace weir::report
