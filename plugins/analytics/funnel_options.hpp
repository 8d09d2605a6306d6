#pragma once
// The options of `funnel`, and what follows from them.
#include <optional>
#include <string>
#include <vector>

#include <weir/expression.hpp>
#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "funnel_path.hpp"
#include "marked_rows.hpp"

namespace weir::behaviour {

enum class StepOrder { kOrdered, kStrict };

struct ExclusionOption {
  Expression where;
  std::optional<std::string> after;
  std::optional<std::string> before;
  static OptionList<ExclusionOption> options();
};

struct FunnelOptions {
  std::vector<ColumnRef> by;
  NamedList<Expression> steps;
  StepOrder order = StepOrder::kOrdered;
  std::optional<Duration> within;
  NamedList<OneOf<ExclusionOption, Expression>> exclude;
  std::vector<ColumnRef> segment;
  std::optional<Duration> session_gap;
  std::optional<WindowOption> window;

  /// What marks a row: the steps and the exclusions, with the bits of FunnelEvent.
  std::vector<Mark> marks() const;
  /// Whether a row without a mark says something, too: it lies between steps, or keeps a session going.
  RowMarker::Keeps keeps() const {
    return order == StepOrder::kStrict || session_gap ? RowMarker::Keeps::kEveryRow
                                                      : RowMarker::Keeps::kMarkedRows;
  }
};

/// Fails: too few or too many steps, or an exclusion between steps that there are not.
Result<FunnelRules> funnel_rules(const FunnelOptions& options);

}  // namespace weir::behaviour
