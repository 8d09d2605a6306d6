#include "data/value_text.hpp"
#include "data/floor_divide.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <weir/date_text.hpp>

namespace weir {
namespace {

__extension__ using Unsigned128 = unsigned __int128;

template <class T>
void append_shortest(T value, std::string& out) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else {
    std::array<char, 64> text;
    out.append(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
  }
}

void append_digits(uint64_t value, size_t width, std::string& out) {
  std::array<char, 24> text;
  const char* end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  const auto size = static_cast<size_t>(end - text.data());
  out.append(width > size ? width - size : 0, '0').append(text.data(), size);
}

}  // namespace

void append_float(double value, std::string& out) { append_shortest(value, out); }
void append_float(float value, std::string& out) { append_shortest(value, out); }

void append_decimal(const void* bytes, int scale, std::string& out) {
  Unsigned128 value;
  std::memcpy(&value, bytes, sizeof(value));
  const bool is_negative = (value >> 127) != 0;
  if (is_negative) value = Unsigned128{0} - value;
  std::array<char, 48> digits;  // From the last one on; 39 at most.
  size_t count = 0;
  for (; value != 0; value /= 10) digits[count++] = static_cast<char>('0' + static_cast<int>(value % 10));
  if (is_negative) out += '-';
  const size_t after_point = scale > 0 ? static_cast<size_t>(scale) : 0;
  if (count <= after_point) {
    out += '0';
  }
  for (size_t i = count; i > after_point; --i) out += digits[i - 1];
  if (count > 0 && scale < 0) out.append(static_cast<size_t>(-scale), '0');
  if (after_point == 0) return;
  out += '.';
  for (size_t i = after_point; i > 0; --i) out += i <= count ? digits[i - 1] : '0';
}

void append_date(int64_t days_since_1970, std::string& out) {
  char text[kMaxDateBytes];
  out.append(text, put_date(text, days_since_1970));
}

void append_timestamp(int64_t microseconds_since_1970, std::string& out) {
  constexpr int64_t kDay = 86'400'000'000;
  const int64_t days = floor_divide(microseconds_since_1970, kDay);
  // Unsigned: days * kDay is below INT64_MIN on the first day there is.
  const uint64_t in_day = static_cast<uint64_t>(microseconds_since_1970) - static_cast<uint64_t>(days) * kDay;
  const uint64_t seconds = in_day / 1'000'000;
  append_date(days, out);
  out += 'T';
  append_digits(seconds / 3600, 2, out);
  out += ':';
  append_digits(seconds / 60 % 60, 2, out);
  out += ':';
  append_digits(seconds % 60, 2, out);
  if (in_day % 1'000'000 != 0) {
    out += '.';
    append_digits(in_day % 1'000'000, 6, out);
  }
  out += 'Z';
}

}  // namespace weir
