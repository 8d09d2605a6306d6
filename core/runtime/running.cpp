#include "runtime/running.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "data/memory.hpp"
#include "runtime/decode_operator.hpp"
#include "runtime/program_operator.hpp"
#include "runtime/reader_operator.hpp"
#include "runtime/row_source_operator.hpp"
#include "runtime/sink_operator.hpp"
#include "runtime/transform_operator.hpp"

namespace weir {

RunningStages::~RunningStages() = default;

/// Makes copies, then edges between them, then what needs both.
class RunningStages::Builder {
 public:
  Builder(RunningStages& target, const Plan& plan, RunShared& run, Executor& executor,
          MetricsRegistry& metrics, DeadLetterStore& dead_letters, const Restored& restored)
      : target_(target),
        plan_(plan),
        run_(run),
        executor_(executor),
        metrics_(metrics),
        dead_letters_(dead_letters),
        restored_(restored) {}

  void build() {
    for (const BoundNode& node : plan_.pipeline.nodes) {
      target_.rejects_.push_back(std::make_unique<RejectWriter>(node, run_.run_id(), dead_letters_));
      target_.accounts_.push_back(MemoryAccount::make(node.name));
    }
    for (size_t stage = 0; stage < plan_.stages.size(); ++stage) build_stage(stage);
    for (size_t stage = 0; stage < plan_.stages.size(); ++stage) build_gate(stage);
    for (const auto& [node, board] : boards_) board->set_lanes(lanes_[node]);
  }

 private:
  void build_stage(size_t stage) {
    const PlanStage& planned = plan_.stages[stage];
    for (uint32_t copy = 0; copy < planned.copies; ++copy) {
      const BoundNode& root = plan_.pipeline.nodes[planned.operators.front().node];
      auto made = std::make_unique<StageCopy>(run_, executor_, root.name + "/" + std::to_string(stage), copy);
      std::vector<Operator*> built;
      for (const PlanOperator& planned_op : planned.operators) {
        auto op = make_operator(planned_op, *made, copy, planned.copies);
        if (planned_op.parent) {
          Operator& parent = *built[*planned_op.parent];
          op->set_parent(parent);
          parent.out(planned_op.parent_port).add_operator(*op, planned_op.input_port, planned_op.column_map);
        }
        const std::string& name = plan_.pipeline.nodes[planned_op.node].name;
        if (std::ranges::find(restored_.ended_nodes, name) != restored_.ended_nodes.end())
          op->set_was_ended();
        built.push_back(op.get());
        if (auto* const source = dynamic_cast<RootSource*>(op.get())) made->set_source(*source);
        made->add_operator(std::move(op));
      }
      copies_of_[stage].push_back(made.get());
      target_.copies_.push_back(std::move(made));
    }
  }

  std::unique_ptr<Operator> make_operator(const PlanOperator& planned, StageCopy& stage, uint32_t copy,
                                          uint32_t copies) {
    const BoundNode& node = plan_.pipeline.nodes[planned.node];
    const auto inputs = static_cast<uint32_t>(std::max<size_t>(1, node.inputs.size()));
    OperatorSetup setup{stage,
                        run_,
                        node.name,
                        inputs,
                        static_cast<uint32_t>(std::max<size_t>(1, node.outputs.size())),
                        metrics_.add_node(node.name),
                        *target_.rejects_[planned.node],
                        *target_.accounts_[planned.node]};
    setup.rejects.watch(setup.metrics);
    switch (planned.kind) {
      case PlanOperator::Kind::kReader: {
        ++target_.source_count_;
        auto reader = std::make_unique<ReaderOperator>(std::move(setup), node, board_of(planned.node));
        reader->set_restored(positions_of(node.name));
        readers_[planned.node] = reader.get();
        return reader;
      }
      case PlanOperator::Kind::kDecode:
        setup.input_ports = 1;
        lanes_[planned.node].push_back(&stage);
        return std::make_unique<DecodeOperator>(std::move(setup), board_of(planned.node), node.event_time,
                                                node.needs_row_watermark);
      case PlanOperator::Kind::kSource: {
        ++target_.source_count_;
        auto source = std::make_unique<RowSourceOperator>(std::move(setup), node, copy, copies,
                                                          node.needs_row_watermark);
        source->set_restored(positions_of(node.name));
        return source;
      }
      case PlanOperator::Kind::kProgram:
        return std::make_unique<ProgramOperator>(std::move(setup), *node.binding->program);
      case PlanOperator::Kind::kTransform:
        return std::make_unique<TransformOperator>(std::move(setup), node, planned.mode, copy, copies);
      case PlanOperator::Kind::kSink:
        break;
    }
    setup.output_ports = 0;
    auto sink = std::make_unique<SinkOperator>(std::move(setup), node, copy, copies);
    std::vector<std::string> tokens;
    for (const SinkToken& token : restored_.manifest.sinks) {
      if (token.node == node.name) tokens.push_back(token.token);
    }
    sink->set_restored(std::move(tokens));
    return sink;
  }

  std::shared_ptr<SeamBoard> board_of(size_t node) {
    auto& board = boards_[node];
    const BoundNode& bound = plan_.pipeline.nodes[node];
    if (!board) board = std::make_shared<SeamBoard>(run_, bound.name, bound.event_time);
    return board;
  }

  std::vector<SourcePosition> positions_of(const std::string& node) const {
    std::vector<SourcePosition> positions;
    for (const SourcePosition& position : restored_.manifest.sources) {
      if (position.node == node) positions.push_back(position);
    }
    return positions;
  }

  /// Makes every edge into a stage and the gates that read them, port by port.
  void build_gate(size_t stage) {
    struct PortEdges {
      InputGate::Order order = InputGate::Order::kAny;
      std::vector<std::vector<Edge*>> by_copy;
      std::vector<std::vector<Edge*>> aside_by_copy;
    };
    std::map<uint32_t, PortEdges> ports;
    const std::vector<StageCopy*>& targets = copies_of_[stage];
    for (const PlanEdge& planned : plan_.edges) {
      if (planned.to_stage != stage) continue;
      PortEdges& port = ports[planned.to_port];
      port.by_copy.resize(targets.size());
      port.aside_by_copy.resize(targets.size());
      if (planned.is_by_range) port.order = InputGate::Order::kByRange;
      connect(planned, targets, planned.route == Route::kAside ? port.aside_by_copy : port.by_copy);
    }
    if (ports.empty()) return;
    for (size_t copy = 0; copy < targets.size(); ++copy) {
      auto gate = std::make_unique<InputGate>();
      for (auto& [number, port] : ports)
        gate->add_port(port.order, port.by_copy[copy], port.aside_by_copy[copy]);
      targets[copy]->set_gate(std::move(gate));
    }
  }

  void connect(const PlanEdge& planned, const std::vector<StageCopy*>& targets,
               std::vector<std::vector<Edge*>>& into) {
    const std::vector<StageCopy*>& senders = copies_of_[planned.from_stage];
    for (size_t from = 0; from < senders.size(); ++from) {
      OutEdges out{planned.route, planned.is_by_range, {}, planned.keys, planned.column_map};
      const bool reaches_all = planned.route == Route::kHash || planned.route == Route::kDeal;
      for (size_t to = 0; to < targets.size(); ++to) {
        const bool is_forward_elsewhere = planned.route == Route::kForward && to != from;
        if (!reaches_all && is_forward_elsewhere) continue;
        auto edge = std::make_unique<Edge>(planned.budget_bytes);
        edge->connect(*senders[from], *targets[to]);
        out.edges.push_back(edge.get());
        into[to].push_back(edge.get());
        target_.edges_.push_back(std::move(edge));
      }
      if (planned.route == Route::kDeal) {
        readers_.at(plan_.stages[planned.from_stage].operators.front().node)->set_lanes(out.edges);
      }
      senders[from]->op(planned.from_operator).out(planned.from_port).add_edges(std::move(out));
    }
  }

  RunningStages& target_;
  const Plan& plan_;
  RunShared& run_;
  Executor& executor_;
  MetricsRegistry& metrics_;
  DeadLetterStore& dead_letters_;
  const Restored& restored_;
  std::map<size_t, std::vector<StageCopy*>> copies_of_;  // By stage.
  std::map<size_t, std::shared_ptr<SeamBoard>> boards_;  // By node.
  std::map<size_t, std::vector<Actor*>> lanes_;          // By node.
  std::map<size_t, ReaderOperator*> readers_;            // By node.
};

RunningStages::RunningStages(const Plan& plan, RunShared& run, Executor& executor, MetricsRegistry& metrics,
                             DeadLetterStore& dead_letters, const Restored& restored) {
  Builder(*this, plan, run, executor, metrics, dead_letters, restored).build();
}

void RunningStages::progress(int64_t& done, int64_t& total) const {
  done = 0;
  total = -1;
  for (const auto& copy : copies_) copy->progress(done, total);
}

}  // namespace weir
