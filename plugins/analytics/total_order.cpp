#include "total_order.hpp"

#include <algorithm>
#include <numeric>

#include "key_hashes.hpp"

namespace weir::behaviour {
namespace {

/// Some of the batches that came, from the first of them on, and from when to when their rows are.
struct Stretch {
  Batch batch;
  size_t place;
  int64_t first;
  int64_t last;
};

Stretch stretch_of(Batch batch, size_t place, size_t time) {
  const auto [first, last] = std::ranges::minmax(batch.column<int64_t>(time).values());
  return {std::move(batch), place, first, last};
}

bool has_equal_neighbours(std::span<const int64_t> times) {
  return std::ranges::adjacent_find(times) != times.end();
}

/// The batch by time alone; rows of one time as they came.
Batch by_time(Batch batch, size_t time) {
  const auto times = batch.column<int64_t>(time).values();
  if (std::ranges::is_sorted(times)) return batch;
  std::vector<uint32_t> rows(batch.row_count());
  std::iota(rows.begin(), rows.end(), 0U);
  std::ranges::stable_sort(rows, {}, [&](uint32_t row) { return times[row]; });
  return batch.select(rows);
}

/// The batch, which is sorted by time, with the rows of one time in the order of their keys' hashes.
Batch by_key_within(Batch batch, size_t time, const std::vector<ColumnRef>& keys) {
  const auto times = batch.column<int64_t>(time).values();
  if (!has_equal_neighbours(times)) return batch;
  std::vector<uint32_t> rows(batch.row_count());
  std::iota(rows.begin(), rows.end(), 0U);
  std::vector<uint64_t> hashes;
  hash_keys(batch, rows, keys, hashes);
  for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    for (end = begin + 1; end < rows.size() && times[end] == times[begin];) ++end;
    std::ranges::stable_sort(rows.begin() + static_cast<ptrdiff_t>(begin),
                             rows.begin() + static_cast<ptrdiff_t>(end), {},
                             [&](uint32_t row) { return hashes[row]; });
  }
  return batch.select(rows);
}

/// Stretches that overlap become one batch.
Batch joined(std::span<Stretch> stretches) {
  if (stretches.size() == 1) return std::move(stretches.front().batch);
  std::ranges::sort(stretches, {}, &Stretch::place);
  std::vector<Batch> batches;
  for (Stretch& stretch : stretches) batches.push_back(std::move(stretch.batch));
  return Batch::concat(batches);
}

}  // namespace

std::vector<Batch> in_total_order(std::vector<Batch> batches, size_t time,
                                  const std::vector<ColumnRef>& keys) {
  std::vector<Stretch> stretches;
  for (Batch& batch : batches)
    if (batch.row_count() != 0) stretches.push_back(stretch_of(std::move(batch), stretches.size(), time));
  std::ranges::stable_sort(stretches, {}, &Stretch::first);
  std::vector<Batch> ordered;
  for (size_t begin = 0, end = 0; begin < stretches.size(); begin = end) {
    int64_t last = stretches[begin].last;
    for (end = begin + 1; end < stretches.size() && stretches[end].first <= last; ++end)
      last = std::max(last, stretches[end].last);
    Batch one = joined(std::span(stretches).subspan(begin, end - begin));
    ordered.push_back(by_key_within(by_time(std::move(one), time), time, keys));
  }
  return ordered;
}

}  // namespace weir::behaviour
