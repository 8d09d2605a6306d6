#include "path_tree.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace weir::behaviour {
namespace {

uint64_t pair_of(uint32_t first, uint32_t second) { return uint64_t{first} << 32 | second; }

/// Orders edges of one step: the most frequent first.
class PathEdgeOrder {
 public:
  explicit PathEdgeOrder(std::span<const uint32_t> ranks) : ranks_(ranks) {}
  bool operator()(const PathEdge& a, const PathEdge& b) const {
    if (a.count != b.count) return a.count > b.count;
    if (a.source != b.source) return rank(a.source) < rank(b.source);
    return rank(a.target) < rank(b.target);
  }

 private:
  // What is no event stands behind all events.
  uint32_t rank(PathNode node) const { return node < ranks_.size() ? ranks_[node] : node; }
  std::span<const uint32_t> ranks_;
};

std::vector<PathEdge> sorted_edges(const std::unordered_map<uint64_t, int64_t>& counts, size_t step,
                                   const PathEdgeOrder& order) {
  std::vector<PathEdge> edges;
  edges.reserve(counts.size());
  for (const auto& [pair, count] : counts)
    edges.push_back({step, static_cast<PathNode>(pair >> 32), static_cast<PathNode>(pair), count, 0});
  std::ranges::sort(edges, order);
  return edges;
}

/// Leaves the first `top` edges and returns the sums of the others by source.
std::map<PathNode, int64_t> take_rest(std::vector<PathEdge>& edges, size_t top) {
  std::map<PathNode, int64_t> sums;
  for (size_t i = top; i < edges.size(); ++i) sums[edges[i].source] += edges[i].count;
  edges.resize(std::min(edges.size(), top));
  return sums;
}

/// Adds an edge from each source to `target`.
void append_sums(const std::map<PathNode, int64_t>& by_source, size_t step, PathNode target,
                 const PathEdgeOrder& order, std::vector<PathEdge>& edges) {
  const auto first = static_cast<ptrdiff_t>(edges.size());
  for (const auto& [source, count] : by_source)
    if (count > 0) edges.push_back({step, source, target, count, 0});
  std::sort(edges.begin() + first, edges.end(), order);
}

}  // namespace

void PathTree::add(std::span<const uint32_t> names) {
  ++levels_[0].nodes[0].count;
  if (levels_.size() <= names.size()) levels_.resize(names.size() + 1);
  uint32_t at = 0;
  for (size_t depth = 1; depth <= names.size(); ++depth) {
    const uint32_t name = names[depth - 1];
    Level& level = levels_[depth];
    const auto [place, is_new] =
        level.places.try_emplace(pair_of(at, name), static_cast<uint32_t>(level.nodes.size()));
    if (is_new) level.nodes.push_back({at, name, 0});
    at = place->second;
    ++level.nodes[at].count;
  }
}

PathTree::StepCounts PathTree::count(const Level& above, const Level& level,
                                     std::span<const PathNode> shown_as) {
  StepCounts made;
  for (size_t i = 0; i < above.nodes.size(); ++i) {
    made.ends[shown_as[i]] += above.nodes[i].count;
    made.at_step += above.nodes[i].count;
  }
  for (const Node& node : level.nodes) {
    made.edges[pair_of(shown_as[node.parent], node.name)] += node.count;
    made.ends[shown_as[node.parent]] -= node.count;
  }
  return made;
}

std::vector<PathEdge> PathTree::edges(size_t steps, size_t top, std::span<const uint32_t> ranks) const {
  const PathEdgeOrder order(ranks);
  const Level nothing;
  std::vector<PathEdge> all;
  std::vector<PathNode> shown_as = {kPathAnchor};
  for (size_t step = 1; step <= steps && step <= levels_.size(); ++step) {
    const Level& level = step < levels_.size() ? levels_[step] : nothing;
    const StepCounts counts = count(levels_[step - 1], level, shown_as);
    if (counts.at_step == 0) break;
    std::vector<PathEdge> edges = sorted_edges(counts.edges, step, order);
    const std::map<PathNode, int64_t> others = take_rest(edges, top);
    std::unordered_set<uint64_t> shown;
    for (const PathEdge& edge : edges) shown.insert(pair_of(edge.source, edge.target));
    append_sums(others, step, kPathOther, order, edges);
    append_sums(counts.ends, step, kPathEnd, order, edges);
    for (PathEdge& edge : edges) edge.at_step = counts.at_step;
    all.insert(all.end(), edges.begin(), edges.end());

    std::vector<PathNode> next;
    next.reserve(level.nodes.size());
    for (const Node& node : level.nodes)
      next.push_back(shown.contains(pair_of(shown_as[node.parent], node.name)) ? node.name : kPathOther);
    shown_as = std::move(next);
  }
  return all;
}

}  // namespace weir::behaviour
