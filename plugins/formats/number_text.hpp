#pragma once
// Numbers as text, without locale, without allocation.
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string_view>
#include <type_traits>

namespace weir::formats {

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

/// Reads the whole text as an integer. Fails: anything else, or it does not fit T.
template <class T>
bool read_integer(std::string_view text, T& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool is_negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;
  if (at == end) return false;
  if (end - at > 18) {  // Might pass 64 bits: the careful way. from_chars knows no plus sign.
    if (text.front() == '+') text.remove_prefix(1);
    const auto [stop, error] = std::from_chars(text.data(), end, out);
    return error == std::errc() && stop == end;
  }
  uint64_t value = 0;
  for (; at != end; ++at) {
    const auto digit = static_cast<unsigned char>(*at - '0');
    if (digit > 9) return false;
    value = value * 10 + digit;
  }
  if constexpr (std::is_unsigned_v<T>) {
    if (is_negative && value != 0) return false;
    if (value > std::numeric_limits<T>::max()) return false;
    out = static_cast<T>(value);
  } else {
    const int64_t number = is_negative ? -static_cast<int64_t>(value) : static_cast<int64_t>(value);
    if (number < std::numeric_limits<T>::min() || number > std::numeric_limits<T>::max()) return false;
    out = static_cast<T>(number);
  }
  return true;
}

namespace detail {
inline constexpr double kPowersOfTen[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                          1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                          1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
}  // namespace detail

/// Reads a decimal number without exponent from the front of [at, end), exactly rounded, and moves `at`
/// behind it. Returns false, with `at` anywhere, where the short way is not exact or there is no number.
inline bool read_short_float(const char*& at, const char* end, double& out) {
  const bool is_negative = at != end && *at == '-';
  if (is_negative) ++at;
  uint64_t digits = 0;
  const char* const first = at;
  while (at != end && is_digit(*at)) digits = digits * 10 + static_cast<uint64_t>(*at++ - '0');
  auto count = at - first;
  if (count == 0) return false;
  ptrdiff_t decimals = 0;
  if (at != end && *at == '.') {
    const char* const point = at++;
    while (at != end && is_digit(*at)) digits = digits * 10 + static_cast<uint64_t>(*at++ - '0');
    decimals = at - point - 1;
    if (decimals == 0) return false;
    count += decimals;
  }
  // Both the digits and the power of ten are exact as doubles, so one division rounds correctly.
  if (count > 18 || digits > (uint64_t{1} << 53) || decimals > 22) return false;
  const double value = static_cast<double>(digits) / detail::kPowersOfTen[decimals];
  out = is_negative ? -value : value;
  return true;
}

/// Reads the whole text as a number. "NaN", "inf" and "-inf" are numbers in any case of letters.
/// Fails: anything else, or a number beyond T's range.
template <class T>
bool read_float(std::string_view text, T& out) {
  const char* at = text.data();
  const char* const end = at + text.size();
  if (at != end && *at == '+') {
    ++at;
    if (at != end && *at == '-') return false;
  }
  const char* const begin = at;
  if constexpr (std::is_same_v<T, double>) {
    if (read_short_float(at, end, out) && at == end) return true;
  }
  const auto [stop, error] = std::from_chars(begin, end, out);
  return error == std::errc() && stop == end;
}

/// Reads true/false, t/f, yes/no, 1/0 in the usual three ways to write the letters.
inline bool read_bool(std::string_view text, bool& out) {
  for (const std::string_view word : {"true", "True", "TRUE", "1", "t", "T", "yes", "Yes", "YES"})
    if (text == word) return out = true, true;
  for (const std::string_view word : {"false", "False", "FALSE", "0", "f", "F", "no", "No", "NO"})
    if (text == word) return out = false, true;
  return false;
}

}  // namespace weir::formats
