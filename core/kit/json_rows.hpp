#pragma once
// Rows as tests write and read them.
#include <string>
#include <string_view>

#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir::kit {

/// Reads `[[1, "a"], [2, null]]`, or rows as objects, whose missing members are null. A text stands for a
/// value of any type that CAST makes of it: times, decimals. Fails: naming the row and the column.
Result<Batch> rows_from_json(const Schema& schema, std::string_view json);

/// Returns rows as `[[1, "a"], [2, null]]`, one value as `weir dead show` prints it.
std::string rows_to_json(const weir_schema& schema, const weir_batch& batch);

}  // namespace weir::kit
