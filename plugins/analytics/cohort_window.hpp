#pragma once
// `window` of the transforms of behaviour: in which stretch of time somebody began.
#include <cstdint>
#include <optional>
#include <string>

#include <weir/options.hpp>

#include "behaviour_rows.hpp"
#include "civil_periods.hpp"

namespace weir::behaviour {

inline option::Choices period_choices() {
  return choices<CalendarUnit>(
      {{"day", CalendarUnit::kDay}, {"week", CalendarUnit::kWeek}, {"month", CalendarUnit::kMonth}});
}

struct WindowOption {
  std::optional<Duration> tumbling;
  std::optional<CalendarUnit> calendar;
  std::optional<std::string> timezone;
  static OptionList<WindowOption> options();
};

/// Windows that follow one another without gaps, named by their end. Without any, all time is one.
///
/// Threads: one instance's.
class Windows {
 public:
  Windows() = default;  ///< All time is one window, which ends at kNever.
  /// Fails: no kind of window, two, or no such time zone.
  static Result<Windows> make(const std::optional<WindowOption>& option);
  bool is_whole() const { return size_ == 0 && !calendar_; }
  /// The window that holds `time`. Needs: a time of the years 1 to 9998.
  Period at(int64_t time);

 private:
  int64_t size_ = 0;
  std::optional<CivilPeriods> calendar_;
};

}  // namespace weir::behaviour
