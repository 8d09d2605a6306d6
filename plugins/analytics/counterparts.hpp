#pragma once
// Which window stands a day, week, month, quarter or year before another, by the clocks of a time zone.
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <weir/status.hpp>

#include "../aggregate/calendar.hpp"

namespace weir::analytics {

using aggregates::Calendar;
using aggregates::CalendarUnit;
using aggregates::Span;

/// kIsoYear: the same weekday of the same ISO 8601 week a year before, 52 or 53 weeks earlier.
enum class PeriodBefore { kDay, kWeek, kMonth, kQuarter, kYear, kIsoYear };
/// What stands for a day that the earlier month does not have (31 March a month before, 29 February a year
/// before), and for week 53 of a year that has 52: nothing, or the last one that it has.
enum class MissingDay { kNone, kLast };

/// Threads: any, at once.
class Counterparts {
 public:
  /// Fails: no such time zone.
  static Result<Counterparts> make(const std::string& zone, MissingDay missing_day);

  /// Returns the window that stands one period before, or nothing where the calendar has none.
  ///
  /// A window that is a day, week, month, quarter or year of the zone goes to one of the same kind, whatever
  /// its length: a week has no week a month before. Any other begins at the same time of the clocks on the
  /// earlier day and is as long as it was. Where the clocks showed that time twice, the one with the window's
  /// own offset from UTC is meant, else the first; where they skipped it, there is none.
  /// Needs: kEarliest <= the window < Calendar::kLatest.
  std::optional<Span> before(Span window, PeriodBefore period) const;
  /// The unit that holds `time`.
  Span unit_of(int64_t time, CalendarUnit unit) const;
  /// Returns where `earlier` is as far as `current` is at `upto`: at the same weekday, day of the month or of
  /// the year, and time of day; at its end where it is shorter, and where `upto` is the end of `current`.
  /// Needs: both are such units.
  int64_t same_part(Span current, Span earlier, CalendarUnit unit, int64_t upto) const;

  /// Earlier windows would have no year before them.
  static constexpr int64_t kEarliest = Calendar::kEarliest + int64_t{800} * 86'400'000'000;

 private:
  Counterparts(std::array<Calendar, 5> calendars, const date::time_zone* zone, MissingDay missing_day)
      : calendars_(std::move(calendars)), zone_(zone), missing_day_(missing_day) {}

  std::array<Calendar, 5> calendars_;  // By CalendarUnit.
  const date::time_zone* zone_;        // Of the process, never freed.
  MissingDay missing_day_;
};

}  // namespace weir::analytics
