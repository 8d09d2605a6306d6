#include "show_kind.hpp"

#include <algorithm>
#include <array>

namespace weir::report {
namespace {

constexpr std::array<ShowKind, 16> kKinds = {
    ShowKind::kKpi,       ShowKind::kLine,     ShowKind::kBars,      ShowKind::kPercentiles,
    ShowKind::kForecast,  ShowKind::kShares,   ShowKind::kHistogram, ShowKind::kBox,
    ShowKind::kCohorts,   ShowKind::kFunnel,   ShowKind::kPaths,     ShowKind::kExperiment,
    ShowKind::kFreshness, ShowKind::kRejected, ShowKind::kText,      ShowKind::kTable};

// By the numbers of ShowKind.
constexpr std::array<std::string_view, kKinds.size()> kKeys = {
    "kpi",     "line",   "bars",  "percentiles", "forecast",  "shares",   "histogram", "box",
    "cohorts", "funnel", "paths", "experiment",  "freshness", "rejected", "text",      "table"};

}  // namespace

std::span<const ShowKind> all_kinds() { return kKinds; }

std::string_view kind_key(ShowKind kind) { return kKeys[static_cast<std::size_t>(kind)]; }

FigureKind figure_kind(ShowKind kind) {
  switch (kind) {
    case ShowKind::kLine:
      return FigureKind::kLine;
    case ShowKind::kBars:
      return FigureKind::kBars;
    case ShowKind::kPercentiles:
      return FigureKind::kPercentiles;
    case ShowKind::kForecast:
      return FigureKind::kForecast;
    case ShowKind::kShares:
      return FigureKind::kShares;
    case ShowKind::kHistogram:
      return FigureKind::kHistogram;
    case ShowKind::kBox:
      return FigureKind::kBox;
    case ShowKind::kCohorts:
      return FigureKind::kCohorts;
    case ShowKind::kFunnel:
      return FigureKind::kFunnel;
    case ShowKind::kPaths:
      return FigureKind::kPaths;
    case ShowKind::kExperiment:
      return FigureKind::kExperiment;
    default:
      return FigureKind::kTable;
  }
}

std::string_view figure_word(FigureKind kind) {
  if (kind == FigureKind::kInterval) return "interval";
  const auto found = std::ranges::find_if(
      kKinds, [&](ShowKind one) { return figure_kind(one) == kind && one >= ShowKind::kLine; });
  return kind == FigureKind::kTable ? "table" : kind_key(*found);
}

}  // namespace weir::report
