#include "time_text.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

#include <weir/date_text.hpp>

#include "number_text.hpp"

namespace weir::formats {
namespace {

constexpr int64_t kUsPerSecond = 1'000'000;
constexpr int64_t kUsPerDay = 86'400 * kUsPerSecond;

/// Returns two digits as a number, or a number above 99.
unsigned two_digits(const char* at) {
  const auto tens = static_cast<unsigned char>(at[0] - '0');
  const auto ones = static_cast<unsigned char>(at[1] - '0');
  return tens > 9 || ones > 9 ? 100U : tens * 10U + ones;
}

std::optional<int32_t> days_of(int year, unsigned month, unsigned day) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return std::nullopt;
  return static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

std::optional<int32_t> read_date_digits(const char* at) {
  if (at[4] != '-' || at[7] != '-') return std::nullopt;
  const unsigned century = two_digits(at);
  const unsigned year = two_digits(at + 2);
  const unsigned month = two_digits(at + 5);
  const unsigned day = two_digits(at + 8);
  if (century > 99 || year > 99) return std::nullopt;
  return days_of(static_cast<int>(century * 100 + year), month, day);
}

/// Reads ".771" as microseconds, when it stands at `at`.
bool read_fraction(const char*& at, const char* end, int64_t& us) {
  us = 0;
  if (at == end || *at != '.') return true;
  const char* const first = ++at;
  int64_t weight = kUsPerSecond;
  for (; at != end && is_digit(*at); ++at) {
    weight /= 10;
    us += weight * (*at - '0');
  }
  return at != first;
}

/// Reads "Z", "+02", "+0200" or "+02:00": [us] east of UTC.
bool read_offset(const char*& at, const char* end, int64_t& us) {
  us = 0;
  if (at == end) return false;
  if (*at == 'Z' || *at == 'z') return ++at, true;
  if ((*at != '+' && *at != '-') || end - at < 3) return false;
  const int64_t sign = *at == '-' ? -1 : 1;
  const unsigned hours = two_digits(at + 1);
  at += 3;
  if (at != end && *at == ':') {
    ++at;
    if (end - at < 2) return false;
  }
  unsigned minutes = 0;
  if (end - at >= 2 && is_digit(*at)) {
    minutes = two_digits(at);
    at += 2;
  }
  if (hours > 23 || minutes > 59) return false;
  us = sign * (hours * 3600 + minutes * 60) * kUsPerSecond;
  return true;
}

constexpr std::array<std::string_view, 12> kMonths = {"january",   "february", "march",    "april",
                                                      "may",       "june",     "july",     "august",
                                                      "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 7> kWeekdays = {"monday", "tuesday",  "wednesday", "thursday",
                                                       "friday", "saturday", "sunday"};

/// Reads a name or its first three letters in any case. Returns its number, or -1.
template <size_t kCount>
int read_name(const std::array<std::string_view, kCount>& names, const char*& at, const char* end) {
  for (size_t i = 0; i < kCount; ++i) {
    size_t same = 0;
    while (same < names[i].size() && at + same != end && (at[same] | 0x20) == names[i][same]) ++same;
    if (same < 3) continue;
    at += same == names[i].size() ? same : 3;
    return static_cast<int>(i);
  }
  return -1;
}

/// Reads one digit up to `most` digits.
bool read_number(const char*& at, const char* end, int most, int& out) {
  const char* const first = at;
  out = 0;
  while (at != end && at - first < most && is_digit(*at)) out = out * 10 + (*at++ - '0');
  return at != first;
}

}  // namespace

std::optional<int32_t> read_date(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  return read_date_digits(text.data());
}

bool IsoTimeReader::read_day(const char* text) {
  const auto days = read_date_digits(text);
  if (!days) return false;
  std::memcpy(last_day_, text, sizeof(last_day_));
  last_us_ = *days * kUsPerDay;
  has_day_ = true;
  return true;
}

bool IsoTimeReader::read(std::string_view text, int64_t& us) {
  if (text.size() < 10) return false;
  const char* at = text.data();
  const char* const end = at + text.size();
  if (!has_day_ || std::memcmp(at, last_day_, sizeof(last_day_)) != 0) {
    if (!read_day(at)) return false;
  }
  us = last_us_;
  at += 10;
  if (at == end) return true;
  if ((*at != 'T' && *at != ' ' && *at != 't') || end - at < 6 || at[3] != ':') return false;
  const unsigned hours = two_digits(at + 1);
  const unsigned minutes = two_digits(at + 4);
  unsigned seconds = 0;
  int64_t fraction = 0;
  at += 6;
  if (at != end && *at == ':') {
    if (end - at < 3) return false;
    seconds = two_digits(at + 1);
    at += 3;
    if (!read_fraction(at, end, fraction)) return false;
  }
  if (hours > 23 || minutes > 59 || seconds > 60) return false;  // 60: a leap second.
  us += (hours * 3600 + minutes * 60 + seconds) * kUsPerSecond + fraction;
  if (at == end) return true;
  if (*at == ' ' && end - at > 1 && at[1] != ' ') ++at;  // "2015-09-12 00:46:58 +0200"
  int64_t offset = 0;
  if (!read_offset(at, end, offset)) return false;
  us -= offset;
  return at == end;
}

std::string_view write_date(int32_t days, char (&into)[40]) {
  return {into, static_cast<size_t>(put_date(into, days) - into)};
}

std::string_view write_time(int64_t us, char (&into)[40]) {
  int64_t days = us / kUsPerDay;
  int64_t rest = us % kUsPerDay;
  if (rest < 0) {
    rest += kUsPerDay;
    --days;
  }
  char* at = put_date(into, days);
  const auto seconds = static_cast<unsigned>(rest / kUsPerSecond);
  const auto fraction = static_cast<unsigned>(rest % kUsPerSecond);
  *at++ = 'T';
  at = put_digits(at, seconds / 3600, 2);
  *at++ = ':';
  at = put_digits(at, seconds / 60 % 60, 2);
  *at++ = ':';
  at = put_digits(at, seconds % 60, 2);
  if (fraction != 0) {
    *at++ = '.';
    at = fraction % 1000 == 0 ? put_digits(at, fraction / 1000, 3) : put_digits(at, fraction, 6);
  }
  *at++ = 'Z';
  return {into, static_cast<size_t>(at - into)};
}

struct TimeFormat::Fields {
  int year = 1970, month = 1, day = 1, day_of_year = 0;
  int hour = 0, minute = 0, second = 0;
  int half = -1;  // 0: AM, 1: PM
  int64_t fraction_us = 0, offset_us = 0, unix_us = 0;
  bool is_unix = false;
};

Result<TimeFormat> TimeFormat::parse(std::string_view text) {
  TimeFormat format;
  format.text_ = text;
  if (text == "unix_s") format.unix_scale_ = kUsPerSecond;
  if (text == "unix_ms") format.unix_scale_ = 1000;
  if (text == "unix_us") format.unix_scale_ = 1;
  if (format.unix_scale_ != 0 || text == "iso") return format;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      format.steps_ += text[i];
      continue;
    }
    const char letter = ++i < text.size() ? text[i] : '\0';
    if (letter == 'T') {
      format.steps_ += "%H:%M:%S";
    } else if (letter == 'F') {
      format.steps_ += "%Y-%m-%d";
    } else if (letter == 'D') {
      format.steps_ += "%m/%d/%y";
    } else if (letter == 'R') {
      format.steps_ += "%H:%M";
    } else if (letter != '\0' && std::strchr("YymdejHIMSfzZpbBhaAsn%", letter) != nullptr) {
      format.steps_ += '%';
      format.steps_ += letter;
    } else {
      return Status::invalid("no time format '" + std::string(text) + "': '%" +
                             (letter == '\0' ? std::string() : std::string(1, letter)) +
                             "' is not one of %Y %y %m %d %e %j %H %I %M %S %f %z %Z %p %b %B %a %A %s %T %F "
                             "%D %R; or say iso, unix_s, unix_ms or unix_us");
    }
  }
  if (format.steps_.find('%') == std::string::npos)
    return Status::invalid("no time format '" + std::string(text) +
                           "': expected iso, unix_s, unix_ms, unix_us or letters as in '%d/%m/%Y %H:%M'");
  return format;
}

bool TimeFormat::read_step(char letter, const char*& at, const char* end, Fields& f) const {
  switch (letter) {
    case 'Y':
      return read_number(at, end, 4, f.year);
    case 'y':
      if (!read_number(at, end, 2, f.year)) return false;
      f.year += f.year < 69 ? 2000 : 1900;
      return true;
    case 'm':
      return read_number(at, end, 2, f.month);
    case 'd':
    case 'e':
      if (letter == 'e' && at != end && *at == ' ') ++at;
      return read_number(at, end, 2, f.day);
    case 'j':
      return read_number(at, end, 3, f.day_of_year) && f.day_of_year >= 1 && f.day_of_year <= 366;
    case 'H':
      return read_number(at, end, 2, f.hour) && f.hour < 24;
    case 'I':
      return read_number(at, end, 2, f.hour) && f.hour >= 1 && f.hour <= 12;
    case 'M':
      return read_number(at, end, 2, f.minute) && f.minute < 60;
    case 'S':
      return read_number(at, end, 2, f.second) && f.second <= 60;
    case 'f': {
      const char* const first = at;
      int64_t weight = kUsPerSecond;
      for (; at != end && is_digit(*at); ++at) f.fraction_us += (weight /= 10) * (*at - '0');
      return at != first;
    }
    case 'z':
      return read_offset(at, end, f.offset_us);
    case 'Z': {
      const char* const first = at;
      while (at != end && ((*at | 0x20) >= 'a' && (*at | 0x20) <= 'z')) ++at;
      const std::string_view zone(first, static_cast<size_t>(at - first));
      return zone == "UTC" || zone == "GMT" || zone == "Z";
    }
    case 'p':
      if (end - at < 2 || (at[1] | 0x20) != 'm') return false;
      f.half = (*at | 0x20) == 'a' ? 0 : (*at | 0x20) == 'p' ? 1 : -1;
      at += 2;
      return f.half >= 0;
    case 'b':
    case 'B':
    case 'h':
      f.month = read_name(kMonths, at, end) + 1;
      return f.month > 0;
    case 'a':
    case 'A':
      return read_name(kWeekdays, at, end) >= 0;
    case 's': {
      const char* const first = at;
      if (at != end && *at == '-') ++at;
      while (at != end && is_digit(*at)) ++at;
      f.is_unix = true;
      return read_unix_time({first, static_cast<size_t>(at - first)}, kUsPerSecond, f.unix_us);
    }
    default:
      return at != end && *at++ == letter;
  }
}

bool TimeFormat::read(std::string_view text, int64_t& us) const {
  if (unix_scale_ != 0) return read_unix_time(text, unix_scale_, us);
  if (steps_.empty()) return IsoTimeReader().read(text, us);
  Fields f;
  const char* at = text.data();
  const char* const end = at + text.size();
  for (size_t i = 0; i < steps_.size(); ++i) {
    if (steps_[i] == '%') {
      const char letter = steps_[++i];
      if (letter == '%' ? at == end || *at++ != '%' : !read_step(letter, at, end, f)) return false;
      // As strptime's users expect, seconds may have decimals that the format does not mention.
      const bool names_point = i + 1 < steps_.size() && steps_[i + 1] == '.';
      if (letter == 'S' && !names_point && !read_fraction(at, end, f.fraction_us)) return false;
    } else if (at == end || *at++ != steps_[i]) {
      return false;
    }
  }
  if (at != end) return false;
  if (f.is_unix) return us = f.unix_us + f.fraction_us, true;
  if (f.half >= 0) f.hour = f.hour % 12 + 12 * f.half;
  auto days = days_of(f.year, static_cast<unsigned>(f.month), static_cast<unsigned>(f.day));
  if (f.day_of_year > 0) {
    days = days_of(f.year, 1, 1);
    if (days) *days += f.day_of_year - 1;
  }
  if (!days) return false;
  us = *days * kUsPerDay + (f.hour * 3600 + f.minute * 60 + f.second) * kUsPerSecond + f.fraction_us -
       f.offset_us;
  return true;
}

bool read_unix_time(std::string_view text, int64_t us_per_unit, int64_t& us) {
  const size_t point = std::min(text.find('.'), text.size());
  const std::string_view decimals = text.substr(std::min(point + 1, text.size()));
  int64_t units = 0;
  const bool is_plain = read_integer(text.substr(0, point), units) &&
                        std::all_of(decimals.begin(), decimals.end(), [](char c) { return is_digit(c); });
  if (!is_plain) {  // "1.5e9"
    double value = 0;
    if (!read_float(text, value) || !(std::abs(value) < 9e18 / static_cast<double>(us_per_unit)))
      return false;
    us = std::llround(value * static_cast<double>(us_per_unit));
    return true;
  }
  int64_t fraction = 0;
  int64_t weight = us_per_unit;
  for (const char c : decimals) fraction += (weight /= 10) * (c - '0');
  if (__builtin_mul_overflow(units, us_per_unit, &us)) return false;
  return !__builtin_add_overflow(us, text.front() == '-' ? -fraction : fraction, &us);
}

}  // namespace weir::formats
