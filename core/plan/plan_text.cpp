#include "plan/plan_text.hpp"

#include <algorithm>
#include <set>
#include <weir/text.hpp>

namespace weir {
namespace {

const char* kind_word(PlanOperator::Kind kind) {
  switch (kind) {
    case PlanOperator::Kind::kSource:
      return "source";
    case PlanOperator::Kind::kReader:
      return "read bytes";
    case PlanOperator::Kind::kDecode:
      return "decode";
    case PlanOperator::Kind::kProgram:
      return "program";
    case PlanOperator::Kind::kSink:
      return "sink";
    default:
      return "transform";
  }
}

std::string route_words(const PlanEdge& edge) {
  switch (edge.route) {
    case Route::kForward:
      return "in order";
    case Route::kGather:
      return edge.is_by_range ? "put back into the order of the ranges" : "gathered in any order";
    case Route::kDeal:
      return "dealt in ranges";
    case Route::kAside:
      return "as it comes";
    case Route::kHash:
      break;
  }
  return edge.is_by_range ? "exchanged by key, in the order of the ranges" : "exchanged by key";
}

std::string operator_text(const Plan& plan, const PlanOperator& op) {
  const BoundNode& node = plan.pipeline.nodes[op.node];
  std::string text = node.name + " (" + kind_word(op.kind) + " " + node.component_name;
  if (op.kind == PlanOperator::Kind::kDecode) {
    text = node.name + " (decode " + std::string(as_view(node.format->node->component()->name));
  }
  if (op.mode == WEIR_MODE_PARTIAL) text += ", partial";
  if (op.mode == WEIR_MODE_FINAL) text += ", final";
  return text + ")";
}

/// What a path from source to sink promises, and the node that keeps it from promising more.
std::string guarantee(const BoundNode& source, const BoundNode& sink) {
  const auto has = [](const BoundNode& node, uint64_t trait) {
    return (node.node->component()->traits & trait) != 0;
  };
  if (!has(source, WEIR_TRAIT_REPLAYABLE)) {
    return "at_most_once after a crash: '" + source.name + "' cannot give its rows again";
  }
  if (has(sink, WEIR_TRAIT_TRANSACTIONAL)) return "exactly_once";
  if (has(sink, WEIR_TRAIT_IDEMPOTENT))
    return "exactly_once: '" + sink.name + "' takes the same rows again unharmed";
  return "at_least_once: '" + sink.name + "' may get rows again after a crash";
}

std::set<size_t> sources_above(const BoundPipeline& pipeline, size_t node) {
  std::set<size_t> sources;
  if (pipeline.nodes[node].kind() == WEIR_KIND_SOURCE) sources.insert(node);
  for (const BoundLink& link : pipeline.links) {
    if (link.to == node) sources.merge(sources_above(pipeline, link.from));
  }
  return sources;
}

}  // namespace

std::string plan_text(const Plan& plan) {
  std::string text = "pipeline " + plan.pipeline.name + ", " + std::to_string(plan.threads) +
                     (plan.threads == 1 ? " thread\n" : " threads\n");
  for (size_t i = 0; i < plan.stages.size(); ++i) {
    const PlanStage& stage = plan.stages[i];
    text += "\nstage " + std::to_string(i + 1) + ", " + std::to_string(stage.copies) +
            (stage.copies == 1 ? " copy\n" : " copies\n");
    for (const PlanOperator& op : stage.operators) text += "  " + operator_text(plan, op) + "\n";
    for (const PlanEdge& edge : plan.edges) {
      if (edge.from_stage != i) continue;
      text += "  -> stage " + std::to_string(edge.to_stage + 1) + ", " + route_words(edge) + ", at most " +
              std::to_string(edge.budget_bytes >> 20) + " MiB an edge\n";
    }
  }
  text += "\nguarantees\n";
  for (size_t sink = 0; sink < plan.pipeline.nodes.size(); ++sink) {
    if (plan.pipeline.nodes[sink].kind() != WEIR_KIND_SINK) continue;
    for (const size_t source : sources_above(plan.pipeline, sink)) {
      const BoundNode& from = plan.pipeline.nodes[source];
      const BoundNode& to = plan.pipeline.nodes[sink];
      text += "  " + from.name + " -> " + to.name + ": " + guarantee(from, to) + "\n";
    }
  }
  return text;
}

}  // namespace weir
