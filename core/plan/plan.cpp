#include "plan/plan.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "plan/memory_bound.hpp"
#include "plan/regions.hpp"

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
  explicit Planner(Plan& plan)
      : plan_(plan), placed_(plan.pipeline.nodes.size()), regions_(regions_of(plan.pipeline)) {
    for (const std::string& name : regions_.names) plan_.regions.push_back({name});
  }

  void place_all() {
    mark_row_watermarks();
    mark_announcers();
    for (size_t node = 0; node < placed_.size(); ++node) place(node);
    for (PlanEdge& edge : plan_.edges) set_budget(edge);
  }

 private:
  struct Placed {
    Sender rows{};                                    ///< Sends data port 0.
    std::vector<Sender> others;                       ///< Send every other port, errors included.
    std::map<uint32_t, std::vector<Sender>> batches;  ///< Send a port instead, where the node says `batch`.

    std::vector<Sender> senders_of(uint32_t port) const {
      if (const auto found = batches.find(port); found != batches.end()) return found->second;
      return port == 0 ? std::vector{rows} : others;
    }
  };
  using Kind = PlanOperator::Kind;
  /// What brings rows to an input port of a node.
  struct Feed {
    std::vector<Sender> senders;
    BoundLink link;
  };

  BoundNode& node_at(size_t node) { return plan_.pipeline.nodes[node]; }
  PlanStage& stage_at(size_t stage) { return plan_.stages[stage]; }
  const PlanOperator& operator_at(Sender sender) { return stage_at(sender.stage).operators[sender.op]; }

  void place(size_t node) {
    make_feeds(node);
    switch (node_at(node).kind()) {
      case WEIR_KIND_SOURCE:
        place_source(node);
        break;
      case WEIR_KIND_SINK:
        return place_sink(node);
      default:
        place_transform(node);
        place_event_time(node);
    }
    if (node_at(node).batch) place_batches(node);
  }

  /// What a sink is to be given at once is gathered before it.
  void place_sink(size_t node) {
    if (!node_at(node).batch) return placed_at(node, place_called(node, Kind::kSink));
    const Sender batches = place_called(node, Kind::kBatch);
    placed_at(node, fuse(operator_of(node, Kind::kSink), batches, BoundLink{}));
  }

  /// Each output that somebody reads is gathered by itself, where its rows are; what is rejected is not.
  void place_batches(size_t node) {
    Placed& placed = placed_[node];
    for (uint32_t port = 0; port < node_at(node).outputs.size(); ++port) {
      const auto reads = [&](const BoundLink& link) { return link.from == node && link.from_port == port; };
      if (std::ranges::none_of(plan_.pipeline.links, reads)) continue;
      BoundLink link;
      link.from_port = port;
      std::vector<Sender> batches;
      for (const Sender& sender : placed.senders_of(port))
        batches.push_back(fuse(operator_of(node, Kind::kBatch), sender, link));
      placed.batches[port] = std::move(batches);
    }
  }

  /// Where a transform declares event time, its rows go through an operator that makes the new watermark. How
  /// far the rows before one have come in its partition is known only where the lanes' rows are one sequence.
  void place_event_time(size_t node) {
    const std::optional<EventTime>& event_time = node_at(node).event_time;
    if (!event_time) return;
    const Sender rows = placed_[node].rows;
    PlanOperator made = operator_of(node, Kind::kEventTime);
    if (stage_at(rows.stage).copies == 1 || !event_time->max_delay_us) {
      placed_[node].rows = fuse(std::move(made), rows, BoundLink{});
      return;
    }
    const Sender sender = begin_stage(std::move(made), 1, regions_.of_node[node]);
    PlanEdge edge = edge_between(rows, 0, sender.stage, 0, {});
    edge.route = Route::kGather;
    plan_.edges.push_back(std::move(edge));
    choose_orders(sender.stage);
    placed_[node].rows = sender;
  }

  /// The one source of a node's rows, or null when there are several (in a part of a pipeline).
  BoundNode* source_above(size_t node) {
    while (node_at(node).kind() != WEIR_KIND_SOURCE) {
      const auto reads = [node](const BoundLink& link) { return link.to == node; };
      if (std::ranges::count_if(plan_.pipeline.links, reads) != 1) return nullptr;
      node = std::ranges::find_if(plan_.pipeline.links, reads)->from;
    }
    return &node_at(node);
  }

  void make_feeds(size_t node) {
    feeds_.clear();
    for (const BoundLink& link : plan_.pipeline.links) {
      if (link.to != node) continue;
      const Placed& from = placed_[link.from];
      feeds_.push_back({from.senders_of(link.from_port), link});
    }
    if (node_at(node).has_disk_buffer()) cut_feeds(node);
  }

  /// Puts a durable edge between what feeds each port from one region and the node.
  void cut_feeds(size_t node) {
    std::map<std::pair<uint32_t, size_t>, std::vector<Feed>> cut;  // By port and region.
    for (Feed& feed : feeds_) {
      cut[{feed.link.to_port, regions_.of_node[feed.link.from]}].push_back(std::move(feed));
    }
    feeds_.clear();
    const bool is_one_port = node_at(node).inputs.size() == 1;
    const bool is_one_region = std::ranges::all_of(
        cut, [&](const auto& part) { return part.first.second == cut.begin()->first.second; });
    for (const auto& [place, feeds] : cut) {
      const auto [port, region] = place;
      PlanBuffer buffer{node_at(node).name,    node, port, region, regions_.of_node[node],
                        needs_watermark_[node]};
      if (!is_one_port) buffer.name += "+" + node_at(node).input_ports[port];
      if (!is_one_region) buffer.name += "+region" + std::to_string(region + 1);
      PlanOperator write = operator_of(node, Kind::kBufferWrite);
      write.buffer = plan_.buffers.size();
      PlanOperator read = operator_of(node, Kind::kBufferRead);
      read.buffer = plan_.buffers.size();
      plan_.buffers.push_back(std::move(buffer));
      const Sender writer = begin_stage(std::move(write), 1, region);
      for (Feed feed : feeds) {
        feed.link.to_port = 0;
        connect(feed, writer.stage, false);
      }
      choose_orders(writer.stage);
      const Sender reader = begin_stage(std::move(read), 1, regions_.of_node[node]);
      BoundLink link;
      link.to = node;
      link.to_port = port;
      feeds_.push_back({{reader}, link});
    }
  }

  void placed_at(size_t node, Sender sender) { placed_[node] = {sender, {sender}, {}}; }

  void place_source(size_t node) {
    if (!node_at(node).format) {
      placed_at(node, begin_stage(operator_of(node, Kind::kSource), 1, 0));
      return;
    }
    const Sender reader = begin_stage(operator_of(node, Kind::kReader), 1, 0);
    const Sender decoder = begin_stage(operator_of(node, Kind::kDecode), copies_of(node), 0);
    stage_at(decoder.stage).is_lanes = copies_of(node) > 1;
    PlanEdge edge = edge_between(reader, 0, decoder.stage, 0, {});
    edge.route = Route::kDeal;
    plan_.edges.push_back(std::move(edge));
    placed_[node] = {decoder, {reader, decoder}, {}};
  }

  /// As many as threads, or fewer where the node says so.
  uint32_t copies_of(size_t node) {
    const int64_t most = node_at(node).parallelism.value_or(plan_.threads);
    return static_cast<uint32_t>(std::min<int64_t>(plan_.threads, most));
  }

  void place_transform(size_t node) {
    const weir_binding& binding = *node_at(node).binding;
    if (binding.program != nullptr) return placed_at(node, place_called(node, Kind::kProgram));
    const bool is_spread = upstream_copies() > 1;
    if (binding.partial != nullptr && is_spread && only_sender() != nullptr) return place_in_two(node);
    placed_at(node, place_called(node, Kind::kTransform));
  }

  /// Partial results where the rows are, then one exchange, then final results.
  void place_in_two(size_t node) {
    const weir_binding& binding = *node_at(node).binding;
    PlanOperator first = operator_of(node, Kind::kTransform);
    first.mode = WEIR_MODE_PARTIAL;
    const Sender partial = fuse(std::move(first), *only_sender(), feeds_.front().link);
    PlanOperator second = operator_of(node, Kind::kTransform);
    second.mode = WEIR_MODE_FINAL;
    const bool has_keys = binding.key_count > 0;
    const Sender final =
        begin_stage(std::move(second), has_keys ? copies_of(node) : 1, regions_.of_node[node]);
    PlanEdge edge = edge_between(partial, 0, final.stage, 0, {});
    edge.route = has_keys ? Route::kHash : Route::kGather;
    for (uint32_t key = 0; key < binding.key_count; ++key) edge.keys.push_back(key);
    plan_.edges.push_back(std::move(edge));
    placed_[node] = {final, {partial, final}, {}};
  }

  /// A node that is one operator: fused where it can be, else the root of a stage.
  Sender place_called(size_t node, Kind kind) {
    if (can_fuse(node, kind)) return fuse(operator_of(node, kind), *only_sender(), feeds_.front().link);
    const bool is_keyed = kind == Kind::kTransform && node_at(node).binding->key_count > 0;
    const uint32_t copies = is_keyed ? copies_of(node) : 1;
    const Sender sender = begin_stage(operator_of(node, kind), copies, regions_.of_node[node]);
    for (const Feed& feed : feeds_) connect(feed, sender.stage, is_keyed);
    choose_orders(sender.stage);
    return sender;
  }

  bool can_fuse(size_t node, Kind kind) {
    const Sender* const sender = only_sender();
    const BoundNode& bound = node_at(node);
    // What is fused has no edge in front of it that could hold anything.
    const bool has_edge = bound.buffer && !bound.has_disk_buffer();
    if (sender == nullptr || has_edge) return false;
    if (bound.parallelism && stage_at(sender->stage).copies > *bound.parallelism) return false;
    const uint64_t traits = bound.node->component()->traits;
    if (stage_at(sender->stage).copies == 1) {
      const bool wants_copies = kind == Kind::kTransform && bound.binding->key_count > 0 &&
                                copies_of(node) > 1 && bound.binding->partial == nullptr;
      return !wants_copies && (traits & WEIR_TRAIT_BLOCKING) == 0;
    }
    if (kind == Kind::kProgram) return true;
    return kind == Kind::kTransform && (traits & WEIR_TRAIT_STATELESS) != 0 &&
           bound.binding->single_copy == 0;
  }

  /// The one operator that feeds the node being placed, or null when there are several.
  const Sender* only_sender() {
    if (feeds_.size() != 1 || feeds_.front().senders.size() != 1) return nullptr;
    return &feeds_.front().senders.front();
  }

  uint32_t upstream_copies() {
    uint32_t copies = 1;
    for (const Feed& feed : feeds_) {
      for (const Sender& sender : feed.senders) copies = std::max(copies, stage_at(sender.stage).copies);
    }
    return copies;
  }

  void connect(const Feed& feed, size_t stage, bool is_keyed) {
    for (const Sender& sender : feed.senders) {
      PlanEdge edge =
          edge_between(sender, feed.link.from_port, stage, feed.link.to_port, feed.link.column_map);
      if (is_keyed) {
        edge.route = Route::kHash;
        edge.keys = keys_of(feed.link);
      } else if (operator_at(sender).kind == Kind::kReader) {
        edge.route = Route::kAside;
      } else {
        edge.route = stage_at(sender.stage).copies == 1 ? Route::kForward : Route::kGather;
      }
      plan_.edges.push_back(std::move(edge));
    }
  }

  /// What the author lets the inputs of a node hold is shared by the edges that lead to it.
  void set_budget(PlanEdge& edge) {
    const PlanStage& stage = stage_at(edge.to_stage);
    const PlanOperator& root = stage.operators.front();
    const BoundNode& node = node_at(root.node);
    const bool is_limited = node.buffer && node.buffer->kind == BufferLimits::Kind::kMemory;
    if (!is_limited || node.kind() == WEIR_KIND_SOURCE) return;
    int64_t edges = 0;
    for (const PlanEdge& other : plan_.edges) {
      if (other.to_stage == edge.to_stage) edges += stage_at(other.from_stage).copies * stage.copies;
    }
    edge.budget_bytes = std::max<int64_t>(1, node.buffer->bytes / edges);
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

  Sender begin_stage(PlanOperator root, uint32_t copies, size_t region) {
    PlanStage stage;
    stage.copies = copies;
    stage.region = region;
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
      nodes[node].needs_row_watermark = true;
      if (nodes[node].event_time) continue;
      for (const BoundLink& link : plan_.pipeline.links) {
        if (link.to == node) nodes[link.from].needs_row_watermark = true;
      }
    }
    for (const BoundNode& node : nodes) {
      const bool wants =
          node.needs_row_watermark || (node.binding != nullptr && node.binding->needs_row_watermark != 0);
      needs_watermark_.push_back(wants);
    }
    for (BoundNode& node : nodes) {
      const bool can = node.event_time && node.event_time->max_delay_us;
      if (!can) node.needs_row_watermark = false;
    }
  }

  /// The source above a node that takes event time from its rows tells it of its partitions.
  void mark_announcers() {
    for (size_t node = 0; node < placed_.size(); ++node) {
      const std::optional<EventTime>& event_time = node_at(node).event_time;
      if (!event_time || node_at(node).kind() == WEIR_KIND_SOURCE) continue;
      BoundNode* const source = source_above(node);
      if (source == nullptr) continue;
      source->announces_partitions = true;
      if (!event_time->idle_after_us) continue;
      source->announced_idle_after_us =
          std::min(source->announced_idle_after_us.value_or(INT64_MAX), *event_time->idle_after_us);
    }
  }

  Plan& plan_;
  std::vector<Placed> placed_;  // By node.
  const NodeRegions regions_;
  std::vector<bool> needs_watermark_;  // By node.
  std::vector<Feed> feeds_;            // Of the node that is being placed.
};

}  // namespace

Plan make_plan(BoundPipeline pipeline, uint32_t threads) {
  Plan plan;
  plan.pipeline = std::move(pipeline);
  plan.threads = threads;
  Planner(plan).place_all();
  divide_memory(plan);
  return plan;
}

}  // namespace weir
