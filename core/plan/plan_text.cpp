#include "plan/plan_text.hpp"

#include <algorithm>
#include <weir/text.hpp>

#include "plan/delivery.hpp"
#include "plan/memory_bound.hpp"
#include "telemetry/figures.hpp"

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
    case PlanOperator::Kind::kEventTime:
      return "event time of";
    case PlanOperator::Kind::kBatch:
      return "batches of";
    case PlanOperator::Kind::kSink:
      return "sink";
    case PlanOperator::Kind::kBufferWrite:
      return "write its buffer";
    case PlanOperator::Kind::kBufferRead:
      return "read its buffer";
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
  const bool is_buffer =
      op.kind == PlanOperator::Kind::kBufferWrite || op.kind == PlanOperator::Kind::kBufferRead;
  if (is_buffer) return plan.buffers[op.buffer].name + " (" + kind_word(op.kind) + ")";
  std::string text = node.name + " (" + kind_word(op.kind) + " " + node.component_name;
  if (op.kind == PlanOperator::Kind::kDecode) {
    text = node.name + " (decode " + std::string(as_view(node.format->node->component()->name));
  }
  if (op.mode == WEIR_MODE_PARTIAL) text += ", partial";
  if (op.mode == WEIR_MODE_FINAL) text += ", final";
  return text + ")";
}

std::string size_words(int64_t bytes) {
  constexpr int64_t kMiB = 1 << 20;
  return bytes % kMiB == 0 ? std::to_string(bytes / kMiB) + " MiB" : std::to_string(bytes) + " bytes";
}

std::string limit_words(const BufferLimits& limits) {
  const std::string bytes = size_words(limits.bytes);
  switch (limits.when_full) {
    case BufferLimits::WhenFull::kBlock:
      return bytes + ", then what is before it waits";
    case BufferLimits::WhenFull::kDropNewest:
      return bytes + ", then new rows are dropped";
    case BufferLimits::WhenFull::kDropOldest:
      return bytes + ", then the oldest rows are dropped";
    case BufferLimits::WhenFull::kDeadLetter:
      return bytes + ", then new rows become dead letters";
  }
  return bytes;
}

/// The regions and the durable edges between them; nothing where there is one region.
std::string regions_text(const Plan& plan) {
  if (plan.regions.size() == 1) return {};
  std::string text = "\nregions, each with checkpoints of its own\n";
  for (size_t region = 0; region < plan.regions.size(); ++region) {
    std::string stages;
    size_t count = 0;
    for (size_t stage = 0; stage < plan.stages.size(); ++stage) {
      if (plan.stages[stage].region != region) continue;
      stages += (count++ == 0 ? "" : ", ") + std::to_string(stage + 1);
    }
    text +=
        "  region " + std::to_string(region + 1) + (count == 1 ? ": stage " : ": stages ") + stages + "\n";
  }
  for (const PlanBuffer& buffer : plan.buffers) {
    text += "  region " + std::to_string(buffer.from_region + 1) + " -> region " +
            std::to_string(buffer.to_region + 1) + " by the buffer of " + buffer.name + ": at most " +
            limit_words(*plan.pipeline.nodes[buffer.node].buffer) + "\n";
  }
  return text;
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
              size_words(edge.budget_bytes) + " an edge\n";
    }
  }
  text += regions_text(plan);
  text += "\nguarantees\n";
  for (const PathPromise& promise : path_promises(plan.pipeline)) {
    text += "  " + plan.pipeline.nodes[promise.source].name + " -> " +
            plan.pipeline.nodes[promise.sink].name + ": " + promise.words() + "\n";
  }
  return text + memory_text(plan);
}

}  // namespace weir
