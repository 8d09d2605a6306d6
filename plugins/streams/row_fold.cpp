#include "row_fold.hpp"

#include <weir/fault.hpp>

namespace weir::streams {

Status RowFold::evaluate(const Batch& batch, RowErrors& errors) {
  arguments_.clear();
  filters_.clear();
  for (const Computed& computed : layout_.computed) {
    std::vector<Column>& arguments = arguments_.emplace_back();
    for (uint32_t i = 0; i < computed.info.arg_count; ++i) {
      WEIR_ASSIGN_OR_RETURN(Column made, computed.argument(i).evaluate(batch, errors));
      arguments.push_back(std::move(made));
    }
    Column& filter = filters_.emplace_back();
    if (computed.info.filter == nullptr) continue;
    WEIR_ASSIGN_OR_RETURN(filter, computed.filter().evaluate(batch, errors));
  }
  return {};
}

Status RowFold::update(weir_context* context, const FoldState& state, std::span<void* const> slots,
                       std::span<const uint32_t> rows, const int64_t* times) {
  for (size_t c = 0; c < layout_.computed.size(); ++c) {
    const Computed& computed = layout_.computed[c];
    taken_slots_.assign(slots.begin(), slots.end());
    taken_rows_.assign(rows.begin(), rows.end());
    if (filters_[c]) {
      const BoolColumn is_taken(*filters_[c]);
      size_t kept = 0;
      for (size_t i = 0; i < rows.size(); ++i) {
        if (is_taken.is_null(rows[i]) || !is_taken[rows[i]]) continue;
        taken_slots_[kept] = slots[i];
        taken_rows_[kept++] = rows[i];
      }
      if (kept == 0) continue;
      taken_slots_.resize(kept);
      taken_rows_.resize(kept);
    }
    weir_aggregate_rows into{};
    into.struct_size = sizeof(into);
    into.slots = taken_slots_.data();
    into.slot_offset = computed.offset;
    into.state_index = state.index();
    into.row_count = static_cast<int64_t>(taken_rows_.size());
    into.rows = taken_rows_.data();
    into.event_times = times;
    std::vector<const weir_column*> arguments;
    for (const Column& argument : arguments_[c]) arguments.push_back(argument.get());
    weir_fault fault{};
    const int32_t code = computed.info.calls->update(computed.info.layout->state, host(), context, &into,
                                                     arguments.data(), &fault);
    if (code != 0) return status_of(code, fault).with_context("keep." + computed.name);
  }
  return {};
}

Result<std::vector<Column>> RowFold::finish(const FoldState& state, std::span<void* const> slots) const {
  std::vector<Column> columns;
  for (const Computed& computed : layout_.computed) {
    weir_aggregate_rows rows{};
    rows.struct_size = sizeof(rows);
    rows.slots = slots.data();
    rows.slot_offset = computed.offset;
    rows.state_index = state.index();
    rows.row_count = static_cast<int64_t>(slots.size());
    weir_column* made = nullptr;
    weir_fault fault{};
    const int32_t code =
        computed.info.calls->finish(computed.info.layout->state, host(), &rows, &made, &fault);
    if (code != 0) return status_of(code, fault).with_context("keep." + computed.name);
    columns.push_back(Column::adopt(made));
  }
  return columns;
}

}  // namespace weir::streams
