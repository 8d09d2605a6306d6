#pragma once
// Civil days, weeks, months, quarters and years of a time zone as spans of time.
#include <cstdint>
#include <string>

#include <weir/status.hpp>

namespace date {
class time_zone;
}

namespace weir::aggregates {

/// [start, end) in microseconds since 1970 UTC.
struct Span {
  int64_t start = 0;
  int64_t end = 0;
  bool operator==(const Span&) const = default;
};

enum class CalendarUnit { kDay, kWeek, kMonth, kQuarter, kYear };

/// A unit begins at midnight of the zone's clocks, or where they skip midnight, when they go on; so a day may
/// have 23 or 25 hours. Weeks are those of ISO 8601: they begin on Monday.
///
/// Threads: any, at once.
class Calendar {
 public:
  /// Fails: no such time zone.
  static Result<Calendar> make(CalendarUnit unit, const std::string& zone);
  /// The unit that holds `time`. Needs: kEarliest <= time < kLatest.
  Span span_of(int64_t time) const;
  /// Which unit holds `time`, counted from the one that holds 1970-01-01. Needs: as span_of().
  int64_t number_of(int64_t time) const;
  /// The unit of that number. Needs: it lies in the same years.
  Span numbered(int64_t number) const;

  // Years 1 to 9999.
  static constexpr int64_t kEarliest = -62'135'596'800'000'000;
  static constexpr int64_t kLatest = 253'370'764'800'000'000;

 private:
  Calendar(CalendarUnit unit, const date::time_zone* zone) : unit_(unit), zone_(zone) {}
  CalendarUnit unit_;
  const date::time_zone* zone_;  // Of the process, never freed.
};

}  // namespace weir::aggregates
