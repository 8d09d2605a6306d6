#pragma once
// What an entry of `show:` may be: the words of the YAML and what each draws.
#include <span>
#include <string>
#include <string_view>

#include "model.hpp"

namespace weir::report {

enum class ShowKind {
  kKpi,
  kLine,
  kBars,
  kPercentiles,
  kForecast,
  kShares,
  kHistogram,
  kBox,
  kCohorts,
  kFunnel,
  kPaths,
  kExperiment,
  kFreshness,
  kRejected,
  kText,
  kTable,
};

/// All kinds in the order in which messages name them.
std::span<const ShowKind> all_kinds();

/// Returns the key that names the kind and holds the id: "kpi".
std::string_view kind_key(ShowKind kind);

/// Returns what a chart or table of that kind is. Needs: a kind that draws a figure.
FigureKind figure_kind(ShowKind kind);

/// Returns the word for a figure in the page's data, which the script goes by: "line".
std::string_view figure_word(FigureKind kind);

}  // namespace weir::report
