#include "exact_active_counts.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <weir/gather.hpp>

namespace weir::behaviour {

void ExactActiveCounts::declare(const std::vector<Field>& keys, const std::vector<Field>& segments,
                                Binding& binding) {
  key_count_ = keys.size();
  has_segments_ = !segments.empty();
  // In each segment by itself, so that somebody who is in two counts in both, and order decides nothing.
  std::vector<Field> all = keys;
  all.insert(all.end(), segments.begin(), segments.end());
  waiting_.spec().keys = all;
  waiting_.declare(binding);
  last_.spec().keys = all;
  last_.declare(binding);
  by_last_.spec().keys = std::move(all);
  by_last_.declare(binding);
  segments_.spec().keys = segments;
  segments_.declare(binding);
}

Status ExactActiveCounts::keep(weir_context* context, const MarkedRows& marked,
                               std::span<const int64_t> day_ends) {
  std::vector<ColumnRef> columns = marked.keys;
  columns.insert(columns.end(), marked.carried.begin(), marked.carried.end());
  Keys keys(marked.batch, columns);
  keys.rows(marked.rows).namespaces(day_ends);
  return waiting_.find_or_insert(context, keys).status();
}

Result<bool> ExactActiveCounts::count(weir_context* context, const TrailingDays& days, uint64_t& cursor) {
  if (!are_old_forgotten_) {
    WEIR_ASSIGN_OR_RETURN(const bool is_more, forget_portion(context, days.ends.back(), cursor));
    if (is_more) return true;
    are_old_forgotten_ = true;
    cursor = 0;
  }
  WEIR_ASSIGN_OR_RETURN(const auto some, waiting_.scan(context, days.ends.front(), kPortionKeys, &cursor));
  const size_t count = some.slots.size();
  if (count == 0) return false;
  std::vector<const weir_column*> columns;
  for (const Column& key : some.keys) columns.push_back(key.get());
  WEIR_ASSIGN_OR_RETURN(const Slots<LastDay> last, last_.find_or_insert(context, Keys(columns, count)));
  const auto of_segment = std::span<const weir_column* const>(columns).subspan(key_count_);
  WEIR_ASSIGN_OR_RETURN(const Slots<Segment> segments,
                        segments_.find_or_insert(context, Keys(of_segment, has_segments_ ? count : 1)));
  WEIR_RETURN_IF_ERROR(move_to_day(context, days, columns, last, segments));
  return true;
}

/// Those who were last active up to a time, which is behind the longest window. Their counts are zero by now:
/// counts() saw to it a day ago.
Result<bool> ExactActiveCounts::forget_portion(weir_context* context, int64_t upto, uint64_t& cursor) {
  WEIR_ASSIGN_OR_RETURN(const auto old, by_last_.scan(context, upto, kPortionKeys, &cursor));
  if (old.slots.size() > 0) {
    std::vector<const weir_column*> columns;
    for (const Column& key : old.keys) columns.push_back(key.get());
    WEIR_RETURN_IF_ERROR(last_.remove(context, Keys(columns, old.slots.size())));
    return true;
  }
  WEIR_RETURN_IF_ERROR(by_last_.remove_upto(context, upto));
  return false;
}

Status ExactActiveCounts::move_to_day(weir_context* context, const TrailingDays& days,
                                      std::span<const weir_column* const> keys, const Slots<LastDay>& last,
                                      const Slots<Segment>& segments) {
  known_.clear();
  known_from_.clear();
  fresh_.clear();
  for (size_t i = 0; i < last.size(); ++i) {
    Segment& segment = *segments[has_segments_ ? i : 0];
    if (segment.last_days == nullptr) WEIR_RETURN_IF_ERROR(make_room(context, segment));
    LastDay& day = *last[i];
    if (day.is_set == 0) {
      fresh_.push_back(static_cast<uint32_t>(i));
    } else {
      known_.push_back(static_cast<uint32_t>(i));
      known_from_.push_back(day.end);
      --segment.counts()[place(day.number)];
    }
    ++segment.counts()[place(days.number)];
    day = {days.number, days.ends.front(), 1};
  }
  targets_.assign(last.size(), days.ends.front());
  Keys moved(keys, last.size());
  moved.rows(known_).namespaces(known_from_);
  if (!known_.empty()) WEIR_RETURN_IF_ERROR(by_last_.move(context, moved, targets_));
  Keys added(keys, last.size());
  added.rows(fresh_).namespaces(targets_);
  return fresh_.empty() ? Status() : by_last_.find_or_insert(context, added).status();
}

Status ExactActiveCounts::make_room(weir_context* context, Segment& segment) {
  const size_t size = static_cast<size_t>(longest()) * sizeof(int64_t);
  WEIR_RETURN_IF_ERROR(segments_.resize_block(context, &segment.last_days, size));
  std::memset(segment.last_days->data, 0, size);
  return {};
}

Result<ActiveCounts> ExactActiveCounts::counts(weir_context* context, const TrailingDays& days,
                                               uint64_t& cursor) {
  WEIR_ASSIGN_OR_RETURN(const auto some, segments_.scan(context, kNever, kPortionSegments, &cursor));
  ActiveCounts made;
  made.is_more = some.slots.size() > 0;
  std::vector<uint32_t> picked;
  for (uint32_t i = 0; i < some.slots.size(); ++i) {
    int64_t* const last_days = some.slots[i]->counts();
    const size_t counts_before = made.counts.size();
    int64_t sum = 0;
    int64_t days_back = 0;
    for (const int64_t window : windows_) {
      for (; days_back < window; ++days_back) sum += last_days[place(days.number - days_back)];
      made.counts.push_back(sum);
    }
    sum == 0 ? made.counts.resize(counts_before) : picked.push_back(i);
    // The days that leave the longest window make room for the next.
    const int64_t last_leaving = std::min(days.next_number, days.number + longest());
    for (int64_t leaving = days.number + 1; leaving <= last_leaving; ++leaving)
      sum -= std::exchange(last_days[place(leaving)], 0);
    if (sum > 0) goes_on_ = true;
  }
  for (const Column& value : some.keys) made.segments.push_back(gather(*value, picked));
  return made;
}

Result<bool> ExactActiveCounts::end_day(weir_context* context, const TrailingDays& days) {
  are_old_forgotten_ = false;
  WEIR_RETURN_IF_ERROR(waiting_.remove_upto(context, days.ends.front()));
  return std::exchange(goes_on_, false);
}

}  // namespace weir::behaviour
