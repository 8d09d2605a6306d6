#pragma once
// Civil days, weeks and months of a time zone, numbered.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/status.hpp>

namespace date {
class time_zone;
}

namespace weir::behaviour {

enum class PeriodUnit { kDay, kWeek, kMonth };

/// One period: its number (days, weeks or months since the one that holds 1970-01-01) and [start, end) [us].
struct Period {
  int64_t number = 0;
  int64_t start = 0;
  int64_t end = 0;
  bool holds(int64_t time) const { return time >= start && time < end; }
};

/// A day begins at midnight of the zone's clocks, or where they skip midnight, when they go on; so it may
/// have 23 or 25 hours. Weeks begin on Monday (ISO 8601).
///
/// Threads: one instance's: it remembers periods it was asked for.
class CivilPeriods {
 public:
  /// Fails: no such time zone.
  static Result<CivilPeriods> make(PeriodUnit unit, const std::string& zone);
  /// The period that holds `time`. Needs: a time of the years 1 to 9998.
  const Period& at(int64_t time);
  /// Needs: the period lies in the same years.
  Period numbered(int64_t number) const;

 private:
  CivilPeriods(PeriodUnit unit, const date::time_zone* zone) : unit_(unit), zone_(zone) {}
  Period find(int64_t time) const;

  PeriodUnit unit_;
  const date::time_zone* zone_;  // Of the process, never freed.
  std::vector<Period> known_;    // By start.
  size_t last_ = 0;              // What the last call gave.
};

}  // namespace weir::behaviour
