#include "plan/memory_bound.hpp"

#include <algorithm>

#include "telemetry/figures.hpp"

namespace weir {
namespace {

constexpr int64_t kMiB = 1 << 20;
constexpr int64_t kSmallestEdge = kMiB / 4;
constexpr int64_t kSmallestSlice = kMiB / 2;
constexpr int64_t kSmallestState = 2 * kMiB;
constexpr int64_t kSmallestWork = 2 * kMiB;  // As weir/ext_memory.h promises.
constexpr int64_t kBatch = kMiB;             // An edge takes one item that is larger than its budget.
constexpr int64_t kRange = 4 * kMiB;         // Of bytes, from a reader to a lane.

/// How many queues an edge of the plan becomes.
int64_t queues_of(const Plan& plan, const PlanEdge& edge) {
  const int64_t senders = plan.stages[edge.from_stage].copies;
  const int64_t targets = plan.stages[edge.to_stage].copies;
  const bool reaches_all = edge.route == Route::kHash || edge.route == Route::kDeal;
  return reaches_all ? senders * targets : std::max(senders, targets);
}

int64_t largest_item(const PlanEdge& edge) { return edge.route == Route::kDeal ? kRange : kBatch; }

/// What one copy of a stage has in hand: what a slice emits, the item that it works on, and what it gathers.
int64_t flight_of(const Plan& plan, const PlanStage& stage) {
  int64_t gathered = 0;
  for (const PlanOperator& op : stage.operators) {
    // Twice: the pieces are there while they are put together.
    if (op.kind == PlanOperator::Kind::kBatch) gathered += 2 * plan.pipeline.nodes[op.node].batch->bytes;
  }
  return plan.slice_bytes + (stage.is_lanes ? 2 * kRange : kBatch) + gathered;
}

/// States of all copies of an operator.
struct States {
  int64_t spilling = 0;  ///< Values and logs.
  int64_t kept = 0;      ///< Lists, maps and timers.
};

States states_of(const Plan& plan, const PlanStage& stage, const PlanOperator& op) {
  States states;
  const weir_binding* const binding = plan.pipeline.nodes[op.node].binding;
  for (uint32_t i = 0; binding != nullptr && i < binding->state_count; ++i) {
    const uint32_t kind = binding->states[i].kind;
    const bool spills = kind == WEIR_STATE_VALUES || kind == WEIR_STATE_LOG;
    (spills ? states.spilling : states.kept) += stage.copies;
  }
  return states;
}

/// What each instance that an operator calls wants beside its states; 0: nothing, or it calls none.
int64_t wanted_by(const Plan& plan, const PlanOperator& op) {
  const bool has_instance = op.kind == PlanOperator::Kind::kSource ||
                            op.kind == PlanOperator::Kind::kTransform || op.kind == PlanOperator::Kind::kSink;
  // No sum of such wants goes beyond its type.
  constexpr uint64_t kMost = uint64_t{1} << 40;
  return has_instance ? static_cast<int64_t>(std::min(plan.pipeline.nodes[op.node].work_bytes, kMost)) : 0;
}

/// What all copies of an operator hold beside their states, when none is granted more than `most`.
int64_t work_of(const Plan& plan, const PlanStage& stage, const PlanOperator& op, int64_t most) {
  return stage.copies * std::min(wanted_by(plan, op), most);
}

int64_t work_of(const Plan& plan, int64_t most) {
  int64_t bytes = 0;
  for (const PlanStage& stage : plan.stages)
    for (const PlanOperator& op : stage.operators) bytes += work_of(plan, stage, op, most);
  return bytes;
}

uint64_t total_of(const NodeMemory& node) {
  return node.edges + node.flight + node.work + node.states + node.kept_states;
}

struct Sums {
  int64_t queues = 0;
  int64_t copies = 0;
  int64_t states = 0;
  int64_t workers = 0;  ///< Instances that want memory beside their states.
};

Sums sums_of(const Plan& plan) {
  Sums sums;
  for (const PlanEdge& edge : plan.edges) sums.queues += queues_of(plan, edge);
  for (const PlanStage& stage : plan.stages) {
    sums.copies += stage.copies;
    for (const PlanOperator& op : stage.operators) {
      const States states = states_of(plan, stage, op);
      sums.states += states.spilling + states.kept;
      if (wanted_by(plan, op) > 0) sums.workers += stage.copies;
    }
  }
  return sums;
}

}  // namespace

void divide_memory(Plan& plan) {
  if (!plan.pipeline.memory_bytes) return;
  const int64_t memory = *plan.pipeline.memory_bytes;
  const Sums sums = sums_of(plan);
  for (PlanEdge& edge : plan.edges) {
    edge.budget_bytes = std::min(edge.budget_bytes, std::max(memory / 4 / sums.queues, kSmallestEdge));
  }
  if (sums.copies > 0)
    plan.slice_bytes = std::clamp(memory / 4 / sums.copies - kBatch, kSmallestSlice, plan.slice_bytes);
  if (sums.states + sums.workers == 0) return;
  int64_t others = 0;
  for (const PlanEdge& edge : plan.edges)
    others += queues_of(plan, edge) * std::max(edge.budget_bytes, largest_item(edge));
  for (const PlanStage& stage : plan.stages) others += stage.copies * flight_of(plan, stage);
  const int64_t left = std::max(memory - others, memory / 4);
  plan.work_bytes = std::max(left / (sums.states + sums.workers), kSmallestWork);
  if (sums.states == 0) return;
  // Who wants less than its share leaves the rest to states, which can use it.
  const int64_t left_to_states = left - work_of(plan, *plan.work_bytes);
  plan.state_bytes = plan.kept_state_bytes = std::max(left_to_states / sums.states, kSmallestState);
}

MemoryBound memory_bound(const Plan& plan) {
  MemoryBound bound;
  for (const BoundNode& node : plan.pipeline.nodes) bound.nodes.push_back({.node = node.name});
  for (const PlanEdge& edge : plan.edges) {
    const size_t node = plan.stages[edge.to_stage].operators.front().node;
    bound.nodes[node].edges +=
        static_cast<uint64_t>(queues_of(plan, edge) * std::max(edge.budget_bytes, largest_item(edge)));
  }
  for (const PlanStage& stage : plan.stages) {
    bound.nodes[stage.operators.front().node].flight +=
        static_cast<uint64_t>(stage.copies * flight_of(plan, stage));
    for (const PlanOperator& op : stage.operators) {
      NodeMemory& node = bound.nodes[op.node];
      node.work += static_cast<uint64_t>(work_of(plan, stage, op, plan.work_bytes.value_or(INT64_MAX)));
      const States states = states_of(plan, stage, op);
      if (states.spilling + states.kept == 0) continue;
      node.has_state = true;
      if (!plan.state_bytes) bound.is_bounded = false;
      node.states += static_cast<uint64_t>(states.spilling * plan.state_bytes.value_or(0));
      node.kept_states += static_cast<uint64_t>(states.kept * plan.kept_state_bytes.value_or(0));
    }
  }
  std::erase_if(bound.nodes, [](const NodeMemory& node) { return total_of(node) == 0 && !node.has_state; });
  for (const NodeMemory& node : bound.nodes) bound.total += total_of(node);
  return bound;
}

std::string memory_text(const Plan& plan) {
  const MemoryBound bound = memory_bound(plan);
  std::string text = "\nmemory, at most\n";
  for (const NodeMemory& node : bound.nodes) {
    text += "  " + node.node + ": ";
    std::string parts;
    const auto add = [&parts](uint64_t bytes, const char* what) {
      if (bytes > 0) parts += (parts.empty() ? "" : ", ") + short_mib(bytes) + " " + what;
    };
    add(node.edges, "queued before it");
    add(node.flight, "in flight");
    add(node.work, "to work in");
    add(node.states, "of state, then in files");
    add(node.kept_states, "of lists, maps and timers");
    if (node.has_state && node.states + node.kept_states == 0)
      parts += (parts.empty() ? "" : ", ") + std::string("state as its keys need");
    text += parts + "\n";
  }
  text += "  in total: " + short_mib(bound.total);
  if (!bound.is_bounded) text += ", and state; say `memory:` to bound it";
  if (plan.pipeline.memory_bytes && bound.total > static_cast<uint64_t>(*plan.pipeline.memory_bytes)) {
    text += "; more than the " + short_mib(static_cast<uint64_t>(*plan.pipeline.memory_bytes)) +
            " that `memory` says, because each of its queues holds a batch";
  }
  return text + "\n";
}

}  // namespace weir
