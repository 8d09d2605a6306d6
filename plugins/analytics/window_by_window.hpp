#pragma once
// A transform over all keys that counts and gives one window after another, each when what begins in it is
// over.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <weir/keyed_transform.hpp>

#include "cohort_window.hpp"
#include "marked_rows.hpp"

namespace weir::behaviour {

/// What a key does may go on behind the window in which it began, so a window is due later than its end. One
/// copy keeps the state; copies before it send it only the columns that it needs.
///
/// Threads: one instance's.
class WindowByWindow : public KeyedTransform {
 public:
  Result<Progress> process(Batch batch, size_t, Emitter& emitter) final;
  Result<Progress> on_watermark(int64_t time, size_t, Emitter& emitter) final;
  Result<Progress> on_end(size_t, Emitter& emitter) final;
  Result<Progress> more(Emitter& emitter) final;

 protected:
  /// The first thing in bind(). Fails: no such windows, or none over an input that never ends; `advice`
  /// follows what is wrong then.
  Status prepare(const Input& input, const std::optional<WindowOption>& window, RowMarker marker,
                 const std::string& advice);
  /// A binding with the port `out`, which begins with window_start and window_end where there are windows and
  /// with the columns of `segment`. Fails: they cannot be keys.
  Result<Binding> begin_binding(const Schema& input, const std::vector<ColumnRef>& segment) const;
  /// Adds a column to `out`.
  void add_column(Binding& binding, const char* name, Type type, bool is_nullable = false) const;
  /// The last thing in bind() before states are declared: the port `late`, and what is read. Fails: two
  /// columns have one name.
  Status end_binding(Binding& binding, const Schema& input) const;
  /// window_start and window_end of `count` rows; nothing where all time is one window.
  std::vector<Column> window_columns(size_t count) const;

  /// Takes out rows that do not count, before others see them.
  virtual void leave_out(MarkedRows&) const {}
  virtual Status keep(const MarkedRows& marked) = 0;
  /// Windows that end here or before are due at this watermark.
  virtual int64_t due_upto(int64_t watermark) const = 0;
  /// Returns the end of the earliest window in which something begins, kNever when there is none.
  virtual Result<int64_t> earliest_end() = 0;
  /// Called for each window before it is counted.
  virtual Status begin() = 0;
  /// Counts a portion of window(). Returns whether there may be more. `cursor` begins as 0.
  virtual Result<bool> count_portion(uint64_t& cursor) = 0;
  /// Gives a portion of window(). Returns whether there may be more. `cursor` begins as 0.
  virtual Result<bool> give_portion(uint64_t& cursor, Emitter& emitter) = 0;
  /// Called for each window after it was given.
  virtual Status end() = 0;
  /// Called when no window is due. `due_upto`: as due_upto() said, kNever at the end.
  virtual Status forget(int64_t /*due_upto*/) { return {}; }

  /// Needs: called in keep() with the end of each window in which something begins.
  void note_end(int64_t end) { earliest_end_ = std::min(earliest_end_, end); }
  /// Fills `ends` with the end of each row's window, by place in marked.rows.
  void find_ends(const MarkedRows& marked, std::vector<int64_t>& ends);
  Windows& windows() { return windows_; }
  bool has_windows() const { return !windows_.is_whole(); }
  /// The one that is counted or given.
  const Period& window() const { return window_; }
  const RowMarker& marker() const { return *marker_; }

 private:
  static constexpr size_t kPortionsAtOnce = 16;

  /// kWaiting --a window is due--> kCounting --all of it--> kGiving --all of it--> kWaiting
  enum class Phase { kWaiting, kCounting, kGiving };

  /// Returns whether a window is due.
  Result<bool> begin_window();

  Windows windows_;
  std::optional<RowMarker> marker_;
  int64_t watermark_ = kBeforeAll;
  int64_t due_upto_ = kBeforeAll;
  int64_t earliest_end_ =
      kBeforeAll;  // Nothing begins in a window that ends before; after a restart not known.
  bool has_ended_ = false;
  bool is_given_ = false;  // The one window of all time.
  Phase phase_ = Phase::kWaiting;
  Period window_;        // What is being counted or given,
  uint64_t cursor_ = 0;  // and how far.
};

}  // namespace weir::behaviour
