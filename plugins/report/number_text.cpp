#include "number_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <utility>

#include <weir/date_text.hpp>

namespace weir::report {
namespace {

constexpr std::string_view kMinus = "\xE2\x88\x92";  // U+2212, as wide as the plus.

std::string fixed(double value, int decimals) {
  std::array<char, 400> buffer{};
  const auto end =
      std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed, decimals);
  return {buffer.data(), end.ptr};
}

std::string with_separators(std::string digits) {
  const std::size_t point = digits.find('.');
  std::size_t at = point == std::string::npos ? digits.size() : point;
  while (at > 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string without_trailing_zeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  while (digits.back() == '0') digits.pop_back();
  if (digits.back() == '.') digits.pop_back();
  return digits;
}

// Three significant digits are what a reader compares; whole numbers stay whole.
std::string plain(double magnitude) {
  if (magnitude == std::floor(magnitude) || magnitude >= 1000)
    return with_separators(fixed(std::round(magnitude), 0));
  if (magnitude >= 100) return with_separators(without_trailing_zeros(fixed(magnitude, 1)));
  if (magnitude >= 1) return without_trailing_zeros(fixed(magnitude, 2));
  if (magnitude >= 0.001) return without_trailing_zeros(fixed(magnitude, 4));
  if (magnitude >= 1e-6)
    return without_trailing_zeros(fixed(magnitude, 2 - static_cast<int>(std::floor(std::log10(magnitude)))));
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                 std::chars_format::scientific, 2);
  return {buffer.data(), end.ptr};
}

// One row of 10,000 is little, and not none.
std::string percent(double magnitude) {
  const std::string digits = fixed(magnitude * 100, 1);
  return (magnitude > 0 && digits == "0.0" ? plain(magnitude * 100) : with_separators(digits)) + "%";
}

std::string money(double magnitude, std::string_view unit) {
  const int decimals = magnitude < 10000 ? 2 : 0;
  return std::string(unit.empty() ? "$" : unit) + with_separators(fixed(magnitude, decimals));
}

// By the number of the format.
constexpr std::array<std::string_view, 7> kFormats = {"number", "money", "percent", "bytes",
                                                      "bits",   "si",    "seconds"};

// Powers of 1,000. Between thousand and million of a bare number people want its digits, of a unit they do
// not.
std::string with_prefix(double magnitude, std::string_view unit) {
  constexpr std::array<std::string_view, 9> kPrefixes = {"", "k", "M", "G", "T", "P", "E", "Z", "Y"};
  std::size_t prefix = 0;
  // What would be rounded to 1,000 of one prefix is 1 of the next.
  while (magnitude >= 999.95 && prefix + 1 < kPrefixes.size()) {
    magnitude /= 1000;
    ++prefix;
  }
  const std::string digits = prefix == 0 ? plain(magnitude) : without_trailing_zeros(fixed(magnitude, 1));
  return digits + " " + std::string(kPrefixes[prefix]) + std::string(unit);
}

// The two largest units that have a part: nobody plans by the seconds of three days.
std::string duration(double seconds) {
  if (seconds < 120) return plain(seconds >= 10 ? std::round(seconds * 10) / 10 : seconds) + " s";
  constexpr std::array<std::pair<double, std::string_view>, 4> kUnits = {
      {{86400, " d"}, {3600, " h"}, {60, " min"}, {1, " s"}}};
  std::size_t first = 0;
  while (seconds < kUnits[first].first) ++first;
  const double step = kUnits[std::min(first + 1, kUnits.size() - 1)].first;
  const double whole = std::round(seconds / step) * step;
  if (first > 0 && whole >= kUnits[first - 1].first) --first;
  const double large = std::floor(whole / kUnits[first].first);
  const double rest = whole - large * kUnits[first].first;
  std::string text = with_separators(fixed(large, 0)) + std::string(kUnits[first].second);
  if (first + 1 < kUnits.size() && rest >= kUnits[first + 1].first)
    text +=
        " " + fixed(std::floor(rest / kUnits[first + 1].first), 0) + std::string(kUnits[first + 1].second);
  return text;
}

std::string magnitude_text(double magnitude, Format format, std::string_view unit) {
  switch (format) {
    case Format::kMoney:
      return money(magnitude, unit);
    case Format::kPercent:
      return percent(magnitude);
    case Format::kBytes:
      return with_prefix(magnitude, "B");
    case Format::kBits:
      return with_prefix(magnitude, "b");
    case Format::kSi:
      return with_prefix(magnitude, unit);
    case Format::kSeconds:
      return duration(magnitude);
    case Format::kNumber:
      break;
  }
  std::string text = plain(magnitude);
  if (unit == "%") return text + "%";
  return unit.empty() ? text : text + " " + std::string(unit);
}

std::string two_digits(std::int64_t value) { return (value < 10 ? "0" : "") + std::to_string(value); }

struct Clock {
  std::string date;
  std::chrono::hh_mm_ss<std::chrono::microseconds> time;
};

Clock split(Moment moment) {
  using namespace std::chrono;
  const sys_time<microseconds> instant{microseconds(moment.us)};
  const auto day = floor<days>(instant);
  return {date_text(day.time_since_epoch().count()), hh_mm_ss<microseconds>(instant - day)};
}

}  // namespace

std::string_view format_word(Format format) { return kFormats[static_cast<std::size_t>(format)]; }

std::optional<Format> format_named(std::string_view word) {
  const auto found = std::ranges::find(kFormats, word);
  if (found == kFormats.end()) return std::nullopt;
  return static_cast<Format>(found - kFormats.begin());
}

std::string raw_number(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 40> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

std::string number_text(double value, Format format, std::string_view unit) {
  if (!std::isfinite(value)) return "not a number";
  const std::string text = magnitude_text(std::abs(value), format, unit);
  return value < 0 ? std::string(kMinus) + text : text;
}

double relative_change(double value, double previous) { return (value - previous) / std::abs(previous); }

std::string signed_text(double value, Format format, std::string_view unit) {
  const std::string text = number_text(value, format, unit);
  return value > 0 ? "+" + text : text;
}

std::string counted_text(double count, std::string_view one, std::string_view many) {
  return number_text(count, Format::kNumber, count == 1 ? one : many);
}

std::string clock_text(Moment moment) {
  const Clock clock = split(moment);
  std::string text = clock.date + " " + two_digits(clock.time.hours().count()) + ":" +
                     two_digits(clock.time.minutes().count());
  if (clock.time.seconds().count() != 0) text += ":" + two_digits(clock.time.seconds().count());
  return text;
}

std::string moment_text(Moment moment) { return clock_text(moment) + " UTC"; }

std::string moment_iso(Moment moment) {
  const Clock clock = split(moment);
  std::string text = clock.date + "T" + two_digits(clock.time.hours().count()) + ":" +
                     two_digits(clock.time.minutes().count()) + ":" +
                     two_digits(clock.time.seconds().count());
  if (const auto fraction = clock.time.subseconds().count(); fraction != 0) {
    std::string digits = std::to_string(1000000 + fraction).substr(1);
    while (digits.back() == '0') digits.pop_back();
    text += "." + digits;
  }
  return text + "Z";
}

}  // namespace weir::report
