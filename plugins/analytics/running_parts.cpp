#include "running_parts.hpp"

#include <algorithm>

namespace weir::analytics {

RunningParts::RunningParts(const std::vector<ComparedValue>& values, const ListState& windows, size_t per_row)
    : values_(values), windows_(windows), per_row_(per_row) {
  parts_.spec().slot_size = static_cast<uint32_t>(per_row_ * part_size());
}

Result<std::vector<RunningParts::Sums>> RunningParts::advance(weir_context* context, const Keys& keys,
                                                              std::span<const int64_t> units,
                                                              std::span<const PartRange> ranges) {
  const size_t rows = keys.size();
  Keys with_units = keys;
  with_units.namespaces(units);
  WEIR_ASSIGN_OR_RETURN(const Slots<uint64_t> slots, parts_.find_or_insert(context, with_units));
  std::vector<Sums> made;
  for (size_t part = 0; part < per_row_; ++part) {
    std::vector<uint8_t*> parts(rows);
    std::vector<int64_t> from(rows);
    std::vector<int64_t> to(rows);
    for (size_t row = 0; row < rows; ++row) {
      parts[row] = static_cast<uint8_t*>(slots.raw()[row]) + part * part_size();
      auto* const head = reinterpret_cast<Head*>(parts[row]);
      const PartRange& range = ranges[row * per_row_ + part];
      const int64_t begin = head->is_begun != 0 ? head->upto : range.unit.start;
      from[row] = begin;
      to[row] = range.is_any ? std::max(begin, range.upto) - 1 : begin - 1;
      if (range.is_any) *head = {to[row] + 1, 1, head->windows};
    }
    WEIR_ASSIGN_OR_RETURN(Sums sums, add_up(context, keys, parts, from, to));
    made.push_back(std::move(sums));
  }
  return made;
}

/// Adds windows that begin in [from, to] of each row's key to its part, and notes the sum behind each row.
Result<RunningParts::Sums> RunningParts::add_up(weir_context* context, const Keys& keys,
                                                const std::vector<uint8_t*>& parts,
                                                std::span<const int64_t> from,
                                                std::span<const int64_t> to) const {
  WEIR_ASSIGN_OR_RETURN(const Batch found, windows_.read(context, keys, from, to));
  const auto row_of = found.column<uint32_t>(0);
  std::vector<std::vector<Amount>> amounts;
  for (size_t v = 0; v < values_.size(); ++v)
    amounts.push_back(values_[v].type.read(found.raw_column(3 + v)));
  Sums sums;
  size_t next = 0;
  for (size_t row = 0; row < parts.size(); ++row) {
    auto* const head = reinterpret_cast<Head*>(parts[row]);
    auto* const totals = reinterpret_cast<Total*>(parts[row] + sizeof(Head));
    for (; next < found.row_count() && row_of[next] == row; ++next) {
      ++head->windows;
      for (size_t v = 0; v < values_.size(); ++v) totals[v].add(amounts[v][next]);
    }
    sums.windows.push_back(head->windows);
    for (size_t v = 0; v < values_.size(); ++v) sums.amounts.push_back(totals[v].amount());
  }
  return sums;
}

}  // namespace weir::analytics
