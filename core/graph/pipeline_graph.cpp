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

bool may_stay_unread(const std::string& port) { return port == "errors" || port == "late"; }

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

namespace {

ShapeFault cycle_fault(const std::vector<GraphNode>& nodes, const Cycle& cycle) {
  std::string way;
  for (const size_t node : cycle) way += nodes[node].name + " -> ";
  way += nodes[cycle.front()].name;
  const std::string message = cycle.size() == 1 ? "'" + nodes[cycle.front()].name + "' reads its own output"
                                                : "these nodes feed each other in a circle: " + way;
  return {ShapeFault::Kind::kCycle, cycle.front(), {}, cycle, message};
}

void add_missing_inputs(const GraphNode& node, size_t index, const std::vector<std::string>& fed,
                        std::vector<ShapeFault>& faults) {
  if (node.role == GraphRole::kSource) return;
  const bool needs_some = std::any_of(node.inputs.begin(), node.inputs.end(),
                                      [](const GraphInputPort& port) { return !port.is_optional; });
  if (fed.empty() && (needs_some || node.inputs.empty())) {
    faults.push_back({ShapeFault::Kind::kMissingInput, index, {}, {}, "'" + node.name + "' has no inputs"});
    return;
  }
  for (const GraphInputPort& port : node.inputs)
    if (!port.is_optional && std::find(fed.begin(), fed.end(), port.name) == fed.end())
      faults.push_back({ShapeFault::Kind::kMissingInput,
                        index,
                        port.name,
                        {},
                        "nothing feeds the input '" + port.name + "' of '" + node.name + "'"});
}

void add_unread_outputs(const GraphNode& node, size_t index, const std::vector<std::string>& read,
                        std::vector<ShapeFault>& faults) {
  for (const GraphOutputPort& port : node.outputs) {
    if (may_stay_unread(port.name) || std::find(read.begin(), read.end(), port.name) != read.end()) continue;
    const std::string what = node.outputs.size() > 1 ? node.name + "." + port.name : node.name;
    faults.push_back({ShapeFault::Kind::kUnreadOutput,
                      index,
                      port.name,
                      {},
                      "nothing reads '" + what + "'; name it in the inputs of a node or a sink"});
  }
}

}  // namespace

std::vector<ShapeFault> PipelineGraph::faults() const {
  std::vector<ShapeFault> faults;
  for (const Cycle& cycle : cycles()) faults.push_back(cycle_fault(nodes_, cycle));
  for (size_t node = 0; node < nodes_.size(); ++node) {
    std::vector<std::string> fed;
    std::vector<std::string> read;
    for (const size_t edge : into_[node]) fed.push_back(edges_[edge].to_port);
    for (const size_t edge : out_of_[node]) read.push_back(edges_[edge].from_port);
    add_missing_inputs(nodes_[node], node, fed, faults);
    add_unread_outputs(nodes_[node], node, read, faults);
  }
  return faults;
}

}  // namespace weir
