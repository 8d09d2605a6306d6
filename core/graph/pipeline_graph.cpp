#include "graph/pipeline_graph.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <queue>
#include <utility>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/depth_first_search.hpp>
#include <boost/graph/strong_components.hpp>

#include <weir/status.hpp>

namespace weir {
namespace {

using Adjacency = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
using Edge = boost::graph_traits<Adjacency>::edge_descriptor;
using Cycle = std::vector<size_t>;

// Trying every node as the beginning is quadratic; in a larger tangle the first one must do.
constexpr size_t kMaxTangle = 300;

// Walks the nodes of one tangle from a root; every edge that leads back onto the walk closes a cycle.
class CycleFinder : public boost::dfs_visitor<> {
 public:
  CycleFinder(std::vector<size_t>& walk, std::vector<Cycle>& cycles) : walk_(walk), cycles_(cycles) {}
  void discover_vertex(size_t node, const Adjacency&) { walk_.push_back(node); }
  void finish_vertex(size_t, const Adjacency&) { walk_.pop_back(); }
  void back_edge(const Edge& edge, const Adjacency& links) {
    const auto first = std::find(walk_.begin(), walk_.end(), boost::target(edge, links));
    Cycle cycle(first, walk_.end());
    std::rotate(cycle.begin(), std::min_element(cycle.begin(), cycle.end()), cycle.end());
    if (std::find(cycles_.begin(), cycles_.end(), cycle) == cycles_.end())
      cycles_.push_back(std::move(cycle));
  }

 private:
  std::vector<size_t>& walk_;
  std::vector<Cycle>& cycles_;
};

std::vector<Cycle> cycles_from(const Adjacency& links, const std::vector<size_t>& tangle_of, size_t root) {
  std::vector<Cycle> cycles;
  std::vector<size_t> walk;
  std::vector<boost::default_color_type> colors(boost::num_vertices(links), boost::white_color);
  // What lies outside the tangle is as good as visited.
  for (size_t i = 0; i < colors.size(); ++i)
    if (tangle_of[i] != tangle_of[root]) colors[i] = boost::black_color;
  const auto color_map =
      boost::make_iterator_property_map(colors.begin(), boost::get(boost::vertex_index, links));
  boost::depth_first_visit(links, root, CycleFinder(walk, cycles), color_map);
  return cycles;
}

}  // namespace

struct PipelineGraph::Links {
  // Made in place: Boost's copy of a graph trips a warning of g++ 12.
  explicit Links(size_t node_count) : graph(node_count) {}
  Adjacency graph;
};

PipelineGraph::PipelineGraph(std::vector<GraphNode> nodes, std::vector<GraphEdge> edges)
    : nodes_(std::move(nodes)),
      edges_(std::move(edges)),
      into_(nodes_.size()),
      out_of_(nodes_.size()),
      links_(std::make_unique<Links>(nodes_.size())) {
  for (size_t i = 0; i < edges_.size(); ++i) {
    WEIR_CHECK(edges_[i].from < nodes_.size() && edges_[i].to < nodes_.size());
    out_of_[edges_[i].from].push_back(i);
    into_[edges_[i].to].push_back(i);
    boost::add_edge(edges_[i].from, edges_[i].to, links_->graph);
  }
}

PipelineGraph::PipelineGraph(PipelineGraph&&) noexcept = default;
PipelineGraph& PipelineGraph::operator=(PipelineGraph&&) noexcept = default;
PipelineGraph::~PipelineGraph() = default;

std::vector<size_t> PipelineGraph::order() const {
  // By hand and not boost::topological_sort, which does not keep the order of declaration.
  std::vector<size_t> waits_for(nodes_.size());
  std::priority_queue<size_t, std::vector<size_t>, std::greater<>> ready;
  for (size_t node = 0; node < nodes_.size(); ++node) {
    waits_for[node] = into_[node].size();
    if (waits_for[node] == 0) ready.push(node);
  }
  std::vector<size_t> order;
  while (!ready.empty()) {
    const size_t node = ready.top();
    ready.pop();
    order.push_back(node);
    for (const size_t edge : out_of_[node])
      if (--waits_for[edges_[edge].to] == 0) ready.push(edges_[edge].to);
  }
  return order;
}

std::vector<std::vector<size_t>> PipelineGraph::cycles() const {
  const Adjacency& graph = links_->graph;
  std::vector<size_t> tangle_of(nodes_.size());
  boost::strong_components(
      graph, boost::make_iterator_property_map(tangle_of.begin(), boost::get(boost::vertex_index, graph)));
  std::map<size_t, std::vector<size_t>> tangles;
  for (size_t node = 0; node < nodes_.size(); ++node) tangles[tangle_of[node]].push_back(node);
  std::vector<Cycle> all;
  for (const auto& [id, members] : tangles) {
    // One mistaken edge closes several cycles when the walk begins on the wrong side of it.
    std::vector<Cycle> best = cycles_from(graph, tangle_of, members.front());
    for (size_t i = 1; i < members.size() && members.size() <= kMaxTangle && best.size() > 1; ++i) {
      std::vector<Cycle> other = cycles_from(graph, tangle_of, members[i]);
      if (other.size() < best.size()) best = std::move(other);
    }
    all.insert(all.end(), best.begin(), best.end());
  }
  std::sort(all.begin(), all.end());
  return all;
}

GraphPaths PipelineGraph::paths(size_t max_count) const {
  GraphPaths found;
  GraphPath path;
  // The walk is as deep as the longest path; the number of nodes is bounded by the language.
  const std::function<void(size_t)> walk = [&](size_t node) {
    path.nodes.push_back(node);
    if (nodes_[node].role == GraphRole::kSink && found.paths.size() < max_count)
      found.paths.push_back(path);
    else if (nodes_[node].role == GraphRole::kSink)
      found.is_complete = false;
    for (const size_t edge : out_of_[node]) {
      if (!found.is_complete) break;
      path.edges.push_back(edge);
      walk(edges_[edge].to);
      path.edges.pop_back();
    }
    path.nodes.pop_back();
  };
  for (size_t node = 0; node < nodes_.size(); ++node)
    if (nodes_[node].role == GraphRole::kSource && found.is_complete) walk(node);
  return found;
}

}  // namespace weir
