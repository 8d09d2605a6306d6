#include "cohort_window.hpp"

namespace weir::behaviour {

OptionList<WindowOption> WindowOption::options() {
  return options_of<WindowOption>(
      optional("tumbling", &WindowOption::tumbling, range(1, kLongestUs),
               "How long each window is. Windows begin at multiples of this since 1970-01-01 UTC.",
               example_value("1d")),
      optional("calendar", &WindowOption::calendar, period_choices(),
               "Days, weeks (from Monday) or months as the clocks of `timezone` have them.",
               example_value("week")),
      optional("timezone", &WindowOption::timezone,
               "Whose days they are, with `calendar`: a name of the tz database. UTC where it is left out.",
               example_value("Europe/Berlin")));
}

Result<Windows> Windows::make(const std::optional<WindowOption>& option) {
  Windows made;
  if (!option) return made;
  if (option->tumbling.has_value() == option->calendar.has_value())
    return Status::invalid("window: expected one of {tumbling: 1d} and {calendar: week}");
  if (option->timezone && !option->calendar)
    return Status::invalid("window: 'timezone' goes with 'calendar'; other windows are the same everywhere");
  if (option->tumbling) {
    made.size_ = option->tumbling->count();
    return made;
  }
  auto calendar = CivilPeriods::make(*option->calendar, option->timezone.value_or("UTC"));
  if (!calendar.is_ok()) return calendar.status().with_context("window.timezone");
  made.calendar_ = std::move(*calendar);
  return made;
}

Period Windows::at(int64_t time) {
  if (calendar_) return calendar_->at(time);
  if (size_ == 0) return {0, kBeforeAll, kNever};
  const int64_t number = (time - (time % size_ + size_) % size_) / size_;
  return {number, number * size_, (number + 1) * size_};
}

}  // namespace weir::behaviour
