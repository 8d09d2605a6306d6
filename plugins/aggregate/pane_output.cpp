#include "pane_output.hpp"

#include <weir/builder.hpp>
#include <weir/fault.hpp>

namespace weir::aggregates {
namespace {

Column times(std::span<const int64_t> ends, int64_t shift) {
  ColumnBuilder<int64_t> made(ends.size(), {}, Type::kTimestamp);
  for (size_t i = 0; i < ends.size(); ++i) made.values()[i] = ends[i] - shift;
  return std::move(made).finish();
}

Batch batch_of(const std::vector<Column>& columns, size_t row_count) {
  weir_batch like{};
  like.row_count = static_cast<int64_t>(row_count);
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

}  // namespace

weir_aggregate_rows PaneOutput::rows_of(std::span<void* const> slots, const Computed& computed) const {
  weir_aggregate_rows rows{};
  rows.slots = slots.data();
  rows.slot_offset = computed.offset;
  rows.state_index = state_;
  rows.row_count = static_cast<int64_t>(slots.size());
  return rows;
}

Result<Batch> PaneOutput::result(const std::vector<Column>& keys, std::span<const int64_t> ends,
                                 std::span<void* const> slots) const {
  std::vector<Column> columns;
  if (window_us_ > 0) {
    columns.push_back(times(ends, window_us_));
    columns.push_back(times(ends, 0));
  }
  columns.insert(columns.end(), keys.begin(), keys.end());
  for (const Computed& computed : layout_.computed) {
    const weir_aggregate_rows rows = rows_of(slots, computed);
    weir_column* made = nullptr;
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->finish(computed.info.layout->state, host(), &rows, &made, &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
    columns.push_back(Column::adopt(made));
  }
  return batch_of(columns, slots.size());
}

Result<Batch> PaneOutput::partial(const std::vector<Column>& keys, std::span<const int64_t> ends,
                                  std::span<void* const> slots) const {
  std::vector<Column> columns = keys;
  columns.push_back(times(ends, 0));
  for (const Computed& computed : layout_.computed) {
    const weir_aggregate_rows rows = rows_of(slots, computed);
    std::vector<weir_column*> made(computed.info.layout->partial_count);
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->save(computed.info.layout->state, host(), &rows, made.data(), &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
    for (weir_column* column : made) columns.push_back(Column::adopt(column));
  }
  return batch_of(columns, slots.size());
}

}  // namespace weir::aggregates
