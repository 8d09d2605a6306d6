#include "windows.hpp"

#include <numeric>

namespace weir::aggregates {
namespace {

constexpr double kLongestUs = 3.2e14;

/// The greatest multiple of `width` that is not above `time`.
int64_t floor_to(int64_t time, int64_t width) {
  const int64_t rest = time % width;
  return time - (rest < 0 ? rest + width : rest);
}

}  // namespace

OptionList<Sliding> Sliding::options() {
  return options_of<Sliding>(
      required("size", &Sliding::size, range(1, kLongestUs), "How long each window is.", example_value("1h")),
      required("every", &Sliding::every, range(1, kLongestUs),
               "How far one window begins behind the one before it; at most `size`. "
               "Windows begin at multiples of this since 1970-01-01 UTC.",
               example_value("5m")));
}

OptionList<Session> Session::options() {
  return options_of<Session>(required("gap", &Session::gap, range(1, kLongestUs),
                                      "A session of a key ends when it has had no row for this long.",
                                      example_value("30m")));
}

OptionList<WindowOption> WindowOption::options() {
  return options_of<WindowOption>(
      optional(
          "tumbling", &WindowOption::tumbling, range(1, kLongestUs),
          "How long each window is. Windows begin at multiples of this since 1970-01-01 UTC, so those of "
          "1w on Thursdays; `calendar: week` begins on Mondays.",
          example_value("1m")),
      optional("sliding", &WindowOption::sliding,
               "Windows that overlap: each row is in `size / every` of them, and costs as much as in one.",
               example_value("{size: 1h, every: 5m}")),
      optional("session", &WindowOption::session, "For each key, rows with less than `gap` between them.",
               example_value("{gap: 30m}")),
      optional("calendar", &WindowOption::calendar,
               choices<CalendarUnit>({{"day", CalendarUnit::kDay},
                                      {"week", CalendarUnit::kWeek},
                                      {"month", CalendarUnit::kMonth},
                                      {"quarter", CalendarUnit::kQuarter},
                                      {"year", CalendarUnit::kYear}}),
               "Days, weeks (from Monday), months, quarters or years as the clocks of `timezone` have them.",
               example_value("day")),
      optional("timezone", &WindowOption::timezone,
               "Whose days they are, with `calendar`: a name of the tz database. UTC where it is left out.",
               example_value("Europe/Berlin")));
}

Result<Windows> Windows::make(const std::optional<WindowOption>& option, Duration allowed_lateness) {
  Windows made;
  made.lateness_ = allowed_lateness.count();
  if (!option) {
    if (made.lateness_ > 0) return Status::invalid("allowed_lateness: without 'window' no row is late");
    return made;
  }
  const int kinds =
      static_cast<int>(option->tumbling.has_value()) + static_cast<int>(option->sliding.has_value()) +
      static_cast<int>(option->session.has_value()) + static_cast<int>(option->calendar.has_value());
  if (kinds != 1)
    return Status::invalid(
        "window: " + std::string(kinds == 0 ? "it says no kind" : "it says more than one kind") +
        ", expected one of {tumbling: 1m}, {sliding: {size: 1h, every: 5m}}, {session: {gap: 30m}} and "
        "{calendar: day}");
  if (option->timezone && !option->calendar)
    return Status::invalid("window: 'timezone' goes with 'calendar'; other windows are the same everywhere");
  if (option->calendar) {
    auto calendar = Calendar::make(*option->calendar, option->timezone.value_or("UTC"));
    if (!calendar.is_ok()) return calendar.status().with_context("window.timezone");
    made.kind_ = Kind::kCalendar;
    made.calendar_ = *calendar;
    made.earliest_ = Calendar::kEarliest;
    made.latest_ = Calendar::kLatest;
    return made;
  }
  if (option->tumbling) {
    made.kind_ = Kind::kFixed;
    made.size_ = made.pane_ = option->tumbling->count();
  } else if (option->sliding) {
    made.kind_ = Kind::kSliding;
    made.size_ = option->sliding->size.count();
    made.every_ = option->sliding->every.count();
    if (made.every_ > made.size_)
      return Status::invalid(
          "window.sliding: 'every' is longer than 'size', so some rows would be in no window; filter them "
          "out before, or make 'every' at most 'size'");
    made.pane_ = std::gcd(made.size_, made.every_);
  } else {
    made.kind_ = Kind::kSession;
    made.size_ = made.pane_ = option->session->gap.count();
  }
  if (made.kind_ == Kind::kSession && made.lateness_ > 0)
    return Status::invalid(
        "allowed_lateness: a session is given once and not revised: a late row can join it to another, and "
        "nothing would take back the two that were given; give event_time a longer max_delay instead");
  // Far enough from the ends of int64 that no sum below leaves it.
  made.latest_ = kNever - 4 * made.size_ - made.lateness_;
  made.earliest_ = -made.latest_;
  return made;
}

Span Windows::pane_of(int64_t time) const {
  if (calendar_) return calendar_->span_of(time);
  const int64_t start = floor_to(time, pane_);
  return {start, start + pane_};
}

Span Windows::window_before(int64_t end) const {
  if (calendar_) return calendar_->span_of(end - 1);
  return {end - size_, end};
}

int64_t Windows::first_window_end(Span pane) const {
  return floor_to(pane.start - size_, every_) + every_ + size_;
}

int64_t Windows::last_window_end(Span pane) const { return floor_to(pane.start, every_) + size_; }

int64_t Windows::closed_upto(int64_t watermark) const {
  if (watermark == kNever) return kNever;
  constexpr int64_t kFirst = std::numeric_limits<int64_t>::min();
  return watermark < kFirst + lateness_ ? kFirst : watermark - lateness_;
}

}  // namespace weir::aggregates
