#pragma once
// The options of `paths`, and what follows from them.
#include <optional>
#include <string>
#include <vector>

#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "path_finder.hpp"

namespace weir::behaviour {

struct PathOptions {
  std::vector<ColumnRef> by;
  ColumnRef event;
  std::optional<std::string> from;
  std::optional<std::string> to;
  int64_t steps = 0;
  std::optional<Duration> within;
  int64_t top = 0;
  Repeats repeats = Repeats::kKeep;
  Occurrences occurrences = Occurrences::kFirst;
  std::vector<ColumnRef> segment;
  std::optional<WindowOption> window;

  /// The event that paths are about.
  const std::string& anchor() const { return from ? *from : *to; }
};

/// Fails: not one of `from` and `to`, or windows that would be waited for without end.
Result<PathRules> path_rules(const PathOptions& options);

}  // namespace weir::behaviour
