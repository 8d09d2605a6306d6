#include "runtime/row_watermark.hpp"

#include <algorithm>
#include <vector>
#include <weir/builder.hpp>
#include <weir/host.hpp>

namespace weir {

Batch with_row_watermark(Batch batch, const EventTime& event_time, int64_t& watermark_us) {
  const ColumnView<int64_t> times(batch.raw_column(event_time.column));
  ColumnBuilder<int64_t> watermarks(times.size());
  for (size_t row = 0; row < times.size(); ++row) {
    watermarks.values()[row] = watermark_us;
    if (!times.is_null(row))
      watermark_us = std::max(watermark_us, times.values()[row] - *event_time.max_delay_us);
  }
  const Column made = std::move(watermarks).finish();
  weir_batch view = *batch;
  view.row_watermark = made.get();
  return Batch::make(view, batch.columns());
}

}  // namespace weir
