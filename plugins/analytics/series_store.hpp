#pragma once
// The values of one series in the host's state, evenly spaced.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/state.hpp>

namespace weir::prediction {

/// Plain bytes that begin zeroed. The block holds float64, the cells [first, first + count) of the series;
/// NaN where nothing came.
struct SeriesSlot {
  weir_block* values;
  int64_t phase_us;  ///< Cell c stands for the time phase_us + c * step.
  int64_t first;
  int64_t count;
  static std::vector<uint32_t> ref_offsets() { return {0}; }
};

using SeriesState = ValueState<SeriesSlot>;

/// How series are laid out. All times in [us].
class SeriesGrid {
 public:
  /// Needs: step_us > 0, history > 0.
  SeriesGrid(int64_t step_us, int64_t history) : step_us_(step_us), history_(history) {}
  int64_t step_us() const { return step_us_; }

  int64_t time_of(const SeriesSlot& slot, int64_t cell) const { return slot.phase_us + cell * step_us_; }
  /// The cell whose time is nearest, so that a day of 23 or 25 hours is one cell.
  int64_t cell_of(const SeriesSlot& slot, int64_t time) const;
  /// The first cell whose time is not before `time`.
  int64_t cell_from(const SeriesSlot& slot, int64_t time) const;

  /// Puts a value (NaN: none) at its time, over one that is there. A value more than `history` cells behind
  /// the last one is passed over; one so much further on lets go of all others.
  Status put(SeriesState& state, weir_context* context, SeriesSlot& slot, int64_t time, double value) const;
  /// Lets go of cells that no forecast from `cell` on looks at.
  void forget_before(SeriesSlot& slot, int64_t cell) const;
  /// Returns up to `history` cells that end before `end`, without missing ones in front. `*first` is the
  /// cell of the first; those behind the last value are NaN.
  std::vector<double> values_before(const SeriesSlot& slot, int64_t end, int64_t* first) const;

 private:
  Status make_room(SeriesState& state, weir_context* context, SeriesSlot& slot, int64_t first,
                   int64_t last) const;

  const int64_t step_us_;
  const int64_t history_;
};

}  // namespace weir::prediction
