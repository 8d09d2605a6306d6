#include "series_store.hpp"

#include <algorithm>
#include <cmath>

namespace weir::prediction {
namespace {

int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

double* values_of(const SeriesSlot& slot) { return reinterpret_cast<double*>(slot.values->data); }

int64_t capacity_of(const SeriesSlot& slot) {
  return slot.values == nullptr ? 0 : static_cast<int64_t>(slot.values->size / sizeof(double));
}

}  // namespace

int64_t SeriesGrid::cell_of(const SeriesSlot& slot, int64_t time) const {
  return floor_div(time - slot.phase_us + step_us_ / 2, step_us_);
}

int64_t SeriesGrid::cell_from(const SeriesSlot& slot, int64_t time) const {
  return -floor_div(slot.phase_us - time, step_us_);
}

Status SeriesGrid::put(SeriesState& state, weir_context* context, SeriesSlot& slot, int64_t time,
                       double value) const {
  if (slot.count == 0) slot.phase_us = time - floor_div(time, step_us_) * step_us_;
  const int64_t cell = cell_of(slot, time);
  const int64_t end = slot.first + slot.count;
  if (slot.count == 0 || cell >= end + history_) slot.first = cell, slot.count = 0;
  if (slot.count > 0 && cell < end - history_) return {};
  const int64_t first = slot.count == 0 ? cell : std::min(cell, slot.first);
  const int64_t last = slot.count == 0 ? cell : std::max(cell, end - 1);
  WEIR_RETURN_IF_ERROR(make_room(state, context, slot, first, last));
  values_of(slot)[cell - slot.first] = value;
  return {};
}

Status SeriesGrid::make_room(SeriesState& state, weir_context* context, SeriesSlot& slot, int64_t first,
                             int64_t last) const {
  const int64_t count = last - first + 1;
  if (count > capacity_of(slot)) {
    const int64_t capacity = std::max<int64_t>(count + count / 2, 64);
    const size_t bytes = static_cast<size_t>(capacity) * sizeof(double);
    WEIR_RETURN_IF_ERROR(state.resize_block(context, &slot.values, bytes));
  }
  double* const values = values_of(slot);
  const int64_t front = slot.count == 0 ? 0 : slot.first - first;
  if (front > 0) {
    std::copy_backward(values, values + slot.count, values + slot.count + front);
    std::fill_n(values, front, NAN);
  }
  std::fill(values + front + slot.count, values + count, NAN);
  slot.first = first;
  slot.count = count;
  return {};
}

void SeriesGrid::forget_before(SeriesSlot& slot, int64_t cell) const {
  const int64_t gone = std::clamp<int64_t>(cell - history_ - slot.first, 0, slot.count);
  if (gone == 0) return;
  double* const values = values_of(slot);
  std::copy(values + gone, values + slot.count, values);
  slot.first += gone;
  slot.count -= gone;
}

std::vector<double> SeriesGrid::values_before(const SeriesSlot& slot, int64_t end, int64_t* first) const {
  if (slot.count == 0) return {};
  const double* const values = values_of(slot);
  int64_t begin = std::max(slot.first, end - history_);
  const int64_t known = std::min(end, slot.first + slot.count);
  while (begin < known && std::isnan(values[begin - slot.first])) ++begin;
  *first = begin;
  if (begin >= known) return {};
  std::vector<double> found(values + (begin - slot.first), values + (known - slot.first));
  found.resize(static_cast<size_t>(end - begin), NAN);
  return found;
}

}  // namespace weir::prediction
