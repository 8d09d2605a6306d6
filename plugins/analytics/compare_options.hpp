#pragma once
// The options of `compare`, and whether they go with its input.
#include <optional>
#include <string>
#include <vector>

#include <weir/keyed_transform.hpp>
#include <weir/options.hpp>

#include "period_columns.hpp"

namespace weir::analytics {

struct CompareOptions {
  std::vector<ColumnRef> by;
  std::vector<ColumnRef> values;
  std::vector<PeriodBefore> with;
  std::string timezone = "UTC";
  MissingDay missing_day = MissingDay::kNone;
  std::optional<CalendarUnit> to_date;
  Duration allowed_lateness{};
};

/// The columns of the input that say what a row is; -1: it has none.
struct WindowColumns {
  size_t start = 0;
  size_t end = 0;
  int is_final = -1;
};

/// Fails: the input is not as `aggregate` with windows gives it.
Result<WindowColumns> find_windows(const Schema& input);

/// Fails: with the option that is wrong.
Result<std::vector<ComparedValue>> check_compare(const CompareOptions& options, const Schema& input,
                                                 const WindowColumns& windows);

/// The time that the farthest of the periods reaches back from a window's beginning, generously [us].
int64_t reach_of(const CompareOptions& options);

}  // namespace weir::analytics
