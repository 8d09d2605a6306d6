#pragma once
// The way in: rows, or partial rows, into the slots of their groups.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/emitter.hpp>
#include <weir/state.hpp>

#include "group_keys.hpp"
#include "row_choice.hpp"
#include "slot_layout.hpp"

namespace weir::aggregates {

/// Slots of all aggregates of a node, by (key, window end).
using PaneState = ValueState<uint64_t>;

/// Returns what `aggregate` answers to bind(), but for its state. `window_us` 0: no windows.
/// Fails: two output columns of one name.
Result<Binding> bound_aggregate(const Schema& input, const std::vector<GroupKey>& keys,
                                const SlotLayout& layout, int64_t window_us);

/// Works column by column: keys and arguments are computed for the whole batch, slots are found in one call,
/// then each aggregate takes the batch in one call.
///
/// Threads: one instance's.
class AggregateInput {
 public:
  /// Borrows `keys` and `layout`. `window_us` 0: no windows.
  AggregateInput(const Schema& input, const std::vector<GroupKey>& keys, const SlotLayout& layout,
                 int64_t window_us);
  /// Takes rows into their slots; emits late ones on port 1 and rejects those that have no place.
  Status update(weir_context* context, PaneState& state, Batch batch, int64_t watermark_us, Emitter& emitter);
  /// Takes partial rows (keys, window end, partial columns) into their slots.
  Status merge(weir_context* context, PaneState& state, const Batch& partial);

 private:
  /// The arguments and filters of every aggregate over one batch.
  struct Evaluated {
    std::vector<Column> keys;
    std::vector<std::vector<Column>> arguments;
    std::vector<Column> filters;
  };
  Result<Evaluated> evaluate(const Batch& batch, RowErrors& errors) const;
  Status update_all(weir_context* context, uint32_t state, const Batch& batch, const Evaluated& values,
                    std::span<void* const> slots);
  const int64_t* times_of(const Batch& batch);
  const int64_t* positions_of(const Batch& batch);

  const std::vector<GroupKey>& keys_;
  const SlotLayout& layout_;
  const int64_t window_us_;
  const int time_column_;
  std::string time_name_;
  RowChoice choice_;
  // Used again for each batch.
  std::vector<int64_t> times_;
  std::vector<int64_t> positions_;
  std::vector<void*> filtered_slots_;
  std::vector<uint32_t> filtered_rows_;
};

}  // namespace weir::aggregates
