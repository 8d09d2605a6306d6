#include "pane_output.hpp"

#include <algorithm>

#include <weir/builder.hpp>
#include <weir/fault.hpp>

namespace weir::aggregates {
namespace {

Batch batch_of(const std::vector<Column>& columns, size_t row_count) {
  weir_batch like{};
  like.row_count = static_cast<int64_t>(row_count);
  like.entered_ns = host()->monotonic_ns(host());
  return Batch::make(like, columns);
}

Column numbers_column(std::span<const int64_t> numbers, Type type) {
  ColumnBuilder<int64_t> made(numbers.size(), {}, type);
  std::ranges::copy(numbers, made.values().begin());
  return std::move(made).finish();
}

weir_aggregate_rows rows_of(uint32_t state, std::span<void* const> slots, const Computed& computed) {
  weir_aggregate_rows rows{};
  rows.struct_size = sizeof(rows);
  rows.slots = slots.data();
  rows.slot_offset = computed.offset;
  rows.state_index = state;
  rows.row_count = static_cast<int64_t>(slots.size());
  return rows;
}

}  // namespace

Column times_column(std::span<const int64_t> times) { return numbers_column(times, Type::kTimestamp); }

Result<Batch> PaneOutput::result(const PaneRows& rows, const RevisionColumns* revisions) const {
  std::vector<Column> columns;
  if (!rows.starts.empty()) {
    columns.push_back(times_column(rows.starts));
    columns.push_back(times_column(rows.ends));
  }
  columns.insert(columns.end(), rows.keys.begin(), rows.keys.end());
  for (const Computed& computed : layout_.computed) {
    const weir_aggregate_rows slots = rows_of(rows.state, rows.slots, computed);
    weir_column* made = nullptr;
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->finish(computed.info.layout->state, host(), &slots, &made, &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
    columns.push_back(Column::adopt(made));
  }
  if (revisions != nullptr) {
    BoolBuilder is_final;
    for (size_t i = 0; i < rows.slots.size(); ++i) is_final.append(revisions->is_final);
    columns.push_back(std::move(is_final).finish());
    columns.push_back(numbers_column(revisions->revisions, Type::kInt64));
  }
  return batch_of(columns, rows.slots.size());
}

Result<Batch> PaneOutput::partial(const PaneRows& rows, const std::vector<Column>& head) const {
  std::vector<Column> columns = rows.keys;
  columns.push_back(times_column(rows.ends));
  columns.insert(columns.end(), head.begin(), head.end());
  WEIR_ASSIGN_OR_RETURN(const std::vector<Column> saved, save(rows.state, rows.slots));
  columns.insert(columns.end(), saved.begin(), saved.end());
  return batch_of(columns, rows.slots.size());
}

Result<std::vector<Column>> PaneOutput::save(uint32_t state, std::span<void* const> slots) const {
  std::vector<Column> columns;
  for (const Computed& computed : layout_.computed) {
    const weir_aggregate_rows rows = rows_of(state, slots, computed);
    std::vector<weir_column*> made(computed.info.layout->partial_count);
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->save(computed.info.layout->state, host(), &rows, made.data(), &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
    for (weir_column* column : made) columns.push_back(Column::adopt(column));
  }
  return columns;
}

Status merge_partial(const SlotLayout& layout, weir_context* context, uint32_t state,
                     std::span<void* const> slots, const weir_column* const* columns) {
  for (const Computed& computed : layout.computed) {
    const weir_aggregate_rows rows = rows_of(state, slots, computed);
    weir_fault fault{};
    const int32_t code = computed.info.calls->merge(computed.info.layout->state, host(), context, &rows,
                                                    columns + computed.partial, &fault);
    if (code != 0) return status_of(code, fault).with_context("compute." + computed.name);
  }
  return {};
}

}  // namespace weir::aggregates
