#pragma once
// The values of windows that were given, by group and the window's beginning.
#include <span>
#include <vector>

#include <weir/state.hpp>

#include "compare_options.hpp"

namespace weir::analytics {

/// Threads: one instance's.
class EarlierWindows {
 public:
  /// Borrows everything; it outlives this.
  EarlierWindows(const std::vector<ColumnRef>& by, const WindowColumns& columns,
                 const std::vector<ComparedValue>& values)
      : by_(by), columns_(columns), values_(values) {}
  /// Called in bind(), after key_by().
  void declare(const Schema& input, Binding& binding);
  /// A row for each window: its end, then the values.
  const ListState& state() const { return windows_; }

  /// Adds rows of the input, each of a window that was not added before.
  Status keep(weir_context* context, const Batch& rows);

  /// What stands before some rows: `bases` by row, `before` by value, then row.
  struct Found {
    std::vector<Base> bases;
    std::vector<std::vector<Amount>> before;
  };
  /// Looks for the windows one period before those of `rows`.
  Result<Found> find(weir_context* context, const Batch& rows, const Counterparts& calendar,
                     PeriodBefore period) const;
  /// For early results: a window that is not complete itself is not like the one before, and what may still
  /// come is not absent.
  void mark_open(const Batch& rows, const Counterparts& calendar, PeriodBefore period, int64_t watermark,
                 int64_t lateness, Found& found) const;
  /// Forgets windows that begin here, or before.
  Status remove_upto(weir_context* context, int64_t start) { return windows_.remove_upto(context, start); }

  Span window_of(const Batch& rows, size_t row) const {
    return {rows.column<int64_t>(columns_.start)[row], rows.column<int64_t>(columns_.end)[row]};
  }

 private:
  const std::vector<ColumnRef>& by_;
  const WindowColumns& columns_;
  const std::vector<ComparedValue>& values_;
  ListState windows_{"windows", {}};
};

}  // namespace weir::analytics
