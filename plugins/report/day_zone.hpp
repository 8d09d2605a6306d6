#pragma once
// Whose midnights begin the days of a report.
#include <cstdint>
#include <string>

#include <weir/status.hpp>

namespace date {
class time_zone;
}

namespace weir::report {

/// A time zone that days belong to: a day of it stays that day wherever the page is read. Copies are cheap;
/// the rules behind them live as long as the program.
class DayZone {
 public:
  DayZone() = default;  ///< UTC.
  /// Fails: no zone of that name in the tz database.
  static Result<DayZone> named(const std::string& name);

  bool is_utc() const { return rules_ == nullptr; }
  std::string name() const;
  /// Returns what the clocks of the zone show, as microseconds since 1970-01-01 00:00 on such a clock.
  std::int64_t clock_us(std::int64_t moment_us) const;
  /// Returns the day in which the moment lies, as days since 1970-01-01.
  std::int64_t day_of(std::int64_t moment_us) const;
  /// Whether a day begins at this moment. Where clocks go forward at midnight that is 01:00.
  bool begins_a_day(std::int64_t moment_us) const;

 private:
  const date::time_zone* rules_ = nullptr;  // Null: UTC.
};

}  // namespace weir::report
