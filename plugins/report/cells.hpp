#pragma once
// From the columns of batches to the cells of a report.
#include <weir/batch.hpp>
#include <weir/schema.hpp>

#include "report.hpp"

namespace weir::report {

/// Returns the columns of an input before any row came.
/// Fails: a list or a struct, which is no cell; the message names the column.
Result<Input> empty_input(const std::string& port, const Schema& schema);

/// Adds the rows of `batch`. Needs: `input` made by empty_input() from the batch's schema.
void append_rows(const Schema& schema, const Batch& batch, Input& input);

}  // namespace weir::report
