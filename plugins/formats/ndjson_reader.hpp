#pragma once
// Lines of JSON as rows.
#include <weir/decoder.hpp>

#include "column_plan.hpp"

namespace weir::formats {

/// Decodes one run of bytes. `is_whole_checked`: each line is validated as a whole, not only what is read.
/// Returns the bytes that were used.
size_t decode_ndjson(const ColumnPlan& plan, bool is_whole_checked, const DecodeInput& input,
                     DecodeOutput& output);

}  // namespace weir::formats
