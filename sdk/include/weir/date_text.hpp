#pragma once
// Days as people write them, over the whole range that columns can hold.
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace weir {

/// "-5877641-06-23", the longest date of a date32 column, and room to spare [bytes].
inline constexpr size_t kMaxDateBytes = 24;

/// Writes the last `count` digits of a number, zeros in front where it has fewer. Returns where they end.
inline char* put_digits(char* at, uint64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
  return at + count;
}

/// Writes "2025-01-31"; a year outside 0000..9999 gets its sign and all its digits, as ISO 8601 has it.
/// Returns where the text ends. Needs: kMaxDateBytes of room; a date of a date32 or timestamp column.
inline char* put_date(char* at, int64_t days_since_1970) {
  // The calendar repeats every 400 years; std::chrono's years are 16 bits wide, those of a column are not.
  constexpr int64_t kDaysIn400Years = 146097;
  const int64_t cycle = days_since_1970 / kDaysIn400Years - (days_since_1970 % kDaysIn400Years < 0 ? 1 : 0);
  const std::chrono::sys_days day{std::chrono::days(days_since_1970 - cycle * kDaysIn400Years)};
  const std::chrono::year_month_day date(day);
  const int64_t year = int{date.year()} + cycle * 400;
  const auto size = static_cast<uint64_t>(year < 0 ? -year : year);
  if (year < 0 || year > 9999) *at++ = year < 0 ? '-' : '+';
  int digits = 4;
  for (uint64_t limit = 10'000; size >= limit; limit *= 10) ++digits;
  at = put_digits(at, size, digits);
  *at++ = '-';
  at = put_digits(at, unsigned{date.month()}, 2);
  *at++ = '-';
  return put_digits(at, unsigned{date.day()}, 2);
}

inline std::string date_text(int64_t days_since_1970) {
  char text[kMaxDateBytes];
  return {text, put_date(text, days_since_1970)};
}

}  // namespace weir
