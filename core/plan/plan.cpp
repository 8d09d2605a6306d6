#include "plan/plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace weir {
namespace {

/// An operator that sends rows on behalf of a node.
struct Sender {
  size_t stage;
  size_t op;
};

/// Places nodes one after the other: each is fused behind the only operator that feeds it, or begins a stage.
class Planner {
 public:
  explicit Planner(Plan& plan) : plan_(plan), placed_(plan.pipeline.nodes.size()) {}

  void place_all() {
    mark_row_watermarks();
    for (size_t node = 0; node < placed_.size(); ++node) place(node);
  }

 private:
  struct Placed {
    Sender rows{};               ///< Sends data port 0.
    std::vector<Sender> others;  ///< Send every other port, errors included.
  };
  using Kind = PlanOperator::Kind;

  BoundNode& node_at(size_t node) { return plan_.pipeline.nodes[node]; }
  PlanStage& stage_at(size_t stage) { return plan_.stages[stage]; }
  const PlanOperator& operator_at(Sender sender) { return stage_at(sender.stage).operators[sender.op]; }

  void place(size_t node) {
    switch (node_at(node).kind()) {
      case WEIR_KIND_SOURCE:
        return place_source(node);
      case WEIR_KIND_SINK:
        return placed_at(node, place_called(node, Kind::kSink));
      default:
        return place_transform(node);
    }
  }

  void placed_at(size_t node, Sender sender) { placed_[node] = {sender, {sender}}; }

  void place_source(size_t node) {
    if (!node_at(node).format) {
      placed_at(node, begin_stage(operator_of(node, Kind::kSource), 1));
      return;
    }
    const Sender reader = begin_stage(operator_of(node, Kind::kReader), 1);
    const Sender decoder = begin_stage(operator_of(node, Kind::kDecode), plan_.threads);
    stage_at(decoder.stage).is_lanes = plan_.threads > 1;
    PlanEdge edge = edge_between(reader, 0, decoder.stage, 0, {});
    edge.route = Route::kDeal;
    plan_.edges.push_back(std::move(edge));
    placed_[node] = {decoder, {reader, decoder}};
  }

  void place_transform(size_t node) {
    const weir_binding& binding = *node_at(node).binding;
    if (binding.program != nullptr) return placed_at(node, place_called(node, Kind::kProgram));
    const bool is_spread = upstream_copies(node) > 1;
    if (binding.partial != nullptr && is_spread && only_sender(node) != nullptr) return place_in_two(node);
    placed_at(node, place_called(node, Kind::kTransform));
  }

  /// Partial results where the rows are, then one exchange, then final results.
  void place_in_two(size_t node) {
    const weir_binding& binding = *node_at(node).binding;
    PlanOperator first = operator_of(node, Kind::kTransform);
    first.mode = WEIR_MODE_PARTIAL;
    const Sender partial = fuse(std::move(first), *only_sender(node), *only_link(node));
    PlanOperator second = operator_of(node, Kind::kTransform);
    second.mode = WEIR_MODE_FINAL;
    const bool has_keys = binding.key_count > 0;
    const Sender final = begin_stage(std::move(second), has_keys ? plan_.threads : 1);
    PlanEdge edge = edge_between(partial, 0, final.stage, 0, {});
    edge.route = has_keys ? Route::kHash : Route::kGather;
    for (uint32_t key = 0; key < binding.key_count; ++key) edge.keys.push_back(key);
    plan_.edges.push_back(std::move(edge));
    placed_[node] = {final, {partial, final}};
  }

  /// A node that is one operator: fused where it can be, else the root of a stage.
  Sender place_called(size_t node, Kind kind) {
    const std::optional<Sender> feeder =
        can_fuse(node, kind) ? std::optional(*only_sender(node)) : std::nullopt;
    if (feeder) return fuse(operator_of(node, kind), *feeder, *only_link(node));
    const bool is_keyed = kind == Kind::kTransform && node_at(node).binding->key_count > 0;
    const Sender sender = begin_stage(operator_of(node, kind), is_keyed ? plan_.threads : 1);
    for (const BoundLink& link : plan_.pipeline.links) {
      if (link.to == node) connect(link, sender.stage, is_keyed);
    }
    choose_orders(sender.stage);
    return sender;
  }

  bool can_fuse(size_t node, Kind kind) {
    const Sender* const sender = only_sender(node);
    if (sender == nullptr) return false;
    const BoundNode& bound = node_at(node);
    const uint64_t traits = bound.node->component()->traits;
    if (stage_at(sender->stage).copies == 1) {
      const bool wants_copies = kind == Kind::kTransform && bound.binding->key_count > 0 &&
                                plan_.threads > 1 && bound.binding->partial == nullptr;
      return !wants_copies && (traits & WEIR_TRAIT_BLOCKING) == 0;
    }
    if (kind == Kind::kProgram) return true;
    return kind == Kind::kTransform && (traits & WEIR_TRAIT_STATELESS) != 0 &&
           bound.binding->single_copy == 0;
  }

  /// The one link into a node, or null when there are several.
  const BoundLink* only_link(size_t node) {
    const BoundLink* only = nullptr;
    for (const BoundLink& link : plan_.pipeline.links) {
      if (link.to != node) continue;
      if (only != nullptr) return nullptr;
      only = &link;
    }
    return only;
  }

  /// The one operator that feeds a node, or null when there are several.
  const Sender* only_sender(size_t node) {
    const BoundLink* const link = only_link(node);
    if (link == nullptr) return nullptr;
    const Placed& from = placed_[link->from];
    if (link->from_port == 0) return &from.rows;
    return from.others.size() == 1 ? &from.others.front() : nullptr;
  }

  uint32_t upstream_copies(size_t node) {
    uint32_t copies = 1;
    for (const BoundLink& link : plan_.pipeline.links) {
      if (link.to == node) copies = std::max(copies, stage_at(placed_[link.from].rows.stage).copies);
    }
    return copies;
  }

  void connect(const BoundLink& link, size_t stage, bool is_keyed) {
    const Placed& from = placed_[link.from];
    const std::vector<Sender> senders = link.from_port == 0 ? std::vector{from.rows} : from.others;
    for (const Sender& sender : senders) {
      PlanEdge edge = edge_between(sender, link.from_port, stage, link.to_port, link.column_map);
      if (is_keyed) {
        edge.route = Route::kHash;
        edge.keys = keys_of(link);
      } else if (operator_at(sender).kind == Kind::kReader) {
        edge.route = Route::kAside;
      } else {
        edge.route = stage_at(sender.stage).copies == 1 ? Route::kForward : Route::kGather;
      }
      plan_.edges.push_back(std::move(edge));
    }
  }

  /// Key columns as the sender numbers them.
  std::vector<uint32_t> keys_of(const BoundLink& link) {
    const weir_binding& binding = *node_at(link.to).binding;
    std::vector<uint32_t> keys;
    for (uint32_t i = 0; i < binding.key_count; ++i) {
      const uint32_t key = binding.keys[link.to_port * binding.key_count + i];
      keys.push_back(link.column_map.empty() ? key : link.column_map[key]);
    }
    return keys;
  }

  /// A port that only lanes of one reader feed is read in the order of their ranges: a key's rows, too, keep
  /// the order that they have in their partition.
  void choose_orders(size_t stage) {
    std::map<uint32_t, std::vector<PlanEdge*>> by_port;
    for (PlanEdge& edge : plan_.edges) {
      if (edge.to_stage == stage && edge.route != Route::kAside) by_port[edge.to_port].push_back(&edge);
    }
    for (auto& [port, edges] : by_port) {
      PlanEdge& edge = *edges.front();
      edge.is_by_range = edges.size() == 1 && stage_at(edge.from_stage).is_lanes;
    }
  }

  static PlanOperator operator_of(size_t node, Kind kind) {
    PlanOperator made;
    made.kind = kind;
    made.node = node;
    return made;
  }

  Sender begin_stage(PlanOperator root, uint32_t copies) {
    PlanStage stage;
    stage.copies = copies;
    stage.operators.push_back(std::move(root));
    plan_.stages.push_back(std::move(stage));
    return {plan_.stages.size() - 1, 0};
  }

  Sender fuse(PlanOperator made, Sender behind, const BoundLink& link) {
    made.parent = behind.op;
    made.parent_port = link.from_port;
    made.input_port = link.to_port;
    made.column_map = link.column_map;
    std::vector<PlanOperator>& operators = stage_at(behind.stage).operators;
    operators.push_back(std::move(made));
    return {behind.stage, operators.size() - 1};
  }

  static PlanEdge edge_between(Sender from, uint32_t from_port, size_t to_stage, uint32_t to_port,
                               std::vector<uint32_t> column_map) {
    PlanEdge edge;
    edge.from_stage = from.stage;
    edge.from_operator = from.op;
    edge.from_port = from_port;
    edge.to_stage = to_stage;
    edge.to_port = to_port;
    edge.column_map = std::move(column_map);
    return edge;
  }

  /// Sources above a node that decides lateness by the row give each row its watermark.
  void mark_row_watermarks() {
    std::vector<BoundNode>& nodes = plan_.pipeline.nodes;
    for (size_t node = nodes.size(); node-- > 0;) {
      const bool wants = nodes[node].needs_row_watermark ||
                         (nodes[node].binding != nullptr && nodes[node].binding->needs_row_watermark != 0);
      if (!wants) continue;
      for (const BoundLink& link : plan_.pipeline.links) {
        if (link.to == node) nodes[link.from].needs_row_watermark = true;
      }
    }
    for (BoundNode& node : nodes) {
      const bool can = node.event_time && node.event_time->max_delay_us;
      if (!can) node.needs_row_watermark = false;
    }
  }

  Plan& plan_;
  std::vector<Placed> placed_;  // By node.
};

}  // namespace

Plan make_plan(BoundPipeline pipeline, uint32_t threads) {
  Plan plan;
  plan.pipeline = std::move(pipeline);
  plan.threads = threads;
  Planner(plan).place_all();
  return plan;
}

}  // namespace weir
