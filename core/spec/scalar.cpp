#include "spec/scalar.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <utility>

namespace weir {
namespace {

struct Unit {
  std::string_view name;
  int64_t size;
};

// From the largest, as a combined duration must be written.
constexpr std::array kDurations = {Unit{"w", 604'800'000'000}, Unit{"d", 86'400'000'000},
                                   Unit{"h", 3'600'000'000},   Unit{"m", 60'000'000},
                                   Unit{"s", 1'000'000},       Unit{"ms", 1'000}};
constexpr std::array kSizes = {Unit{"", 1},
                               Unit{"B", 1},
                               Unit{"KB", 1'000},
                               Unit{"MB", 1'000'000},
                               Unit{"GB", 1'000'000'000},
                               Unit{"TB", 1'000'000'000'000},
                               Unit{"KiB", int64_t{1} << 10},
                               Unit{"MiB", int64_t{1} << 20},
                               Unit{"GiB", int64_t{1} << 30},
                               Unit{"TiB", int64_t{1} << 40}};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

Status expected(std::string_view what, std::string_view found, std::string_view hint = {}) {
  std::string message = "expected " + std::string(what) + ", found '" + std::string(found) + "'";
  if (!hint.empty()) message += "\n" + std::string(hint);
  return Status::invalid(std::move(message));
}

// Takes a number without sign or exponent off the front of `text`.
std::optional<double> take_number(std::string_view& text) {
  size_t end = 0;
  while (end < text.size() && (is_digit(text[end]) || text[end] == '.')) ++end;
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + end, number, std::chars_format::fixed);
  if (end == 0 || error != std::errc() || stop != text.data() + end) return std::nullopt;
  text.remove_prefix(end);
  return number;
}

std::string_view take_letters(std::string_view& text) {
  const size_t end = std::min(text.find_first_of("0123456789. +-"), text.size());
  const std::string_view letters = text.substr(0, end);
  text.remove_prefix(end);
  return letters;
}

std::string_view without_front_spaces(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  return text;
}

template <size_t kCount>
const Unit* find_unit(const std::array<Unit, kCount>& units, std::string_view name) {
  const auto found = std::ranges::find(units, name, &Unit::name);
  return found == units.end() ? nullptr : &*found;
}

// Returns nothing when the product does not fit.
std::optional<int64_t> times(double number, int64_t unit) {
  const double product = std::round(number * static_cast<double>(unit));
  if (!(product < 9.2e18)) return std::nullopt;
  // Whole numbers are multiplied as such: a double holds only 53 bits.
  if (number == std::floor(number) && number < 9e15) return static_cast<int64_t>(number) * unit;
  return static_cast<int64_t>(product);
}

std::string duration_hint(std::string_view number, std::string_view unit) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kMeant = {{{"sec", "s"},
                                                                                            {"secs", "s"},
                                                                                            {"second", "s"},
                                                                                            {"seconds", "s"},
                                                                                            {"min", "m"},
                                                                                            {"mins", "m"},
                                                                                            {"minute", "m"},
                                                                                            {"minutes", "m"},
                                                                                            {"hour", "h"},
                                                                                            {"hours", "h"},
                                                                                            {"day", "d"},
                                                                                            {"days", "d"},
                                                                                            {"week", "w"},
                                                                                            {"weeks", "w"}}};
  const std::string n(number);
  if (unit.empty()) return "add a unit: '" + n + "s' or '" + n + "ms'";
  const auto meant = std::ranges::find(kMeant, unit, &std::pair<std::string_view, std::string_view>::first);
  if (meant != kMeant.end()) return "write '" + n + std::string(meant->second) + "'";
  if (unit == "M") return "write '" + n + "m' for minutes";
  return "the units are ms, s, m, h, d and w";
}

std::string bytes_hint(std::string_view number, std::string_view unit) {
  std::string letter(unit.substr(0, 1));
  if (!letter.empty() && letter[0] >= 'a' && letter[0] <= 'z')
    letter[0] = static_cast<char>(letter[0] - 'a' + 'A');
  const bool is_known = letter == "K" || letter == "M" || letter == "G" || letter == "T";
  if (!is_known || unit.size() > 3)
    return "the units are B, KB, MB, GB, TB (powers of 1,000), KiB, MiB, GiB and TiB (powers of 1,024)";
  const std::string n(number);
  return "write '" + n + letter + "B' (powers of 1,000) or '" + n + letter + "iB' (powers of 1,024)";
}

constexpr std::string_view kDurationExample = "a duration such as 30s, 5m or 1h30m";
constexpr std::string_view kBytesExample = "a size such as 64MB or 64MiB";
constexpr std::string_view kTimestampExample =
    "a time such as 2025-01-31T12:00:00Z, or a date such as 2025-01-31";

// Takes exactly `digits` digits off the front of `text`.
std::optional<int> take_digits(std::string_view& text, size_t digits) {
  if (text.size() < digits || !std::ranges::all_of(text.substr(0, digits), is_digit)) return std::nullopt;
  int number = 0;
  std::from_chars(text.data(), text.data() + digits, number);
  text.remove_prefix(digits);
  return number;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, '-')) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, '-')) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date);
}

// Up to six digits count; further ones must be zeros, since times are held in microseconds.
std::optional<Microseconds> take_fraction(std::string_view& text) {
  int64_t micros = 0;
  size_t digits = 0;
  for (; digits < text.size() && is_digit(text[digits]); ++digits) {
    if (digits < 6) micros = micros * 10 + (text[digits] - '0');
    if (digits >= 6 && text[digits] != '0') return std::nullopt;
  }
  if (digits == 0) return std::nullopt;
  for (size_t i = digits; i < 6; ++i) micros *= 10;
  text.remove_prefix(digits);
  return Microseconds(micros);
}

std::optional<Microseconds> take_hours_and_minutes(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ':')) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59) return std::nullopt;
  return std::chrono::hours(*hour) + std::chrono::minutes(*minute);
}

std::optional<Microseconds> take_clock(std::string_view& text) {
  auto clock = take_hours_and_minutes(text);
  if (!clock || !take(text, ':')) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  *clock += std::chrono::seconds(*second);
  if (!take(text, '.')) return clock;
  const auto fraction = take_fraction(text);
  if (!fraction) return std::nullopt;
  return *clock + *fraction;
}

std::optional<Microseconds> take_offset(std::string_view& text) {
  if (take(text, 'Z') || take(text, 'z')) return Microseconds(0);
  const bool is_east = text.starts_with('+');
  if (!is_east && !text.starts_with('-')) return std::nullopt;
  text.remove_prefix(1);
  const auto offset = take_hours_and_minutes(text);
  if (!offset) return std::nullopt;
  return is_east ? *offset : -*offset;
}

}  // namespace

Result<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (lower == "yes" || lower == "on" || lower == "y" || lower == "1")
    return expected("true or false", text, "write 'true'");
  if (lower == "no" || lower == "off" || lower == "n" || lower == "0")
    return expected("true or false", text, "write 'false'");
  return expected("true or false", text);
}

Result<int64_t> parse_int64(std::string_view text) {
  constexpr std::string_view kWhat = "a whole number such as 1000";
  std::string digits;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_separator =
        text[i] == '_' && i > 0 && is_digit(text[i - 1]) && i + 1 < text.size() && is_digit(text[i + 1]);
    if (!is_separator) digits += text[i];
  }
  const std::string_view number = digits.starts_with('+') ? std::string_view(digits).substr(1) : digits;
  int64_t value = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error == std::errc::result_out_of_range && stop == number.data() + number.size())
    return expected("a whole number that fits 64 bits", text);
  if (error != std::errc() || stop != number.data() + number.size() || digits.starts_with("+-"))
    return expected(kWhat, text);
  return value;
}

Result<double> parse_float64(std::string_view text) {
  constexpr std::string_view kWhat = "a number such as 0.5";
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "inf" || text == ".inf" || text == "+inf") return kInfinity;
  if (text == "-inf" || text == "-.inf") return -kInfinity;
  if (text == "nan" || text == ".nan") return std::numeric_limits<double>::quiet_NaN();
  const std::string_view number = text.starts_with('+') ? text.substr(1) : text;
  const bool begins_well = !number.empty() && (is_digit(number[0]) || number[0] == '.' || number[0] == '-');
  double value = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  const bool is_whole = stop == number.data() + number.size();
  if (begins_well && is_whole && error == std::errc() && std::isfinite(value)) return value;
  if (number.find(',') != std::string_view::npos)
    return expected(kWhat, text, "write a point, not a comma, before decimals");
  return expected(kWhat, text);
}

Result<Microseconds> parse_duration(std::string_view text) {
  if (text == "0") return Microseconds(0);
  std::string_view rest = text;
  int64_t total = 0;
  const Unit* smallest = nullptr;
  do {
    const std::string_view before = rest;
    const auto number = take_number(rest);
    if (!number)
      return expected(kDurationExample, text, text.starts_with('-') ? "a duration is not negative" : "");
    const std::string_view written = before.substr(0, before.size() - rest.size());
    rest = without_front_spaces(rest);
    const std::string_view name = take_letters(rest);
    const Unit* unit = find_unit(kDurations, name);
    if (unit == nullptr) return expected(kDurationExample, text, duration_hint(written, name));
    if (smallest != nullptr && unit->size >= smallest->size)
      return expected(kDurationExample, text, "write the largest unit first, and each once");
    smallest = unit;
    const auto part = times(*number, unit->size);
    if (!part || __builtin_add_overflow(total, *part, &total))
      return expected("a duration below 290,000 years", text);
    rest = without_front_spaces(rest);
  } while (!rest.empty());
  return Microseconds(total);
}

Result<int64_t> parse_bytes(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  if (!number) return expected(kBytesExample, text, text.starts_with('-') ? "a size is not negative" : "");
  const std::string_view written = text.substr(0, text.size() - rest.size());
  const std::string_view name = without_front_spaces(rest);
  const Unit* unit = find_unit(kSizes, name);
  if (unit == nullptr) return expected(kBytesExample, text, bytes_hint(written, name));
  const auto bytes = times(*number, unit->size);
  if (!bytes) return expected("a size below 8 EiB", text);
  return *bytes;
}

Result<Microseconds> parse_timestamp(std::string_view text) {
  std::string_view rest = text;
  const auto date = take_date(rest);
  if (!date) return expected(kTimestampExample, text);
  const Microseconds midnight = date->time_since_epoch();
  if (rest.empty()) return midnight;
  if (!take(rest, 'T') && !take(rest, 't') && !take(rest, ' ')) return expected(kTimestampExample, text);
  const auto clock = take_clock(rest);
  if (!clock) return expected(kTimestampExample, text);
  if (rest.empty())
    return expected(kTimestampExample, text, "say the time zone: put 'Z' or '+02:00' behind it");
  const auto offset = take_offset(rest);
  if (!offset || !rest.empty()) return expected(kTimestampExample, text);
  return midnight + *clock - *offset;
}

Result<double> parse_percent(std::string_view text) {
  std::string_view rest = text;
  const auto number = take_number(rest);
  if (!number || rest != "%") return expected("a share such as 1%", text);
  return *number / 100;
}

}  // namespace weir
