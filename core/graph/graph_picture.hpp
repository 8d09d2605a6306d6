#pragma once
// A pipeline as a picture, for `weir graph`.
#include <string>

#include "graph/pipeline_graph.hpp"

namespace weir {

/// Returns a Mermaid flowchart: names and types of the nodes, ports on the edges where there is a choice, and
/// the schemas of a node's outputs as its tooltip.
std::string to_mermaid(const PipelineGraph& graph);
/// Returns the same for Graphviz; a schema is the tooltip of each edge that carries it.
std::string to_dot(const PipelineGraph& graph);

}  // namespace weir
