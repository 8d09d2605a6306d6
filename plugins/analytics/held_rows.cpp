#include "held_rows.hpp"

#include <algorithm>

#include <weir/row_times.hpp>

namespace weir::behaviour {

int64_t HeldRows::earliest_of(const Batch& batch, size_t time, std::span<const uint32_t> rows) {
  const auto times = batch.column<int64_t>(time);
  int64_t earliest = kNever;
  for (const uint32_t row : rows) earliest = std::min(earliest, times[row]);
  return earliest;
}

void HeldRows::add(Batch batch, size_t time, std::vector<uint32_t> rows) {
  const int64_t earliest = earliest_of(batch, time, rows);
  held_.push_back({std::move(batch), time, std::move(rows), earliest});
}

Status HeldRows::take_all(const Keep& keep) {
  for (const Held& held : held_) WEIR_RETURN_IF_ERROR(keep(held.batch, held.rows));
  held_.clear();
  return {};
}

void HeldRows::take_upto(int64_t upto, std::vector<Batch>& taken) {
  for (Held& held : held_) {
    if (held.earliest > upto) continue;
    const auto times = held.batch.column<int64_t>(held.time);
    const auto due =
        std::ranges::stable_partition(held.rows, [&](uint32_t row) { return times[row] > upto; });
    const bool is_whole = due.size() == held.batch.row_count();
    const Batch rows =
        is_whole ? std::move(held.batch) : held.batch.select(std::vector<uint32_t>(due.begin(), due.end()));
    taken.push_back(Batch::make(rows.row_count(), rows.columns()));
    held.rows.erase(due.begin(), due.end());
    if (!is_whole) held.earliest = earliest_of(held.batch, held.time, held.rows);
  }
  std::erase_if(held_, [](const Held& held) { return held.rows.empty(); });
}

}  // namespace weir::behaviour
