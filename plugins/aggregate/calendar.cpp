#include "calendar.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include <weir/did_you_mean.hpp>

namespace weir::aggregates {
namespace {

using date::days;
using date::local_days;
using date::months;
using date::year_month_day;
using date::years;

std::vector<std::string> zone_names() {
  std::vector<std::string> names;
  for (const date::time_zone& zone : date::get_tzdb().zones) names.push_back(zone.name());
  return names;
}

/// First day of the unit that holds `day`, and first day of the next.
std::pair<local_days, local_days> unit_of(local_days day, CalendarUnit unit) {
  const year_month_day ymd(day);
  switch (unit) {
    case CalendarUnit::kDay:
      return {day, day + days(1)};
    case CalendarUnit::kWeek: {
      const local_days monday = day - (date::weekday(day) - date::Monday);
      return {monday, monday + days(7)};
    }
    case CalendarUnit::kMonth: {
      const year_month_day first = ymd.year() / ymd.month() / 1;
      return {local_days(first), local_days(first + months(1))};
    }
    case CalendarUnit::kQuarter: {
      const unsigned month = (static_cast<unsigned>(ymd.month()) - 1) / 3 * 3 + 1;
      const year_month_day first = ymd.year() / date::month(month) / 1;
      return {local_days(first), local_days(first + months(3))};
    }
    case CalendarUnit::kYear:
      break;
  }
  const year_month_day first = ymd.year() / date::January / 1;
  return {local_days(first), local_days(first + years(1))};
}

/// 1970-01-01 was a Thursday: its week began three days before.
constexpr int kDaysBefore1970 = 3;
constexpr int kDaysOfWeek = 7;
constexpr int kMonthsOfYear = 12;
constexpr int kFirstYear = 1970;

int months_of(CalendarUnit unit) {
  if (unit == CalendarUnit::kMonth) return 1;
  return unit == CalendarUnit::kQuarter ? 3 : kMonthsOfYear;
}

/// Needs: `first` is the first day of a unit.
int64_t number_of_unit(local_days first, CalendarUnit unit) {
  const int64_t since_1970 = first.time_since_epoch().count();
  if (unit == CalendarUnit::kDay) return since_1970;
  if (unit == CalendarUnit::kWeek) return (since_1970 + kDaysBefore1970) / kDaysOfWeek;
  const year_month_day ymd(first);
  const int64_t month = (int64_t{static_cast<int>(ymd.year())} - kFirstYear) * kMonthsOfYear +
                        static_cast<unsigned>(ymd.month()) - 1;
  return month / months_of(unit);
}

local_days first_day(int64_t number, CalendarUnit unit) {
  if (unit == CalendarUnit::kDay) return local_days(days(number));
  if (unit == CalendarUnit::kWeek) return local_days(days(number * kDaysOfWeek - kDaysBefore1970));
  const year_month_day first = date::year(kFirstYear) / date::January / 1;
  return local_days(first + months(static_cast<int>(number) * months_of(unit)));
}

int64_t instant_of(const date::time_zone& zone, local_days midnight) {
  const auto instant = zone.to_sys(midnight, date::choose::earliest);
  return std::chrono::duration_cast<std::chrono::microseconds>(instant.time_since_epoch()).count();
}

local_days day_of(const date::time_zone& zone, int64_t time) {
  const date::sys_time<std::chrono::microseconds> instant{std::chrono::microseconds(time)};
  const auto day = date::floor<days>(zone.to_local(instant));
  // Clocks that are put back over midnight show a day that is over.
  return instant_of(zone, day + days(1)) <= time ? day + days(1) : day;
}

}  // namespace

Result<Calendar> Calendar::make(CalendarUnit unit, const std::string& zone) {
  try {
    return Calendar(unit, date::locate_zone(zone));
  } catch (const std::runtime_error&) {
    const std::string hint = did_you_mean(zone, zone_names());
    return Status::invalid("there is no time zone '" + zone + "'" + (hint.empty() ? "" : "; " + hint));
  }
}

Span Calendar::span_of(int64_t time) const {
  const auto [first, next] = unit_of(day_of(*zone_, time), unit_);
  return {instant_of(*zone_, first), instant_of(*zone_, next)};
}

int64_t Calendar::number_of(int64_t time) const {
  return number_of_unit(unit_of(day_of(*zone_, time), unit_).first, unit_);
}

Span Calendar::numbered(int64_t number) const {
  return {instant_of(*zone_, first_day(number, unit_)), instant_of(*zone_, first_day(number + 1, unit_))};
}

}  // namespace weir::aggregates
