// What is wrong with the shape of a pipeline, in words.
#include <algorithm>
#include <string>
#include <vector>

#include "graph/pipeline_graph.hpp"

namespace weir {
namespace {

using Cycle = std::vector<size_t>;

bool may_stay_unread(const GraphOutputPort& port) {
  return port.is_optional || port.name == "errors" || port.name == "late";
}

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
    if (may_stay_unread(port) || std::find(read.begin(), read.end(), port.name) != read.end()) continue;
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
