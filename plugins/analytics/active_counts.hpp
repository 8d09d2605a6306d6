#pragma once
// How many keys were active in trailing windows of days: what the exact and the approximate way share.
#include <cstdint>
#include <span>
#include <vector>

#include <weir/state.hpp>

#include "marked_rows.hpp"

namespace weir::behaviour {

/// A day that is over, and those before it as far as the longest window goes.
struct TrailingDays {
  int64_t number = 0;         ///< Of the day.
  int64_t next_number = 0;    ///< Of the day behind it; a zone may leave one out.
  std::vector<int64_t> ends;  ///< Of the day, of the day before, ... [us]; one more than the longest window.
};

/// The counts of some segments.
struct ActiveCounts {
  std::vector<Column> segments;  ///< The columns of the segments.
  std::vector<int64_t> counts;   ///< For each segment one for each window, the shortest first.
  bool is_more = false;          ///< There are more segments.
};

/// Days come in their order; a day that is left out is one on which, and in the windows ending on which,
/// nobody was active.
///
/// Threads: one instance's.
class ActiveCounter {
 public:
  ActiveCounter() = default;
  ActiveCounter(const ActiveCounter&) = delete;
  ActiveCounter& operator=(const ActiveCounter&) = delete;
  virtual ~ActiveCounter() = default;

  /// Called in bind(). Declares the state, in which keys and segments have these fields.
  virtual void declare(const std::vector<Field>& keys, const std::vector<Field>& segments,
                       Binding& binding) = 0;
  /// Takes rows whose carried columns are the segment; `day_ends` by place in marked.rows.
  virtual Status keep(weir_context* context, const MarkedRows& marked, std::span<const int64_t> day_ends) = 0;
  /// Counts a portion of the day. Returns whether there is more. `cursor` begins as 0.
  virtual Result<bool> count(weir_context* context, const TrailingDays& days, uint64_t& cursor) = 0;
  /// Returns the counts of the next segments, without those in which nobody was active; called when all is
  /// counted. `cursor` begins as 0.
  virtual Result<ActiveCounts> counts(weir_context* context, const TrailingDays& days, uint64_t& cursor) = 0;
  /// Forgets what only this day needed; called when all was given. Returns whether somebody is active in the
  /// windows that end a day later, even if nobody is on that day.
  virtual Result<bool> end_day(weir_context* context, const TrailingDays& days) = 0;
};

}  // namespace weir::behaviour
