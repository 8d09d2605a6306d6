#pragma once
// Rows in one order, however they were cut into batches and wherever they waited.
#include <span>
#include <vector>

#include <weir/batch.hpp>

namespace weir::behaviour {

/// Returns the rows of all batches in the order of the column `time`, those of one time in that of the hashes
/// of their keys, and those of one key as they come here. No batch lies before the one in front of it.
/// Needs: batches of the same columns; no nulls in the time and the keys.
std::vector<Batch> in_total_order(std::vector<Batch> batches, size_t time,
                                  const std::vector<ColumnRef>& keys);

}  // namespace weir::behaviour
