#include "approximate_active_counts.hpp"

#include <cmath>

#include <weir/gather.hpp>

#include "key_hashes.hpp"
#include "loose_hll.hpp"

namespace weir::behaviour {

void ApproximateActiveCounts::declare(const std::vector<Field>&, const std::vector<Field>& segments,
                                      Binding& binding) {
  days_.spec().keys = segments;
  days_.declare(binding);
  segments_.spec().keys = segments;
  segments_.declare(binding);
}

Status ApproximateActiveCounts::keep(weir_context* context, const MarkedRows& marked,
                                     std::span<const int64_t> day_ends) {
  Keys keys(marked.batch, marked.carried);
  keys.rows(marked.rows);
  WEIR_RETURN_IF_ERROR(segments_.find_or_insert(context, keys).status());
  WEIR_ASSIGN_OR_RETURN(const auto slots, days_.find_or_insert(context, keys.namespaces(day_ends)));
  hash_keys(marked.batch, marked.rows, marked.keys, hashes_);
  const aggregates::ResizeBlock resize = [&](weir_block*& block, size_t size) {
    if (const Status status = days_.resize_block(context, &block, size); !status.is_ok())
      throw FaultException(status);
  };
  for (size_t i = 0; i < slots.size(); ++i)
    aggregates::HllGroup(*slots[i], resize).add(hashes_[i], precision_);
  return {};
}

Result<ActiveCounts> ApproximateActiveCounts::counts(weir_context* context, const TrailingDays& days,
                                                     uint64_t& cursor) {
  WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context, kNever, kPortionSegments, &cursor));
  const size_t count = some.slots.size();
  ActiveCounts made;
  made.is_more = count > 0;
  if (count == 0) return made;
  std::vector<const weir_column*> columns;
  for (const Column& value : some.keys) columns.push_back(value.get());
  std::vector<LooseHll> unions(count);
  std::vector<int64_t> by_segment(count * windows_.size());
  size_t day = 0;
  for (size_t window = 0; window < windows_.size(); ++window) {
    for (; day < static_cast<size_t>(windows_[window]); ++day) {
      const std::vector<int64_t> ends(count, days.ends[day]);
      Keys keys(columns, count);
      WEIR_ASSIGN_OR_RETURN(const auto found, days_.find(context, keys.namespaces(ends)));
      for (size_t i = 0; i < count; ++i) {
        if (found[i] == nullptr) continue;
        saved_.clear();
        aggregates::save_hll(*found[i], saved_);
        WEIR_RETURN_IF_ERROR(unions[i].merge(saved_));
        // The earliest day leaves the longest window before the next day is counted.
        if (day + 1 < static_cast<size_t>(windows_.back())) goes_on_ = true;
      }
    }
    for (size_t i = 0; i < count; ++i)
      by_segment[i * windows_.size() + window] = std::llround(unions[i].count());
  }
  std::vector<uint32_t> picked;
  for (uint32_t i = 0; i < count; ++i) {
    const auto of_segment = std::span(by_segment).subspan(i * windows_.size(), windows_.size());
    if (of_segment.back() == 0) continue;
    picked.push_back(i);
    made.counts.insert(made.counts.end(), of_segment.begin(), of_segment.end());
  }
  for (const Column& value : some.keys) made.segments.push_back(gather(*value, picked));
  return made;
}

Result<bool> ApproximateActiveCounts::end_day(weir_context* context, const TrailingDays& days) {
  WEIR_RETURN_IF_ERROR(days_.remove_upto(context, days.ends[days.ends.size() - 2]));
  return std::exchange(goes_on_, false);
}

}  // namespace weir::behaviour
