#pragma once
// The hidden column that lets lateness depend on the data alone.
#include <cstdint>
#include <weir/batch.hpp>

#include "plan/bound_pipeline.hpp"

namespace weir {

/// Returns the batch with row_watermark: for each row, what the rows before it in its own partition put the
/// watermark to. `watermark_us` is that of the first row, and is moved to that of the row after the last.
/// Needs: event_time.max_delay_us.
Batch with_row_watermark(Batch batch, const EventTime& event_time, int64_t& watermark_us);

}  // namespace weir
