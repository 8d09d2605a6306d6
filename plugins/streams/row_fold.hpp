#pragma once
// Rows merged into slots by the aggregates of an option.
#include <span>
#include <string>
#include <vector>

#include <weir/row_errors.hpp>
#include <weir/slot_layout.hpp>
#include <weir/state.hpp>

namespace weir::streams {

/// Slots of all aggregates of a node.
using FoldState = ValueState<uint64_t>;

/// Threads: one instance's.
class RowFold {
 public:
  explicit RowFold(const NamedList<Aggregate>& keep) : layout_(keep) {}
  const SlotLayout& layout() const { return layout_; }

  /// Computes what the aggregates take of a batch. A row that fails is added to `errors`.
  Status evaluate(const Batch& batch, RowErrors& errors);
  /// Takes row rows[i] of the evaluated batch into slots[i], in this order. `times`: of event, by row of the
  /// batch; null: none. Fails: with the name of the aggregate before it.
  Status update(weir_context* context, const FoldState& state, std::span<void* const> slots,
                std::span<const uint32_t> rows, const int64_t* times);
  /// Returns a column for each aggregate, with a row for each slot.
  Result<std::vector<Column>> finish(const FoldState& state, std::span<void* const> slots) const;

 private:
  const SlotLayout layout_;
  // Of the batch that was evaluated last, by aggregate.
  std::vector<std::vector<Column>> arguments_;
  std::vector<Column> filters_;
  // Used again for each batch.
  std::vector<void*> taken_slots_;
  std::vector<uint32_t> taken_rows_;
};

}  // namespace weir::streams
