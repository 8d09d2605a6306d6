#pragma once
// The options of `segment`.
#include <optional>
#include <string>
#include <vector>

#include <weir/expression.hpp>
#include <weir/options.hpp>

#include "cohort_window.hpp"
#include "k_means.hpp"

namespace weir::behaviour {

/// Windows that the rows bring with them.
enum class RowWindows { kInput };

struct SegmentRule {
  std::string name;
  Expression when;
  static OptionList<SegmentRule> options();
};

struct KMeansOption {
  int64_t k = 0;
  std::vector<ColumnRef> columns;
  std::optional<OneOf<WindowOption, RowWindows>> window;
  Duration allowed_lateness{};
  ClusterOrder number_by = ClusterOrder::kFirstColumn;
  int64_t starts = 0;
  int64_t iterations = 0;
  int64_t seed = 0;
  static OptionList<KMeansOption> options();

  KMeansRules rules() const;
};

struct SegmentOptions {
  std::vector<SegmentRule> rules;
  std::optional<std::string> otherwise;
  std::optional<KMeansOption> kmeans;
  ColumnName into;
};

/// Fails: not one of rules and clusters, options of the one with the other, or columns that are no numbers.
Status check_segments(const SegmentOptions& options, const Schema& input);

}  // namespace weir::behaviour
