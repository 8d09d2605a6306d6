#include "expr/functions/date_parts.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <weir/did_you_mean.hpp>

#include "data/floor_divide.hpp"

namespace weir::expr {
namespace {

constexpr int64_t kMinute = 60 * kMicrosPerSecond;
constexpr int64_t kHour = 60 * kMinute;

constexpr std::array<std::pair<std::string_view, DatePart>, 52> kParts = {{
    {"microsecond", DatePart::kMicrosecond},
    {"microseconds", DatePart::kMicrosecond},
    {"us", DatePart::kMicrosecond},
    {"millisecond", DatePart::kMillisecond},
    {"milliseconds", DatePart::kMillisecond},
    {"ms", DatePart::kMillisecond},
    {"second", DatePart::kSecond},
    {"seconds", DatePart::kSecond},
    {"sec", DatePart::kSecond},
    {"s", DatePart::kSecond},
    {"minute", DatePart::kMinute},
    {"minutes", DatePart::kMinute},
    {"min", DatePart::kMinute},
    {"m", DatePart::kMinute},
    {"hour", DatePart::kHour},
    {"hours", DatePart::kHour},
    {"hr", DatePart::kHour},
    {"h", DatePart::kHour},
    {"day", DatePart::kDay},
    {"days", DatePart::kDay},
    {"d", DatePart::kDay},
    {"dayofmonth", DatePart::kDay},
    {"week", DatePart::kWeek},
    {"weeks", DatePart::kWeek},
    {"w", DatePart::kWeek},
    {"weekofyear", DatePart::kWeek},
    {"month", DatePart::kMonth},
    {"months", DatePart::kMonth},
    {"mon", DatePart::kMonth},
    {"mons", DatePart::kMonth},
    {"quarter", DatePart::kQuarter},
    {"quarters", DatePart::kQuarter},
    {"year", DatePart::kYear},
    {"years", DatePart::kYear},
    {"y", DatePart::kYear},
    {"yr", DatePart::kYear},
    {"decade", DatePart::kDecade},
    {"decades", DatePart::kDecade},
    {"century", DatePart::kCentury},
    {"centuries", DatePart::kCentury},
    {"dow", DatePart::kDayOfWeek},
    {"dayofweek", DatePart::kDayOfWeek},
    {"weekday", DatePart::kDayOfWeek},
    {"isodow", DatePart::kIsoDayOfWeek},
    {"doy", DatePart::kDayOfYear},
    {"dayofyear", DatePart::kDayOfYear},
    {"isoyear", DatePart::kIsoYear},
    {"epoch", DatePart::kEpoch},
    {"date", DatePart::kDay},
    {"hrs", DatePart::kHour},
    {"mins", DatePart::kMinute},
    {"secs", DatePart::kSecond},
}};

int64_t floor_to(int64_t value, int64_t unit) {
  const int64_t rest = value % unit;
  return value - (rest < 0 ? rest + unit : rest);
}

// 1 = Monday ... 7 = Sunday.
int64_t iso_weekday(int64_t day) {
  const int64_t from_monday = (day + 3) % 7;
  return (from_monday < 0 ? from_monday + 7 : from_monday) + 1;
}

// The week that holds the year's first Thursday is week 1.
int64_t iso_year(int64_t day) { return civil_of_days(day - iso_weekday(day) + 4).year; }

int64_t iso_week(int64_t day) {
  const int64_t thursday = day - iso_weekday(day) + 4;
  return (thursday - days_of_civil({civil_of_days(thursday).year, 1, 1})) / 7 + 1;
}

int64_t month_number(int64_t micros) {
  const CivilDate date = civil_of_days(day_of_micros(micros));
  return date.year * 12 + static_cast<int64_t>(date.month) - 1;
}

int64_t century(int64_t year) { return year > 0 ? (year - 1) / 100 + 1 : -(-year / 100) - 1; }

int64_t months_in(DatePart part) {
  switch (part) {
    case DatePart::kMonth:
      return 1;
    case DatePart::kQuarter:
      return 3;
    case DatePart::kYear:
      return 12;
    case DatePart::kDecade:
      return 120;
    case DatePart::kCentury:
      return 1200;
    default:
      return 0;
  }
}

int64_t micros_in(DatePart part) {
  switch (part) {
    case DatePart::kMillisecond:
      return 1000;
    case DatePart::kSecond:
    case DatePart::kEpoch:
      return kMicrosPerSecond;
    case DatePart::kMinute:
      return kMinute;
    case DatePart::kHour:
      return kHour;
    case DatePart::kDay:
    case DatePart::kDayOfWeek:
    case DatePart::kIsoDayOfWeek:
    case DatePart::kDayOfYear:
      return kMicrosPerDay;
    case DatePart::kWeek:
      return 7 * kMicrosPerDay;
    default:
      return 1;
  }
}

}  // namespace

Result<DatePart> parse_date_part(std::string_view name) {
  std::string word(name);
  for (char& c : word)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const auto& [known, part] : kParts)
    if (known == word) return part;
  std::vector<std::string> names;
  for (const auto& entry : kParts)
    if (entry.first.size() > 2) names.emplace_back(entry.first);
  return Status::invalid("'" + std::string(name) + "' is not a part of a time" + hint_behind(word, names));
}

int64_t date_part(DatePart part, int64_t micros) {
  const int64_t day = day_of_micros(micros);
  const int64_t time = micros - day * kMicrosPerDay;
  switch (part) {
    case DatePart::kMicrosecond:
      return time % kMinute;
    case DatePart::kMillisecond:
      return time % kMinute / 1000;
    case DatePart::kSecond:
      return time % kMinute / kMicrosPerSecond;
    case DatePart::kMinute:
      return time % kHour / kMinute;
    case DatePart::kHour:
      return time / kHour;
    case DatePart::kDay:
      return civil_of_days(day).day;
    case DatePart::kWeek:
      return iso_week(day);
    case DatePart::kMonth:
      return civil_of_days(day).month;
    case DatePart::kQuarter:
      return (static_cast<int64_t>(civil_of_days(day).month) - 1) / 3 + 1;
    case DatePart::kYear:
      return civil_of_days(day).year;
    case DatePart::kDecade:
      return floor_divide(civil_of_days(day).year, 10);
    case DatePart::kCentury:
      return century(civil_of_days(day).year);
    case DatePart::kDayOfWeek:
      return iso_weekday(day) % 7;
    case DatePart::kIsoDayOfWeek:
      return iso_weekday(day);
    case DatePart::kDayOfYear:
      return day - days_of_civil({civil_of_days(day).year, 1, 1}) + 1;
    case DatePart::kIsoYear:
      return iso_year(day);
    case DatePart::kEpoch:
      return floor_divide(micros, kMicrosPerSecond);
  }
  return 0;
}

bool truncates(DatePart part) { return part < DatePart::kDayOfWeek; }

int64_t date_trunc(DatePart part, int64_t micros) {
  const int64_t day = day_of_micros(micros);
  if (part == DatePart::kWeek) return (day - iso_weekday(day) + 1) * kMicrosPerDay;
  const int64_t months = months_in(part);
  if (months == 0) return floor_to(micros, micros_in(part));
  const CivilDate date = civil_of_days(day);
  int64_t year = date.year;
  int64_t month = 0;
  if (part == DatePart::kMonth || part == DatePart::kQuarter)
    month = (static_cast<int64_t>(date.month) - 1) / months * months;
  if (part == DatePart::kDecade) year = floor_to(year, 10);
  if (part == DatePart::kCentury) year = floor_to(year - 1, 100) + 1;
  return days_of_civil({year, static_cast<unsigned>(month + 1), 1}) * kMicrosPerDay;
}

int64_t date_diff(DatePart part, int64_t from, int64_t to) {
  const int64_t months = months_in(part);
  if (months != 0) return floor_divide(month_number(to), months) - floor_divide(month_number(from), months);
  if (part == DatePart::kIsoYear) return iso_year(day_of_micros(to)) - iso_year(day_of_micros(from));
  if (part == DatePart::kWeek) return (date_trunc(part, to) - date_trunc(part, from)) / micros_in(part);
  const int64_t unit = micros_in(part);
  return floor_divide(to, unit) - floor_divide(from, unit);
}

int64_t date_sub(DatePart part, int64_t from, int64_t to) {
  if (from > to) return -date_sub(part, to, from);
  const int64_t months = part == DatePart::kIsoYear ? 12 : months_in(part);
  if (months == 0) return static_cast<int64_t>((Int128{to} - from) / micros_in(part));
  int64_t count = month_number(to) - month_number(from);
  const std::optional<int64_t> reached = add_interval(from, {static_cast<int32_t>(count), 0, 0});
  if (count > 0 && reached && *reached > to) --count;
  return count / months;
}

}  // namespace weir::expr
