#include "number_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

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
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude,
                                 std::chars_format::scientific, 2);
  return {buffer.data(), end.ptr};
}

std::string money(double magnitude, std::string_view unit) {
  const int decimals = magnitude < 10000 ? 2 : 0;
  return std::string(unit.empty() ? "$" : unit) + with_separators(fixed(magnitude, decimals));
}

std::string bytes(double magnitude) {
  constexpr std::array<std::string_view, 6> kUnits = {" B", " kB", " MB", " GB", " TB", " PB"};
  std::size_t unit = 0;
  while (magnitude >= 1000 && unit + 1 < kUnits.size()) {
    magnitude /= 1000;
    ++unit;
  }
  return without_trailing_zeros(fixed(magnitude, unit == 0 ? 0 : 1)) + std::string(kUnits[unit]);
}

std::string magnitude_text(double magnitude, Format format, std::string_view unit) {
  switch (format) {
    case Format::kMoney:
      return money(magnitude, unit);
    case Format::kPercent:
      return with_separators(fixed(magnitude * 100, 1)) + "%";
    case Format::kBytes:
      return bytes(magnitude);
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

std::string signed_text(double value, Format format, std::string_view unit) {
  const std::string text = number_text(value, format, unit);
  return value > 0 ? "+" + text : text;
}

std::string moment_text(Moment moment, bool with_time) {
  const Clock clock = split(moment);
  if (!with_time) return clock.date;
  std::string text = clock.date + " " + two_digits(clock.time.hours().count()) + ":" +
                     two_digits(clock.time.minutes().count());
  if (clock.time.seconds().count() != 0) text += ":" + two_digits(clock.time.seconds().count());
  return text;
}

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
