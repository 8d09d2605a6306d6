#pragma once
// From a declared pipeline to a bound one: every node meets its component, and columns become known.
#include <weir/abi.h>
#include <map>
#include <optional>
#include <string>

#include "expr/function_registry.hpp"
#include "graph/pipeline_graph.hpp"
#include "plan/bound_pipeline.hpp"
#include "plugin/component_catalog.hpp"
#include "spec/fault.hpp"
#include "spec/pipeline_spec.hpp"

namespace weir {

struct BindOptions {
  const weir_host* host = nullptr;
  /// Node -> what its format inferred in an earlier run.
  std::map<std::string, std::string> inferred;
  /// Off: every column is decoded, for who takes a part of the pipeline and then asks project_columns().
  bool projects = true;
  /// Off: a source whose input cannot be read is bound by the columns that it declares, without a fault.
  bool needs_input = true;
};

/// A bound pipeline, as far as it could be bound.
struct BindResult {
  BoundPipeline pipeline;
  /// The shape of the whole pipeline with the schemas that are known, for pictures; none without nodes.
  std::optional<PipelineGraph> graph;
  /// Spec node index -> index in pipeline.nodes, where it was bound.
  std::map<size_t, size_t> bound_nodes;
};

/// Binds nodes in the order of the graph. Adds every fault that components, options, ports, columns and
/// expressions have, and none that follows from another: what a faulty node feeds is checked as far as can be
/// said without its columns.
///
/// The pipeline may run only when `faults` has no error afterwards.
/// Borrows: the catalog's libraries stay loaded for the life of the process.
BindResult bind_pipeline(const PipelineSpec& spec, ComponentCatalog& catalog, const BindOptions& options,
                         FaultList& faults);

}  // namespace weir
