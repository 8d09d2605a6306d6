#pragma once
// The parts of a time: "hour", "month", "isodow".
#include <string_view>

#include <weir/status.hpp>

#include "expr/times.hpp"

namespace weir::expr {

enum class DatePart {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kQuarter,
  kYear,
  kDecade,
  kCentury,
  kDayOfWeek,
  kIsoDayOfWeek,
  kDayOfYear,
  kIsoYear,
  kEpoch,
};

/// Reads a part's name: singular, plural and the usual short forms. Fails: there is none, with the nearest.
Result<DatePart> parse_date_part(std::string_view name);

/// The part of a time as a number; sub-second parts include the seconds, as in DuckDB. Epoch is in seconds.
int64_t date_part(DatePart part, int64_t micros);

/// The beginning of the part that a time lies in. Weeks begin on Monday.
/// Needs: not one of the day-of or epoch parts (truncates says so).
int64_t date_trunc(DatePart part, int64_t micros);
bool truncates(DatePart part);

/// How many borders of a part lie between two times (`from` before `to`: positive).
int64_t date_diff(DatePart part, int64_t from, int64_t to);
/// How many whole parts lie between two times.
int64_t date_sub(DatePart part, int64_t from, int64_t to);

}  // namespace weir::expr
