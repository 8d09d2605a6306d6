#include "earlier_windows.hpp"

#include <optional>

namespace weir::analytics {

void EarlierWindows::declare(const Schema& input, Binding& binding) {
  std::vector<Field>& kept = windows_.spec().values;
  kept = {{"window_end", Type::kTimestamp, false}};
  for (const ComparedValue& value : values_) kept.push_back(input[value.column]);
  windows_.declare(binding);
}

Status EarlierWindows::keep(weir_context* context, const Batch& rows) {
  Keys keys(rows, by_);
  keys.namespaces(rows.column<int64_t>(columns_.start).values());
  std::vector<const weir_column*> kept = {&rows.raw_column(columns_.end)};
  for (const ComparedValue& value : values_) kept.push_back(&rows.raw_column(value.column));
  return windows_.append(context, keys, kept);
}

Result<EarlierWindows::Found> EarlierWindows::find(weir_context* context, const Batch& rows,
                                                   const Counterparts& calendar, PeriodBefore period) const {
  Found made{std::vector<Base>(rows.row_count(), Base::kNoSuchWindow),
             std::vector<std::vector<Amount>>(values_.size(), std::vector<Amount>(rows.row_count()))};
  std::vector<uint32_t> picked;
  std::vector<int64_t> starts;
  std::vector<int64_t> ends;
  Span last{};
  std::optional<Span> earlier;
  for (uint32_t row = 0; row < rows.row_count(); ++row) {
    // Groups of one window come side by side.
    if (const Span window = window_of(rows, row); row == 0 || window != last) {
      last = window;
      earlier = calendar.before(window, period);
    }
    if (!earlier) continue;
    made.bases[row] = Base::kAbsent;
    picked.push_back(row);
    starts.push_back(earlier->start);
    ends.push_back(earlier->end);
  }
  if (picked.empty()) return made;
  Keys keys(rows, by_);
  keys.rows(picked);
  WEIR_ASSIGN_OR_RETURN(const Batch found, windows_.read(context, keys, starts, starts));
  const auto which = found.column<uint32_t>(0);
  const auto found_ends = found.column<int64_t>(2);
  for (size_t v = 0; v < values_.size(); ++v) {
    const std::vector<Amount> amounts = values_[v].type.read(found.raw_column(3 + v));
    for (size_t i = 0; i < amounts.size(); ++i) {
      // Another window may begin at the same time and be longer.
      if (found_ends[i] != ends[which[i]]) continue;
      made.bases[picked[which[i]]] = Base::kThere;
      made.before[v][picked[which[i]]] = amounts[i];
    }
  }
  return made;
}

void EarlierWindows::mark_open(const Batch& rows, const Counterparts& calendar, PeriodBefore period,
                               int64_t watermark, int64_t lateness, Found& found) const {
  for (size_t row = 0; row < found.bases.size(); ++row) {
    const Span window = window_of(rows, row);
    Base& base = found.bases[row];
    if (base == Base::kThere && watermark < window.end) base = Base::kPartial;
    if (base != Base::kAbsent) continue;
    const auto earlier = calendar.before(window, period);
    if (earlier && watermark < earlier->end + lateness) base = Base::kOpen;
  }
}

}  // namespace weir::analytics
