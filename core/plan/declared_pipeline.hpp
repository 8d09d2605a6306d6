#pragma once
// The nodes of a pipeline with their components, and which output each input reads: what is known before
// columns.
#include <cstddef>
#include <map>
#include <vector>

#include "graph/pipeline_graph.hpp"
#include "plan/declared_node.hpp"
#include "plugin/component_catalog.hpp"
#include "spec/fault.hpp"

namespace weir {

struct DeclaredPipeline {
  std::vector<Declared> nodes;                ///< As in PipelineSpec::nodes.
  std::map<size_t, std::vector<Read>> reads;  ///< By the node that reads.
  bool has_unknown_port = false;
};

/// Tells of components and ports that are not there. Borrows `spec`.
DeclaredPipeline declare_nodes(const PipelineSpec& spec, ComponentCatalog& catalog, FaultList& faults);
/// Its shape; the schemas are not known yet.
PipelineGraph graph_of(const DeclaredPipeline& pipeline);
/// Tells of circles, missing inputs and outputs that nothing reads.
void report_shape(const PipelineSpec& spec, const DeclaredPipeline& pipeline, const PipelineGraph& graph,
                  FaultList& faults);

}  // namespace weir
