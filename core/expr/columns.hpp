#pragma once
// Columns of a batch <-> values of an evaluation.
#include <weir/column.hpp>
#include <weir/status.hpp>

#include "expr/eval.hpp"

namespace weir::expr {

/// Makes the values of a column readable. Texts and fixed-width values are borrowed from the column; masks
/// are copied into whole words. Needs: the column outlives the vector.
Vector load_column(const weir_column& column, int64_t row_count, Arena& arena);

/// Makes a column of `row_count` rows. An input column that was not changed is shared, and so are the texts
/// of input columns; the rest is copied into the host's memory. Rows of `faulted` (may be null) become null.
/// Fails: no memory.
Result<Column> store_column(const Vector& vector, int64_t row_count, const Bits* faulted);

}  // namespace weir::expr
