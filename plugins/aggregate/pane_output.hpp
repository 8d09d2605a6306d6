#pragma once
// The way out: slots become rows.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/batch.hpp>

#include <weir/slot_layout.hpp>

#include "slot_head.hpp"

namespace weir::aggregates {

/// Slots of one state with the keys and windows that they belong to. Borrows the slots.
struct PaneRows {
  uint32_t state = 0;
  std::vector<Column> keys;
  std::vector<int64_t> starts;  ///< Empty: there are no windows.
  std::vector<int64_t> ends;
  std::span<void* const> slots;
};

/// What results say of themselves where there may be several of one window.
struct RevisionColumns {
  bool is_final = false;
  std::vector<int64_t> revisions;
};

/// Threads: any.
class PaneOutput {
 public:
  /// Borrows `layout`.
  explicit PaneOutput(const SlotLayout& layout) : layout_(layout) {}
  /// Returns window, key and computed columns, and those of `revisions` where it is not null, one row for
  /// each slot.
  Result<Batch> result(const PaneRows& rows, const RevisionColumns* revisions = nullptr) const;
  /// Returns key, window end, `head` and partial columns, one row for each slot.
  Result<Batch> partial(const PaneRows& rows, const std::vector<Column>& head) const;
  /// Returns the partial columns of some slots, for merge().
  Result<std::vector<Column>> save(uint32_t state, std::span<void* const> slots) const;

 private:
  const SlotLayout& layout_;
};

/// Adds partial columns, one row for each slot, to the slots of a state.
Status merge_partial(const SlotLayout& layout, weir_context* context, uint32_t state,
                     std::span<void* const> slots, const weir_column* const* columns);

/// Times as a column.
Column times_column(std::span<const int64_t> times);

}  // namespace weir::aggregates
