// Times as text in any form, and in time zones.
#include <date/tz.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "expr/functions/builtin.hpp"
#include "expr/functions/date_parts.hpp"
#include "expr/functions/row_function.hpp"

namespace weir::expr {
namespace {

using View = std::string_view;

constexpr std::array<const char*, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                              "Thursday", "Friday", "Saturday"};
constexpr std::array<const char*, 12> kMonths = {"January",   "February", "March",    "April",
                                                 "May",       "June",     "July",     "August",
                                                 "September", "October",  "November", "December"};

std::string padded(int64_t value, size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

// Week of the year that begins with its first Sunday or Monday.
int64_t week_of_year(int64_t micros, int64_t first_weekday) {
  const int64_t day = date_part(DatePart::kDayOfYear, micros) - 1;
  const int64_t weekday = (date_part(DatePart::kDayOfWeek, micros) - first_weekday + 7) % 7;
  return (day + 7 - weekday) / 7;
}

// One directive; `strip`: no leading zeros. Answers false when there is none of this letter.
bool format_one(char letter, bool strip, int64_t t, std::string& out) {
  const auto number = [&](int64_t value, size_t width) { out += padded(value, strip ? 1 : width); };
  const int64_t hour = date_part(DatePart::kHour, t);
  switch (letter) {
    case 'Y':
      number(date_part(DatePart::kYear, t), 1);
      return true;
    case 'y':
      number(date_part(DatePart::kYear, t) % 100, 2);
      return true;
    case 'm':
      number(date_part(DatePart::kMonth, t), 2);
      return true;
    case 'd':
      number(date_part(DatePart::kDay, t), 2);
      return true;
    case 'H':
      number(hour, 2);
      return true;
    case 'I':
      number((hour + 11) % 12 + 1, 2);
      return true;
    case 'M':
      number(date_part(DatePart::kMinute, t), 2);
      return true;
    case 'S':
      number(date_part(DatePart::kSecond, t), 2);
      return true;
    case 'f':
      out += padded(date_part(DatePart::kMicrosecond, t) % kMicrosPerSecond, 6);
      return true;
    case 'g':
      out += padded(date_part(DatePart::kMillisecond, t) % 1000, 3);
      return true;
    case 'n':
      out += padded(date_part(DatePart::kMicrosecond, t) % kMicrosPerSecond * 1000, 9);
      return true;
    case 'j':
      number(date_part(DatePart::kDayOfYear, t), 3);
      return true;
    case 'p':
      out += hour < 12 ? "AM" : "PM";
      return true;
    case 'A':
      out += kDays[static_cast<size_t>(date_part(DatePart::kDayOfWeek, t))];
      return true;
    case 'a':
      out += View(kDays[static_cast<size_t>(date_part(DatePart::kDayOfWeek, t))]).substr(0, 3);
      return true;
    case 'B':
      out += kMonths[static_cast<size_t>(date_part(DatePart::kMonth, t) - 1)];
      return true;
    case 'b':
    case 'h':
      out += View(kMonths[static_cast<size_t>(date_part(DatePart::kMonth, t) - 1)]).substr(0, 3);
      return true;
    case 'w':
      out += std::to_string(date_part(DatePart::kDayOfWeek, t));
      return true;
    case 'u':
      out += std::to_string(date_part(DatePart::kIsoDayOfWeek, t));
      return true;
    case 'U':
      number(week_of_year(t, 0), 2);
      return true;
    case 'W':
      number(week_of_year(t, 1), 2);
      return true;
    case 'V':
      number(date_part(DatePart::kWeek, t), 2);
      return true;
    case 'G':
      out += std::to_string(date_part(DatePart::kIsoYear, t));
      return true;
    case 's':
      out += std::to_string(date_part(DatePart::kEpoch, t));
      return true;
    case 'z':
      out += "+00";
      return true;
    case 'Z':
      out += "UTC";
      return true;
    case 'F':
    case 'x':
      out += date_text(static_cast<int32_t>(day_of_micros(t)));
      return true;
    case 'T':
    case 'X':
      out += padded(hour, 2) + ":" + padded(date_part(DatePart::kMinute, t), 2) + ":" +
             padded(date_part(DatePart::kSecond, t), 2);
      return true;
    case 'c':
      out += timestamp_text(t - t % kMicrosPerSecond);
      return true;
    case '%':
      out += '%';
      return true;
    default:
      return false;
  }
}

Result<std::string> format_time(View format, int64_t micros) {
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') {
      out += format[i];
      continue;
    }
    const bool strip = i + 1 < format.size() && format[i + 1] == '-';
    i += strip ? 2 : 1;
    if (i >= format.size())
      return Status::invalid("'" + std::string(format) + "' ends with a single %; a % itself is written %%");
    if (!format_one(format[i], strip, micros, out))
      return Status::invalid("'" + std::string(format) + "' has an unknown directive %" +
                             std::string(1, format[i]));
  }
  return out;
}

// What strptime has read so far.
struct Parsed {
  std::optional<int64_t> epoch;
  int64_t year = 1900;
  int64_t month = 1;
  int64_t day = 1;
  std::optional<int64_t> day_of_year;
  int64_t hour = 0;
  std::optional<bool> is_afternoon;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t micros = 0;
  int64_t zone_minutes = 0;
};

class TimeReader {
 public:
  TimeReader(View text, View format) : text_(text), format_(format) {}

  std::optional<int64_t> run() {
    for (size_t i = 0; i < format_.size(); ++i) {
      const char c = format_[i];
      if (c == '%') {
        if (++i < format_.size() && format_[i] == '-') ++i;
        if (i >= format_.size() || !directive(format_[i])) return std::nullopt;
      } else if (c == ' ') {
        while (at_ < text_.size() && text_[at_] == ' ') ++at_;
      } else if (at_ >= text_.size() || text_[at_++] != c) {
        return std::nullopt;
      }
    }
    return at_ == text_.size() ? value() : std::nullopt;
  }

 private:
  bool digits(size_t most, int64_t* out, int64_t low, int64_t high) {
    const size_t begin = at_;
    int64_t number = 0;
    while (at_ < text_.size() && at_ - begin < most && text_[at_] >= '0' && text_[at_] <= '9')
      number = number * 10 + (text_[at_++] - '0');
    *out = number;
    return at_ > begin && number >= low && number <= high;
  }

  template <size_t kCount>
  bool name(const std::array<const char*, kCount>& names, int64_t* out) {
    for (size_t i = 0; i < kCount; ++i) {
      for (const View wanted : {View(names[i]), View(names[i]).substr(0, 3)}) {
        if (text_.size() - at_ < wanted.size() || !equal_letters(text_.substr(at_, wanted.size()), wanted))
          continue;
        at_ += wanted.size();
        *out = static_cast<int64_t>(i) + 1;
        return true;
      }
    }
    return false;
  }

  static bool equal_letters(View a, View b) {
    for (size_t i = 0; i < a.size(); ++i)
      if ((a[i] | 0x20) != (b[i] | 0x20)) return false;
    return true;
  }

  bool fraction() {
    const size_t begin = at_;
    int64_t number = 0;
    if (!digits(9, &number, 0, 999'999'999)) return false;
    for (size_t i = at_ - begin; i < 9; ++i) number *= 10;
    // All of %f, %g and %n are read as a fraction of a second, however many digits there are.
    parsed_.micros = number / 1000;
    return true;
  }

  bool zone() {
    if (at_ < text_.size() && text_[at_] == 'Z') return ++at_, true;
    if (at_ >= text_.size() || (text_[at_] != '+' && text_[at_] != '-')) return false;
    const int64_t sign = text_[at_++] == '-' ? -1 : 1;
    int64_t hours = 0;
    int64_t minutes = 0;
    if (!digits(2, &hours, 0, 15)) return false;
    if (at_ < text_.size() && text_[at_] == ':') ++at_;
    if (at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9' && !digits(2, &minutes, 0, 59))
      return false;
    parsed_.zone_minutes = sign * (hours * 60 + minutes);
    return true;
  }

  bool sub_format(View format) {
    TimeReader inner(text_.substr(at_), format);
    inner.parsed_ = parsed_;
    for (size_t i = 0; i < format.size(); ++i) {
      if (format[i] == '%') {
        if (!inner.directive(format[++i])) return false;
      } else if (inner.at_ >= inner.text_.size() || inner.text_[inner.at_++] != format[i]) {
        return false;
      }
    }
    parsed_ = inner.parsed_;
    at_ += inner.at_;
    return true;
  }

  bool directive(char letter) {
    int64_t ignored = 0;
    switch (letter) {
      case 'Y': {
        const bool is_negative = at_ < text_.size() && text_[at_] == '-';
        at_ += is_negative ? 1 : 0;
        const bool good = digits(4, &parsed_.year, 0, 9999);
        parsed_.year = is_negative ? -parsed_.year : parsed_.year;
        return good;
      }
      case 'y': {
        const bool good = digits(2, &parsed_.year, 0, 99);
        parsed_.year += parsed_.year >= 69 ? 1900 : 2000;
        return good;
      }
      case 'm':
        return digits(2, &parsed_.month, 1, 12);
      case 'd':
      case 'e':
        return digits(2, &parsed_.day, 1, 31);
      case 'H':
        return digits(2, &parsed_.hour, 0, 23);
      case 'I':
        return digits(2, &parsed_.hour, 1, 12);
      case 'M':
        return digits(2, &parsed_.minute, 0, 59);
      case 'S':
        return digits(2, &parsed_.second, 0, 59);
      case 'f':
      case 'g':
      case 'n':
        return fraction();
      case 'j':
        return digits(3, &ignored, 1, 366) && (parsed_.day_of_year = ignored, true);
      case 'B':
      case 'b':
      case 'h':
        return name(kMonths, &parsed_.month);
      case 'A':
      case 'a':
        return name(kDays, &ignored);
      case 'p': {
        const View half = text_.substr(std::min(at_, text_.size()), 2);
        if (!equal_letters(half, View("AM").substr(0, half.size())) &&
            !equal_letters(half, View("PM").substr(0, half.size())))
          return false;
        if (half.size() != 2) return false;
        parsed_.is_afternoon = (half[0] | 0x20) == 'p';
        at_ += 2;
        return true;
      }
      case 's': {
        if (!digits(12, &ignored, 0, 999'999'999'999)) return false;
        parsed_.epoch = ignored;
        return true;
      }
      case 'z':
        return zone();
      case 'Z': {
        const size_t begin = at_;
        while (at_ < text_.size() && text_[at_] >= 'A' && text_[at_] <= 'Z') ++at_;
        const View zone_name = text_.substr(begin, at_ - begin);
        return zone_name == "UTC" || zone_name == "GMT" || zone_name == "Z";
      }
      case 'F':
        return sub_format("%Y-%m-%d");
      case 'T':
        return sub_format("%H:%M:%S");
      case '%':
        return at_ < text_.size() && text_[at_++] == '%';
      default:
        return false;
    }
  }

  std::optional<int64_t> value() const {
    if (parsed_.epoch) return *parsed_.epoch * kMicrosPerSecond + parsed_.micros;
    if (parsed_.day > days_in_month(parsed_.year, static_cast<unsigned>(parsed_.month))) return std::nullopt;
    int64_t hour = parsed_.hour;
    if (parsed_.is_afternoon) hour = hour % 12 + (*parsed_.is_afternoon ? 12 : 0);
    int64_t day = days_of_civil(
        {parsed_.year, static_cast<unsigned>(parsed_.month), static_cast<unsigned>(parsed_.day)});
    if (parsed_.day_of_year) day = days_of_civil({parsed_.year, 1, 1}) + *parsed_.day_of_year - 1;
    const int64_t minutes = hour * 60 + parsed_.minute - parsed_.zone_minutes;
    return day * kMicrosPerDay + (minutes * 60 + parsed_.second) * kMicrosPerSecond + parsed_.micros;
  }

  View text_;
  View format_;
  size_t at_ = 0;
  Parsed parsed_;
};

Status check_parse_format(View format) {
  constexpr View kKnown = "YymdeHIMSfgnjBbhAapszZFT%";
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%') continue;
    if (++i < format.size() && format[i] == '-') ++i;
    if (i >= format.size())
      return Status::invalid("'" + std::string(format) + "' ends with a single %; a % itself is written %%");
    if (kKnown.find(format[i]) == View::npos)
      return Status::invalid("'" + std::string(format) + "' has a directive that cannot be read: %" +
                             std::string(1, format[i]));
  }
  return {};
}

struct Format {
  std::string operator()(Row& row, Timestamp t, View format) const {
    Result<std::string> out = format_time(format, t.micros);
    if (out.is_ok()) return *std::move(out);
    row.fail("bad-format", std::string(out.status().message()));
    return {};
  }
};

struct Parse {
  bool is_try;
  std::optional<Timestamp> operator()(Row& row, View text, View format) const {
    const std::optional<int64_t> micros = TimeReader(text, format).run();
    if (micros) return Timestamp{*micros};
    constexpr size_t kShownBytes = 60;
    if (!is_try)
      row.fail("bad-cast", "'" + std::string(text.substr(0, kShownBytes)) + "' is not a time of the form '" +
                               std::string(format) + "'");
    return std::nullopt;
  }
};

Overload parsing(bool is_try) {
  Overload out = prepared(
      [is_try](const CallSite& site) -> Result<Parse> {
        if (site.has(1) && !site.is_null(1)) WEIR_RETURN_IF_ERROR(check_parse_format(site.text(1)));
        return Parse{is_try};
      },
      is_try ? Faults::kNever : Faults::kPossible);
  out.can_make_null = is_try;
  return out;
}

// A zone by its name; the database lives as long as the process.
Result<const date::time_zone*> find_zone(View name) {
  try {
    return date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return Status::invalid("no time zone '" + std::string(name) + "'; names are as in Europe/Berlin");
  }
}

enum class Direction { kToLocal, kToUtc };

struct Zone {
  Direction direction;
  const date::time_zone* known = nullptr;

  Timestamp operator()(Row& row, View name, Timestamp t) const {
    const date::time_zone* zone = known;
    if (zone == nullptr) {
      const Result<const date::time_zone*> found = find_zone(name);
      if (!found.is_ok()) {
        row.fail("bad-zone", std::string(found.status().message()));
        return t;
      }
      zone = *found;
    }
    const std::chrono::microseconds micros(t.micros);
    if (direction == Direction::kToLocal)
      return {zone->to_local(date::sys_time<std::chrono::microseconds>(micros)).time_since_epoch().count()};
    // An hour that comes twice is taken the first time; one that is left out, as if it had not been.
    return {zone->to_sys(date::local_time<std::chrono::microseconds>(micros), date::choose::earliest)
                .time_since_epoch()
                .count()};
  }
};

Overload zoned(Direction direction) {
  return prepared(
      [direction](const CallSite& site) -> Result<Zone> {
        Zone zone{direction};
        if (site.has(0) && !site.is_null(0)) {
          WEIR_ASSIGN_OR_RETURN(zone.known, find_zone(site.text(0)));
        }
        return zone;
      },
      Faults::kPossible);
}

}  // namespace

void add_date_format_functions(FunctionRegistry& registry) {
  add_function(
      registry, "dates and times", "strftime",
      "A time as text: %Y %m %d %H %M %S %f (microseconds) %g (milliseconds) %j %a %A %b %B %p %I %y %u %w "
      "%U %W %V %G %s %F %T %%; "
      "%-d leaves out leading zeros.",
      {"strftime(TIMESTAMP '2025-03-04 05:06:07', '%d/%b/%Y %H:%M') => 04/Mar/2025 05:06",
       "strftime(DATE '2025-03-04', '%-d.%-m.%y') => 4.3.25"},
      prepared(
          [](const CallSite& site) -> Result<Format> {
            if (site.has(1) && !site.is_null(1)) WEIR_RETURN_IF_ERROR(format_time(site.text(1), 0).status());
            return Format{};
          },
          Faults::kPossible));
  add_function(
      registry, "dates and times", "strptime",
      "Reads a text as a time of this form; without %z it is UTC. A text of another form is a row error.",
      {"strptime('04/Mar/2025:05:06:07 +0100', '%d/%b/%Y:%H:%M:%S %z') => 2025-03-04 04:06:07",
       "strptime('2025-03-04', '%Y-%m-%d') => 2025-03-04 00:00:00"},
      parsing(false));
  add_function(registry, "dates and times", "try_strptime",
               "As strptime, with null for a text of another form.", {"try_strptime('x', '%Y') => NULL"},
               parsing(true));
  add_function(registry, "dates and times", "dayname", "The English name of the day.",
               {"dayname(DATE '2025-03-02') => Sunday"}, rows([](Row&, Timestamp t) {
                 return View(kDays[static_cast<size_t>(date_part(DatePart::kDayOfWeek, t.micros))]);
               }));
  add_function(registry, "dates and times", "monthname", "The English name of the month.",
               {"monthname(DATE '2025-03-02') => March"}, rows([](Row&, Timestamp t) {
                 return View(kMonths[static_cast<size_t>(date_part(DatePart::kMonth, t.micros) - 1)]);
               }));
  add_function(registry, "dates and times", "timezone",
               "What clocks in a time zone show at a moment; t AT TIME ZONE 'Europe/Berlin' is the same.",
               {"timezone('Europe/Berlin', TIMESTAMP '2025-01-01 12:00:00') => 2025-01-01 13:00:00",
                "TIMESTAMP '2025-07-01 12:00:00' AT TIME ZONE 'Europe/Berlin' => 2025-07-01 14:00:00"},
               zoned(Direction::kToLocal));
  add_function(registry, "dates and times", "from_timezone",
               "The moment (UTC) at which clocks in a time zone show a time.",
               {"from_timezone('Europe/Berlin', TIMESTAMP '2025-01-01 13:00:00') => 2025-01-01 12:00:00"},
               zoned(Direction::kToUtc));
}

}  // namespace weir::expr
