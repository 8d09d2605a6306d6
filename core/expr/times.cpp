#include "expr/times.hpp"

#include <algorithm>
#include <array>

namespace weir::expr {
namespace {

// Reads a text from left to right.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    while (!text_.empty() && is_space(text_.back())) text_.remove_suffix(1);
    skip_space();
  }
  bool at_end() const { return at_ == text_.size(); }
  char peek() const { return at_end() ? '\0' : text_[at_]; }
  bool take(char c) { return peek() == c && (++at_, true); }
  void skip_space() {
    while (!at_end() && is_space(text_[at_])) ++at_;
  }
  // Returns -1 when there are fewer than `least` digits; stops after `most`.
  int64_t digits(size_t least, size_t most) {
    const size_t begin = at_;
    int64_t value = 0;
    while (at_ - begin < most && is_digit(peek())) value = value * 10 + (text_[at_++] - '0');
    return at_ - begin < least ? -1 : value;
  }
  // Digits after a point, as micros. Further digits are cut off.
  int64_t fraction() {
    int64_t micros = 0;
    int64_t unit = kMicrosPerSecond / 10;
    while (is_digit(peek())) {
      micros += (text_[at_++] - '0') * unit;
      unit /= 10;
    }
    return micros;
  }
  std::string_view word() {
    const size_t begin = at_;
    while ((peek() >= 'a' && peek() <= 'z') || (peek() >= 'A' && peek() <= 'Z')) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
  std::string_view text_;
  size_t at_ = 0;
};

std::optional<int64_t> read_date(Reader& in) {
  const bool is_negative = in.take('-');
  const int64_t year = in.digits(1, 6);
  const char separator = in.peek();
  if (year < 0 || (separator != '-' && separator != '/') || !in.take(separator)) return std::nullopt;
  const int64_t month = in.digits(1, 2);
  if (month < 1 || month > 12 || !in.take(separator)) return std::nullopt;
  const int64_t day = in.digits(1, 2);
  const CivilDate date{is_negative ? -year : year, static_cast<unsigned>(month), static_cast<unsigned>(day)};
  if (day < 1 || day > days_in_month(date.year, date.month)) return std::nullopt;
  return days_of_civil(date);
}

// hh:mm[:ss[.ffffff]]
std::optional<int64_t> read_time(Reader& in) {
  const int64_t hour = in.digits(1, 2);
  if (hour < 0 || hour > 24 || !in.take(':')) return std::nullopt;
  const int64_t minute = in.digits(2, 2);
  int64_t second = 0;
  int64_t micros = 0;
  if (in.take(':')) {
    second = in.digits(2, 2);
    if (in.take('.') || in.take(',')) micros = in.fraction();
  }
  if (minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  const int64_t time = ((hour * 60 + minute) * 60 + second) * kMicrosPerSecond + micros;
  if (time > kMicrosPerDay) return std::nullopt;
  return time;
}

// Z, UTC, +02, +0200, +02:00 or nothing: what to subtract.
std::optional<int64_t> read_zone(Reader& in) {
  in.skip_space();
  if (in.at_end()) return 0;
  if (in.peek() != '+' && in.peek() != '-') {
    const std::string_view word = in.word();
    if (word == "Z" || word == "z" || word == "UTC" || word == "GMT") return 0;
    return std::nullopt;
  }
  const int64_t sign = in.peek() == '-' ? -1 : 1;
  in.take(in.peek());
  const int64_t hours = in.digits(2, 2);
  in.take(':');
  const int64_t minutes = Reader::is_digit(in.peek()) ? in.digits(2, 2) : 0;
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return std::nullopt;
  return sign * (hours * 60 + minutes) * 60 * kMicrosPerSecond;
}

struct Unit {
  std::string_view name;
  int64_t months;
  int64_t days;
  int64_t micros;
};
constexpr int64_t kMinute = 60 * kMicrosPerSecond;
constexpr std::array<Unit, 25> kUnits = {{
    {"year", 12, 0, 0},
    {"y", 12, 0, 0},
    {"yr", 12, 0, 0},
    {"quarter", 3, 0, 0},
    {"month", 1, 0, 0},
    {"mon", 1, 0, 0},
    {"week", 0, 7, 0},
    {"w", 0, 7, 0},
    {"day", 0, 1, 0},
    {"d", 0, 1, 0},
    {"hour", 0, 0, 60 * kMinute},
    {"h", 0, 0, 60 * kMinute},
    {"hr", 0, 0, 60 * kMinute},
    {"minute", 0, 0, kMinute},
    {"min", 0, 0, kMinute},
    {"m", 0, 0, kMinute},
    {"second", 0, 0, kMicrosPerSecond},
    {"sec", 0, 0, kMicrosPerSecond},
    {"s", 0, 0, kMicrosPerSecond},
    {"millisecond", 0, 0, 1000},
    {"ms", 0, 0, 1000},
    {"msec", 0, 0, 1000},
    {"microsecond", 0, 0, 1},
    {"us", 0, 0, 1},
    {"decade", 120, 0, 0},
}};

const Unit* find_unit(std::string_view word) {
  std::string name(word);
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  for (const bool cut : {false, true}) {
    if (cut && (name.size() < 2 || name.back() != 's')) return nullptr;
    if (cut) name.pop_back();
    for (const Unit& unit : kUnits)
      if (unit.name == name) return &unit;
  }
  return nullptr;
}

// Adds `amount` whole units and `part` millionths of one.
bool add_units(Interval& to, const Unit& unit, int64_t sign, int64_t amount, int64_t part) {
  int64_t months = 0;
  int64_t days = 0;
  int64_t micros = 0;
  int64_t rest = 0;
  // A part of a day is time; a part of a month or year has no length.
  if (part != 0 && unit.months != 0) return false;
  const int64_t length = unit.days != 0 ? unit.days * kMicrosPerDay : unit.micros;
  if (__builtin_mul_overflow(sign * amount, unit.months, &months) ||
      __builtin_mul_overflow(sign * amount, unit.days, &days) ||
      __builtin_mul_overflow(sign * amount, unit.micros, &micros) ||
      __builtin_mul_overflow(length, part, &rest))
    return false;
  rest = sign * rest / kMicrosPerSecond;
  return !__builtin_add_overflow(to.months, months, &to.months) &&
         !__builtin_add_overflow(to.days, days, &to.days) &&
         !__builtin_add_overflow(to.micros, micros, &to.micros) &&
         !__builtin_add_overflow(to.micros, rest, &to.micros);
}

std::string two(int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

std::string time_text(int64_t micros) {
  const int64_t seconds = micros / kMicrosPerSecond;
  std::string out = two(seconds / 3600) + ":" + two(seconds / 60 % 60) + ":" + two(seconds % 60);
  const int64_t part = micros % kMicrosPerSecond;
  if (part == 0) return out;
  std::string digits = std::to_string(kMicrosPerSecond + part).substr(1);
  digits.erase(digits.find_last_not_of('0') + 1);
  return out + "." + digits;
}

}  // namespace

CivilDate civil_of_days(int64_t days) {
  // Howard Hinnant's days algorithm: eras of 400 years that begin in March.
  const int64_t z = days + 719'468;
  const int64_t era = (z >= 0 ? z : z - 146'096) / 146'097;
  const int64_t doe = z - era * 146'097;
  const int64_t yoe = (doe - doe / 1460 + doe / 36'524 - doe / 146'096) / 365;
  const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const int64_t mp = (5 * doy + 2) / 153;
  const auto day = static_cast<unsigned>(doy - (153 * mp + 2) / 5 + 1);
  const auto month = static_cast<unsigned>(mp < 10 ? mp + 3 : mp - 9);
  return {yoe + era * 400 + (month <= 2 ? 1 : 0), month, day};
}

int64_t days_of_civil(const CivilDate& date) {
  const int64_t y = date.year - (date.month <= 2 ? 1 : 0);
  const int64_t era = (y >= 0 ? y : y - 399) / 400;
  const int64_t yoe = y - era * 400;
  const int64_t mp = (static_cast<int64_t>(date.month) + 9) % 12;
  const int64_t doy = (153 * mp + 2) / 5 + static_cast<int64_t>(date.day) - 1;
  return era * 146'097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719'468;
}

unsigned days_in_month(int64_t year, unsigned month) {
  constexpr std::array<unsigned, 12> kDays = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return kDays[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

std::optional<int64_t> parse_timestamp(std::string_view text) {
  Reader in(text);
  const std::optional<int64_t> days = read_date(in);
  if (!days) return std::nullopt;
  int64_t micros = 0;
  if (!in.at_end()) {
    if (!in.take('T') && !in.take('t') && !in.take(' ')) return std::nullopt;
    in.skip_space();
    const std::optional<int64_t> time = read_time(in);
    if (!time) return std::nullopt;
    const std::optional<int64_t> zone = read_zone(in);
    if (!zone || !in.at_end()) return std::nullopt;
    micros = *time - *zone;
  }
  int64_t out = 0;
  if (__builtin_mul_overflow(*days, kMicrosPerDay, &out) || __builtin_add_overflow(out, micros, &out))
    return std::nullopt;
  return out;
}

std::optional<int32_t> parse_date(std::string_view text) {
  Reader in(text);
  const std::optional<int64_t> days = read_date(in);
  if (!days || !in.at_end()) return std::nullopt;
  return static_cast<int32_t>(*days);
}

std::optional<Interval> parse_interval(std::string_view text) {
  Reader in(text);
  Interval out;
  if (in.at_end()) return std::nullopt;
  while (!in.at_end()) {
    const int64_t sign = in.take('-') ? -1 : 1;
    if (sign == 1) in.take('+');
    in.skip_space();
    Reader ahead = in;
    const int64_t amount = in.digits(1, 15);
    if (amount < 0) return std::nullopt;
    if (in.peek() == ':') {
      const std::optional<int64_t> time = read_time(ahead);
      if (!time || __builtin_add_overflow(out.micros, sign * *time, &out.micros)) return std::nullopt;
      in = ahead;
    } else {
      const int64_t part = in.take('.') ? in.fraction() : 0;
      in.skip_space();
      const Unit* unit = find_unit(in.word());
      if (unit == nullptr || !add_units(out, *unit, sign, amount, part)) return std::nullopt;
    }
    in.skip_space();
    if (in.take(',')) in.skip_space();
  }
  return out;
}

std::string date_text(int32_t days) {
  const CivilDate date = civil_of_days(days);
  std::string year = std::to_string(date.year < 0 ? -date.year : date.year);
  if (year.size() < 4) year.insert(0, 4 - year.size(), '0');
  return (date.year < 0 ? "-" : "") + year + "-" + two(date.month) + "-" + two(date.day);
}

std::string timestamp_text(int64_t micros) {
  const int64_t day = day_of_micros(micros);
  return date_text(static_cast<int32_t>(day)) + " " + time_text(micros - day * kMicrosPerDay);
}

std::string interval_text(const Interval& interval) {
  std::string out;
  const auto add = [&](int64_t amount, const std::string& unit) {
    if (amount == 0) return;
    if (!out.empty()) out += " ";
    out += std::to_string(amount) + " " + unit + (amount == 1 || amount == -1 ? "" : "s");
  };
  add(interval.months / 12, "year");
  add(interval.months % 12, "month");
  add(interval.days, "day");
  if (interval.micros == 0 && !out.empty()) return out;
  const std::string sign = interval.micros < 0 ? "-" : "";
  const int64_t size = interval.micros < 0 ? -interval.micros : interval.micros;
  return out + (out.empty() ? "" : " ") + sign + time_text(size);
}

std::optional<int64_t> add_interval(int64_t micros, const Interval& interval) {
  int64_t day = day_of_micros(micros);
  const int64_t time = micros - day * kMicrosPerDay;
  if (interval.months != 0) {
    CivilDate date = civil_of_days(day);
    const int64_t month = date.year * 12 + static_cast<int64_t>(date.month) - 1 + interval.months;
    date.year = month / 12 - (month % 12 < 0 ? 1 : 0);
    date.month = static_cast<unsigned>(month - date.year * 12 + 1);
    date.day = std::min(date.day, days_in_month(date.year, date.month));
    day = days_of_civil(date);
  }
  int64_t out = 0;
  if (__builtin_mul_overflow(day + interval.days, kMicrosPerDay, &out) ||
      __builtin_add_overflow(out, time, &out) || __builtin_add_overflow(out, interval.micros, &out))
    return std::nullopt;
  return out;
}

std::optional<Interval> negate_interval(const Interval& interval) {
  Interval out;
  if (__builtin_sub_overflow(0, interval.months, &out.months) ||
      __builtin_sub_overflow(0, interval.days, &out.days) ||
      __builtin_sub_overflow(int64_t{0}, interval.micros, &out.micros))
    return std::nullopt;
  return out;
}

std::optional<Interval> add_intervals(const Interval& a, const Interval& b) {
  Interval out;
  if (__builtin_add_overflow(a.months, b.months, &out.months) ||
      __builtin_add_overflow(a.days, b.days, &out.days) ||
      __builtin_add_overflow(a.micros, b.micros, &out.micros))
    return std::nullopt;
  return out;
}

Interval interval_between(int64_t from, int64_t to) {
  // The difference of any two timestamps of years that can be written fits.
  const auto micros = static_cast<int64_t>(static_cast<uint64_t>(to) - static_cast<uint64_t>(from));
  return {0, static_cast<int32_t>(micros / kMicrosPerDay), micros % kMicrosPerDay};
}

}  // namespace weir::expr
