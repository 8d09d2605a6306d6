#pragma once
// The way out: slots become rows.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/batch.hpp>

#include "slot_layout.hpp"

namespace weir::aggregates {

/// Threads: any.
class PaneOutput {
 public:
  /// Borrows `layout`. `window_us` 0: no windows. `state` is the index of the slots' state.
  PaneOutput(const SlotLayout& layout, int64_t window_us, uint32_t state)
      : layout_(layout), window_us_(window_us), state_(state) {}
  /// Returns window, key and computed columns, one row for each slot.
  Result<Batch> result(const std::vector<Column>& keys, std::span<const int64_t> ends,
                       std::span<void* const> slots) const;
  /// Returns key, window end and partial columns, one row for each slot.
  Result<Batch> partial(const std::vector<Column>& keys, std::span<const int64_t> ends,
                        std::span<void* const> slots) const;

 private:
  weir_aggregate_rows rows_of(std::span<void* const> slots, const Computed& computed) const;
  const SlotLayout& layout_;
  const int64_t window_us_;
  const uint32_t state_;
};

}  // namespace weir::aggregates
