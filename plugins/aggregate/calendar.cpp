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

int64_t instant_of(const date::time_zone& zone, local_days midnight) {
  const auto instant = zone.to_sys(midnight, date::choose::earliest);
  return std::chrono::duration_cast<std::chrono::microseconds>(instant.time_since_epoch()).count();
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
  const date::sys_time<std::chrono::microseconds> instant{std::chrono::microseconds(time)};
  auto day = date::floor<days>(zone_->to_local(instant));
  // Clocks that are put back over midnight show a day that is over.
  if (instant_of(*zone_, day + days(1)) <= time) day += days(1);
  const auto [first, next] = unit_of(day, unit_);
  return {instant_of(*zone_, first), instant_of(*zone_, next)};
}

}  // namespace weir::aggregates
