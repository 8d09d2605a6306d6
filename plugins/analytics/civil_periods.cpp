#include "civil_periods.hpp"

#include <date/date.h>
#include <date/tz.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <weir/did_you_mean.hpp>

namespace weir::behaviour {
namespace {

using date::days;
using date::local_days;

/// Enough for every day of 20 years; what is more is forgotten and reckoned again.
constexpr size_t kMaxKnown = 7305;
/// 1970-01-01 was a Thursday: its week began three days before.
constexpr int kDaysBefore1970 = 3;
constexpr int kDaysOfWeek = 7;
constexpr int kMonthsOfYear = 12;
constexpr int kFirstYear = 1970;

int64_t floor_divide(int64_t value, int64_t by) { return (value - (value % by + by) % by) / by; }

int64_t number_of(local_days day, PeriodUnit unit) {
  const int64_t since_1970 = day.time_since_epoch().count();
  if (unit == PeriodUnit::kDay) return since_1970;
  if (unit == PeriodUnit::kWeek) return floor_divide(since_1970 + kDaysBefore1970, kDaysOfWeek);
  const date::year_month_day ymd(day);
  return (int64_t{static_cast<int>(ymd.year())} - kFirstYear) * kMonthsOfYear +
         static_cast<unsigned>(ymd.month()) - 1;
}

local_days first_day(int64_t number, PeriodUnit unit) {
  if (unit == PeriodUnit::kDay) return local_days(days(number));
  if (unit == PeriodUnit::kWeek) return local_days(days(number * kDaysOfWeek - kDaysBefore1970));
  const int64_t year = floor_divide(number, kMonthsOfYear);
  return local_days(date::year(static_cast<int>(year) + kFirstYear) /
                    static_cast<int>(number - year * kMonthsOfYear + 1) / 1);
}

int64_t instant_of(const date::time_zone& zone, local_days midnight) {
  const auto instant = zone.to_sys(midnight, date::choose::earliest);
  return std::chrono::duration_cast<std::chrono::microseconds>(instant.time_since_epoch()).count();
}

}  // namespace

Result<CivilPeriods> CivilPeriods::make(PeriodUnit unit, const std::string& zone) {
  try {
    return CivilPeriods(unit, date::locate_zone(zone));
  } catch (const std::runtime_error&) {
    std::vector<std::string> names;
    for (const date::time_zone& known : date::get_tzdb().zones) names.push_back(known.name());
    const std::string hint = did_you_mean(zone, names);
    return Status::invalid("there is no time zone '" + zone + "'" + (hint.empty() ? "" : "; " + hint));
  }
}

const Period& CivilPeriods::at(int64_t time) {
  if (last_ < known_.size() && known_[last_].holds(time)) return known_[last_];
  auto place = std::ranges::upper_bound(known_, time, {}, &Period::start);
  if (place != known_.begin() && std::prev(place)->holds(time)) {
    last_ = static_cast<size_t>(std::prev(place) - known_.begin());
    return known_[last_];
  }
  if (known_.size() == kMaxKnown) {
    known_.clear();
    place = known_.end();
  }
  place = known_.insert(place, find(time));
  last_ = static_cast<size_t>(place - known_.begin());
  return *place;
}

Period CivilPeriods::find(int64_t time) const {
  const date::sys_time<std::chrono::microseconds> instant{std::chrono::microseconds(time)};
  auto day = date::floor<days>(zone_->to_local(instant));
  // Clocks that are put back over midnight show a day that is over.
  if (instant_of(*zone_, day + days(1)) <= time) day += days(1);
  return numbered(number_of(day, unit_));
}

Period CivilPeriods::numbered(int64_t number) const {
  return {number, instant_of(*zone_, first_day(number, unit_)),
          instant_of(*zone_, first_day(number + 1, unit_))};
}

}  // namespace weir::behaviour
