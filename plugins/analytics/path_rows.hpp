#pragma once
// The way out of `paths`: edges become rows that a Sankey diagram reads.
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weir/builder.hpp>

#include "name_table.hpp"
#include "path_finder.hpp"
#include "path_tree.hpp"

namespace weir::behaviour {

/// The columns step, source, target, count and share. Borrows: the names.
class PathRows {
 public:
  PathRows(PathDirection direction, std::string_view anchor, const NameTable& names)
      : direction_(direction), anchor_(anchor), names_(names) {}
  size_t size() const { return steps_.size(); }

  /// Adds the edges of one tree, which begin with the steps nearest to the anchor. Rows come in the order of
  /// time: where paths lead to the anchor, edges are turned round, and the furthest step comes first.
  void append(const std::vector<PathEdge>& edges) {
    if (direction_ == PathDirection::kFrom) {
      for (const PathEdge& edge : edges)
        append(static_cast<int64_t>(edge.step), edge.source, edge.target, edge);
      return;
    }
    for (size_t end = edges.size(); end > 0;) {
      size_t first = end - 1;
      while (first > 0 && edges[first - 1].step == edges[end - 1].step) --first;
      for (size_t i = first; i < end; ++i)
        append(-static_cast<int64_t>(edges[i].step), edges[i].target, edges[i].source, edges[i]);
      end = first;
    }
  }
  std::vector<Column> finish() && {
    std::vector<Column> made;
    made.push_back(std::move(steps_).finish());
    made.push_back(std::move(sources_).finish());
    made.push_back(std::move(targets_).finish());
    made.push_back(std::move(counts_).finish());
    made.push_back(std::move(shares_).finish());
    return made;
  }

 private:
  void append(int64_t step, PathNode source, PathNode target, const PathEdge& edge) {
    steps_.append(step);
    sources_.append(text(source));
    targets_.append(text(target));
    counts_.append(edge.count);
    shares_.append(static_cast<double>(edge.count) / static_cast<double>(edge.at_step));
  }
  std::string_view text(PathNode node) const {
    if (node == kPathAnchor) return anchor_;
    if (node == kPathOther) return "(other)";
    if (node == kPathEnd) return direction_ == PathDirection::kFrom ? "(end)" : "(start)";
    return names_.name(node);
  }

  const PathDirection direction_;
  const std::string_view anchor_;
  const NameTable& names_;
  ColumnBuilder<int64_t> steps_;
  DictionaryBuilder sources_;
  DictionaryBuilder targets_;
  ColumnBuilder<int64_t> counts_;
  ColumnBuilder<double> shares_;
};

}  // namespace weir::behaviour
