#include "counterparts.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <chrono>

namespace weir::analytics {
namespace {

using date::days;
using date::local_days;
using date::months;
using date::year_month_day;
using Instant = date::sys_time<std::chrono::microseconds>;
using ClockTime = date::local_time<std::chrono::microseconds>;

int64_t microseconds_of(Instant instant) { return instant.time_since_epoch().count(); }

ClockTime clock_at(const date::time_zone& zone, int64_t time) {
  return zone.to_local(Instant{std::chrono::microseconds(time)});
}

/// When a day begins: at the first of two midnights, or where the clocks skip it, when they go on.
int64_t start_of(const date::time_zone& zone, local_days day) {
  return microseconds_of(zone.to_sys(ClockTime(day), date::choose::earliest));
}

local_days monday_of(local_days day) { return day - (date::weekday(day) - date::Monday); }

/// Monday of the first week of an ISO year: the week that holds 4 January.
local_days first_monday(date::year year) { return monday_of(local_days(year / date::January / 4)); }

/// The same weekday of the same ISO week of the year before.
std::optional<local_days> iso_year_before(local_days day, MissingDay missing) {
  const local_days monday = monday_of(day);
  const date::year year = year_month_day(monday + days(3)).year();  // A week belongs to its Thursday's year.
  const local_days earlier_year = first_monday(year - date::years(1));
  local_days earlier = earlier_year + (monday - first_monday(year));
  if (earlier >= first_monday(year)) {  // That year has no week 53.
    if (missing == MissingDay::kNone) return std::nullopt;
    earlier -= days(7);
  }
  return earlier + (day - monday);
}

std::optional<local_days> months_before(local_days day, int count, MissingDay missing) {
  const year_month_day earlier = year_month_day(day) - months(count);
  if (earlier.ok()) return local_days(earlier);
  if (missing == MissingDay::kNone) return std::nullopt;
  return local_days(earlier.year() / earlier.month() / date::last);
}

/// How many months a period has; 0: it is none of whole months.
int months_in(PeriodBefore period) {
  switch (period) {
    case PeriodBefore::kMonth:
      return 1;
    case PeriodBefore::kQuarter:
      return 3;
    case PeriodBefore::kYear:
      return 12;
    default:
      return 0;
  }
}

std::optional<local_days> day_before(local_days day, PeriodBefore period, MissingDay missing) {
  if (period == PeriodBefore::kDay) return day - days(1);
  if (period == PeriodBefore::kWeek) return day - days(7);
  if (period == PeriodBefore::kIsoYear) return iso_year_before(day, missing);
  return months_before(day, months_in(period), missing);
}

int months_in(CalendarUnit unit) {
  if (unit == CalendarUnit::kMonth) return 1;
  return unit == CalendarUnit::kQuarter ? 3 : 12;
}

/// First days of the earlier unit and of the one behind it.
std::optional<std::pair<local_days, local_days>> unit_before(local_days first, CalendarUnit unit,
                                                             PeriodBefore period, MissingDay missing) {
  if (unit == CalendarUnit::kDay) {
    const auto day = day_before(first, period, missing);
    return day ? std::optional(std::pair(*day, *day + days(1))) : std::nullopt;
  }
  if (unit == CalendarUnit::kWeek) {
    std::optional<local_days> monday;
    if (period == PeriodBefore::kWeek) monday = first - days(7);
    if (period == PeriodBefore::kYear || period == PeriodBefore::kIsoYear)
      monday = iso_year_before(first, missing);
    return monday ? std::optional(std::pair(*monday, *monday + days(7))) : std::nullopt;
  }
  const int length = months_in(unit);
  if (months_in(period) < length) return std::nullopt;
  const year_month_day earlier = year_month_day(first) - months(months_in(period));
  return std::pair(local_days(earlier), local_days(earlier + months(length)));
}

}  // namespace

Result<Counterparts> Counterparts::make(const std::string& zone, MissingDay missing_day) {
  WEIR_ASSIGN_OR_RETURN(const Calendar day, Calendar::make(CalendarUnit::kDay, zone));
  std::array<Calendar, 5> calendars{day, day, day, day, day};
  for (const CalendarUnit unit :
       {CalendarUnit::kWeek, CalendarUnit::kMonth, CalendarUnit::kQuarter, CalendarUnit::kYear}) {
    WEIR_ASSIGN_OR_RETURN(calendars[static_cast<size_t>(unit)], Calendar::make(unit, zone));
  }
  return Counterparts(std::move(calendars), date::locate_zone(zone), missing_day);
}

Span Counterparts::unit_of(int64_t time, CalendarUnit unit) const {
  return calendars_[static_cast<size_t>(unit)].span_of(time);
}

std::optional<Span> Counterparts::before(Span window, PeriodBefore period) const {
  const ClockTime clock = clock_at(*zone_, window.start);
  const local_days day = date::floor<days>(clock);
  for (const CalendarUnit unit : {CalendarUnit::kDay, CalendarUnit::kWeek, CalendarUnit::kMonth,
                                  CalendarUnit::kQuarter, CalendarUnit::kYear}) {
    if (unit_of(window.start, unit) != window) continue;
    const auto days_of = unit_before(day, unit, period, missing_day_);
    if (!days_of) return std::nullopt;
    return Span{start_of(*zone_, days_of->first), start_of(*zone_, days_of->second)};
  }
  const auto earlier_day = day_before(day, period, missing_day_);
  if (!earlier_day) return std::nullopt;
  const ClockTime earlier = *earlier_day + (clock - day);
  const date::local_info info = zone_->get_info(earlier);
  if (info.result == date::local_info::nonexistent) return std::nullopt;
  std::chrono::seconds offset = info.first.offset;
  if (info.result == date::local_info::ambiguous) {
    const std::chrono::seconds own = zone_->get_info(Instant{std::chrono::microseconds(window.start)}).offset;
    if (info.second.offset == own) offset = own;
  }
  const int64_t start = microseconds_of(Instant{earlier.time_since_epoch() - offset});
  return Span{start, start + (window.end - window.start)};
}

int64_t Counterparts::same_part(Span current, Span earlier, CalendarUnit unit, int64_t upto) const {
  if (upto >= current.end) return earlier.end;
  const ClockTime clock = clock_at(*zone_, upto);
  const local_days day = date::floor<days>(clock);
  const local_days first = date::floor<days>(clock_at(*zone_, current.start));
  const local_days earlier_first = date::floor<days>(clock_at(*zone_, earlier.start));
  ClockTime there = earlier_first + (day - first) + (clock - day);
  if (unit != CalendarUnit::kDay && unit != CalendarUnit::kWeek) {
    const year_month_day to(first);
    const year_month_day from(earlier_first);
    const year_month_day same =
        year_month_day(day) - ((to.year() / to.month()) - (from.year() / from.month()));
    there = same.ok() ? ClockTime(local_days(same)) + (clock - day)
                      : ClockTime(local_days(same.year() / same.month() / date::last) + days(1));
  }
  const int64_t instant = microseconds_of(zone_->to_sys(there, date::choose::earliest));
  return std::clamp(instant, earlier.start, earlier.end);
}

}  // namespace weir::analytics
