#pragma once
// `window`: which pane a row goes into, which window a pane belongs to, and when a row is late.
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>

#include <weir/option_types.hpp>
#include <weir/options.hpp>

#include "calendar.hpp"

namespace weir::aggregates {

struct Sliding {
  Duration size{};
  Duration every{};
  static OptionList<Sliding> options();
};

struct Session {
  Duration gap{};
  static OptionList<Session> options();
};

struct WindowOption {
  std::optional<Duration> tumbling;
  std::optional<Sliding> sliding;
  std::optional<Session> session;
  std::optional<CalendarUnit> calendar;
  std::optional<std::string> timezone;
  static OptionList<WindowOption> options();
};

/// A row goes into one pane, whatever the windows. A tumbling or calendar window is one pane. Sliding windows
/// are made of panes as wide as the greatest width that divides both size and every. A session is made of
/// panes as wide as its gap: rows of one key in one pane are in one session, because less than a gap lies
/// between them.
///
/// Panes and windows are named by their end.
///
/// Threads: any, at once.
class Windows {
 public:
  enum class Kind { kNone, kFixed, kCalendar, kSliding, kSession };
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  /// Fails: no kind of window, or two, or sizes that do not go together.
  static Result<Windows> make(const std::optional<WindowOption>& option, Duration allowed_lateness);
  Windows() = default;  ///< One pane for everything.

  Kind kind() const { return kind_; }
  int64_t gap() const { return size_; }
  int64_t size() const { return size_; }
  int64_t every() const { return every_; }
  int64_t pane_width() const { return pane_; }
  int64_t allowed_lateness() const { return lateness_; }
  /// Whether results come in the order of their windows' beginnings, which are their event times. A long or
  /// growing window, or one that is corrected, may begin before others that were given.
  bool gives_event_time() const {
    return lateness_ == 0 && (kind_ == Kind::kFixed || kind_ == Kind::kCalendar);
  }

  /// Whether a window can hold `time`.
  bool holds(int64_t time) const { return time >= earliest_ && time < latest_; }
  /// Needs: holds(time), and there are windows.
  Span pane_of(int64_t time) const;
  /// The pane or window of kFixed, kCalendar or kSliding that ends at `end`.
  Span window_before(int64_t end) const;

  /// The ends of the first and of the last sliding window that hold a pane.
  int64_t first_window_end(Span pane) const;
  int64_t last_window_end(Span pane) const;

  /// At this watermark windows that end here, or before, take no more rows. kNever: all of them.
  int64_t closed_upto(int64_t watermark) const;

 private:
  Kind kind_ = Kind::kNone;
  int64_t size_ = 0;   // Of a window; the gap of sessions.
  int64_t every_ = 0;  // Sliding.
  int64_t pane_ = 0;   // Width, where all have the same.
  int64_t lateness_ = 0;
  int64_t earliest_ = std::numeric_limits<int64_t>::min();
  int64_t latest_ = std::numeric_limits<int64_t>::max();
  std::optional<Calendar> calendar_;
};

}  // namespace weir::aggregates
