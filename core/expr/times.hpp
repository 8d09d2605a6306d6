#pragma once
// Timestamps, dates and intervals as text, and sums of them.
#include <optional>
#include <string>
#include <string_view>

#include "expr/value_type.hpp"

namespace weir::expr {

inline constexpr int64_t kMicrosPerSecond = 1'000'000;
inline constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

/// Reads `2025-01-31`, `2025-01-31 10:20`, `2025-01-31T10:20:30.123456Z`, `... +02:00`, with spaces around;
/// without a zone it is UTC. [us]
std::optional<int64_t> parse_timestamp(std::string_view text);
/// Reads `2025-01-31` (also `2025-1-31` and `2025/01/31`). [days]
std::optional<int32_t> parse_date(std::string_view text);
/// Reads `5 minutes`, `1 month 2 days`, `-3 h`, `10:20:30`, `1.5 seconds`.
std::optional<Interval> parse_interval(std::string_view text);

/// `2025-01-31 10:20:30.5`: as many digits after the point as are needed.
std::string timestamp_text(int64_t micros);
std::string date_text(int32_t days);
/// `1 month 2 days 10:20:30`.
std::string interval_text(const Interval& interval);

struct CivilDate {
  int64_t year = 1970;
  unsigned month = 1;
  unsigned day = 1;
};
CivilDate civil_of_days(int64_t days);
int64_t days_of_civil(const CivilDate& date);
unsigned days_in_month(int64_t year, unsigned month);
/// Days and the rest of the day [us], rounded towards the past.
inline int64_t day_of_micros(int64_t micros) {
  return micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
}

/// Months first (the day is cut to the length of the month), then days, then time. Nothing: out of range.
std::optional<int64_t> add_interval(int64_t micros, const Interval& interval);
std::optional<Interval> negate_interval(const Interval& interval);
std::optional<Interval> add_intervals(const Interval& a, const Interval& b);
/// What lies between two times, as days and time.
Interval interval_between(int64_t from, int64_t to);

}  // namespace weir::expr
