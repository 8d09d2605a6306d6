#pragma once
// Civil days, weeks and months of a time zone, numbered, for times that mostly lie in few of them.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "../aggregate/calendar.hpp"

namespace weir::behaviour {

using aggregates::CalendarUnit;

/// One period: its number (units since the one that holds 1970-01-01) and [start, end) [us].
struct Period {
  int64_t number = 0;
  int64_t start = 0;
  int64_t end = 0;
  bool holds(int64_t time) const { return time >= start && time < end; }
};

/// The units of a calendar, and those remembered that were asked for.
///
/// Threads: one instance's.
class CivilPeriods {
 public:
  /// Fails: no such time zone.
  static Result<CivilPeriods> make(CalendarUnit unit, const std::string& zone);
  /// The period that holds `time`. Needs: a time of the years 1 to 9998.
  const Period& at(int64_t time);
  /// Needs: the period lies in the same years.
  Period numbered(int64_t number) const;

 private:
  explicit CivilPeriods(const aggregates::Calendar& calendar) : calendar_(calendar) {}

  aggregates::Calendar calendar_;
  std::vector<Period> known_;  // By start.
  size_t last_ = 0;            // What the last call gave.
};

}  // namespace weir::behaviour
