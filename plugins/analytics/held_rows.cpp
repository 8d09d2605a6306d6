#include "held_rows.hpp"

#include <algorithm>
#include <numeric>

namespace weir::behaviour {
namespace {

/// Some rows in the order of their times, from `first` to `last`.
struct Part {
  Batch batch;
  size_t place;  ///< Among those that came.
  int64_t first;
  int64_t last;
};

std::vector<uint32_t> in_order(std::span<const uint32_t> rows, const ColumnView<int64_t>& times) {
  std::vector<uint32_t> sorted(rows.begin(), rows.end());
  const auto is_before = [&](uint32_t one, uint32_t other) { return times[one] < times[other]; };
  if (!std::ranges::is_sorted(sorted, is_before)) std::ranges::stable_sort(sorted, is_before);
  return sorted;
}

Part part_of(const Batch& batch, size_t place, size_t time, std::span<const uint32_t> rows) {
  const auto times = batch.column<int64_t>(time);
  const std::vector<uint32_t> sorted = in_order(rows, times);
  return {batch.select(sorted), place, times[sorted.front()], times[sorted.back()]};
}

/// The rows of parts that overlap, as one batch.
Batch merged(std::span<Part> parts, size_t time) {
  if (parts.size() == 1) return std::move(parts.front().batch);
  std::ranges::sort(parts, {}, &Part::place);
  std::vector<Batch> batches;
  for (Part& part : parts) batches.push_back(std::move(part.batch));
  const Batch all = Batch::concat(batches);
  std::vector<uint32_t> rows(all.row_count());
  std::iota(rows.begin(), rows.end(), 0U);
  return all.select(in_order(rows, all.column<int64_t>(time)));
}

}  // namespace

void HeldRows::add(Batch batch, size_t time, std::vector<uint32_t> rows) {
  held_.push_back({std::move(batch), time, std::move(rows)});
}

Status HeldRows::take_all(const Keep& keep) {
  for (const Held& held : held_) WEIR_RETURN_IF_ERROR(keep(held.batch, held.rows));
  held_.clear();
  return {};
}

Result<std::vector<Batch>> HeldRows::take_upto(int64_t upto, int64_t from, const Keep& keep) {
  std::vector<Part> parts;
  size_t time = 0;
  for (Held& held : held_) {
    time = held.time;
    const auto times = held.batch.column<int64_t>(time);
    const auto due =
        std::ranges::stable_partition(held.rows, [&](uint32_t row) { return times[row] > upto; });
    const auto passing = std::ranges::stable_partition(due, [&](uint32_t row) { return times[row] < from; });
    WEIR_RETURN_IF_ERROR(keep(held.batch, {due.begin(), passing.begin()}));
    if (!passing.empty())
      parts.push_back(part_of(held.batch, parts.size(), time, {passing.begin(), passing.end()}));
    held.rows.erase(due.begin(), held.rows.end());
  }
  std::erase_if(held_, [](const Held& held) { return held.rows.empty(); });
  std::ranges::stable_sort(parts, {}, &Part::first);
  std::vector<Batch> batches;
  for (size_t begin = 0, end = 0; begin < parts.size(); begin = end) {
    int64_t last = parts[begin].last;
    for (end = begin + 1; end < parts.size() && parts[end].first <= last; ++end)
      last = std::max(last, parts[end].last);
    batches.push_back(merged(std::span(parts).subspan(begin, end - begin), time));
  }
  return batches;
}

}  // namespace weir::behaviour
