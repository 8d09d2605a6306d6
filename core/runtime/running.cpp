#include "runtime/running.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "data/memory.hpp"
#include "runtime/batch_operator.hpp"
#include "runtime/buffer_read_operator.hpp"
#include "runtime/buffer_write_operator.hpp"
#include "runtime/decode_operator.hpp"
#include "runtime/event_time_operator.hpp"
#include "runtime/program_operator.hpp"
#include "runtime/reader_operator.hpp"
#include "runtime/row_source_operator.hpp"
#include "runtime/sink_operator.hpp"
#include "runtime/transform_operator.hpp"

namespace weir {
namespace {
uint32_t late_port_of(const BoundNode& node) {
  const auto late = std::ranges::find(node.output_ports, "late");
  return late == node.output_ports.end() ? UINT32_MAX
                                         : static_cast<uint32_t>(late - node.output_ports.begin());
}

constexpr uint64_t kMaxRecordBytes = uint64_t{16} << 20;  // Where a source asks for nothing else.
}  // namespace

RunningStages::~RunningStages() = default;

/// Makes copies, then edges between them, then what needs both.
class RunningStages::Builder {
 public:
  Builder(RunningStages& target, const Plan& plan, RunShared& run, Executor& executor,
          MetricsRegistry& metrics, DeadLetterStore& dead_letters, const std::string& buffer_directory,
          const std::vector<std::unique_ptr<Region>>& regions)
      : target_(target),
        plan_(plan),
        run_(run),
        executor_(executor),
        metrics_(metrics),
        dead_letters_(dead_letters),
        buffer_directory_(buffer_directory),
        regions_(regions) {}

  void build() {
    for (const BoundNode& node : plan_.pipeline.nodes) {
      target_.rejects_.push_back(std::make_unique<RejectWriter>(node, run_.run_id(), dead_letters_));
      target_.accounts_.push_back(MemoryAccount::make(node.name));
    }
    for (const PlanBuffer& buffer : plan_.buffers) make_buffer(buffer);
    for (size_t stage = 0; stage < plan_.stages.size(); ++stage) build_stage(stage);
    for (size_t stage = 0; stage < plan_.stages.size(); ++stage) build_gate(stage);
    for (const auto& [node, board] : boards_) board->set_lanes(lanes_[node]);
  }

 private:
  void make_buffer(const PlanBuffer& planned) {
    const BoundNode& node = plan_.pipeline.nodes[planned.node];
    auto edge = std::make_unique<BufferEdge>(run_.world(), buffer_directory_, planned, node);
    edge->set_regions(*regions_[planned.from_region], *regions_[planned.to_region]);
    regions_[planned.from_region]->add_written(*edge);
    regions_[planned.to_region]->add_source(edge->key());
    target_.buffers_.push_back(std::move(edge));
    // What a buffer cannot hold or give goes to the dead letters, whatever becomes of the node's own errors.
    auto rejecting = std::make_unique<BoundNode>(node);
    rejecting->inputs = {node.inputs[planned.port]};
    rejecting->errors = ErrorPolicy();
    target_.rejects_.push_back(std::make_unique<RejectWriter>(*rejecting, run_.run_id(), dead_letters_));
    target_.buffer_nodes_.push_back(std::move(rejecting));
  }

  void build_stage(size_t stage) {
    const PlanStage& planned = plan_.stages[stage];
    Region& region = *regions_[planned.region];
    const std::vector<std::string>& ended = region.restored().ended_nodes;
    for (uint32_t copy = 0; copy < planned.copies; ++copy) {
      const BoundNode& root = plan_.pipeline.nodes[planned.operators.front().node];
      auto made =
          std::make_unique<StageCopy>(run_, region, executor_, root.name + "/" + std::to_string(stage), copy);
      std::vector<Operator*> built;
      for (const PlanOperator& planned_op : planned.operators) {
        auto op = make_operator(planned_op, region, *made, copy, planned.copies);
        if (planned_op.parent) {
          Operator& parent = *built[*planned_op.parent];
          op->set_parent(parent);
          parent.out(planned_op.parent_port).add_operator(*op, planned_op.input_port, planned_op.column_map);
        }
        const std::string& name = plan_.pipeline.nodes[planned_op.node].name;
        // The end of a buffer's writer is in each manifest anew.
        const bool ends_anew = planned_op.kind == PlanOperator::Kind::kBufferWrite;
        if (!ends_anew && std::ranges::find(ended, name) != ended.end()) op->set_was_ended();
        built.push_back(op.get());
        if (auto* const source = dynamic_cast<RootSource*>(op.get())) made->set_source(*source);
        made->add_operator(std::move(op));
      }
      copies_of_[stage].push_back(made.get());
      region.add_copy(*made);
      target_.copies_.push_back(std::move(made));
    }
  }

  std::unique_ptr<Operator> make_operator(const PlanOperator& planned, Region& region, StageCopy& stage,
                                          uint32_t copy, uint32_t copies) {
    const BoundNode& node = plan_.pipeline.nodes[planned.node];
    const bool is_buffer =
        planned.kind == PlanOperator::Kind::kBufferWrite || planned.kind == PlanOperator::Kind::kBufferRead;
    const auto inputs = static_cast<uint32_t>(is_buffer ? 1 : std::max<size_t>(1, node.inputs.size()));
    const auto outputs = static_cast<uint32_t>(is_buffer ? 1 : std::max<size_t>(1, node.outputs.size()));
    const size_t rejects = is_buffer ? plan_.pipeline.nodes.size() + planned.buffer : planned.node;
    OperatorSetup setup{stage,
                        run_,
                        node.name,
                        inputs,
                        outputs,
                        is_buffer ? UINT32_MAX : late_port_of(node),
                        metrics_.add_node(is_buffer ? node.name + ".buffer" : node.name),
                        *target_.rejects_[rejects],
                        *target_.accounts_[planned.node]};
    setup.rejects.watch(setup.metrics);
    switch (planned.kind) {
      case PlanOperator::Kind::kReader: {
        region.add_source(node.name);
        auto reader =
            std::make_unique<ReaderOperator>(std::move(setup), node, board_of(planned.node, region));
        reader->set_restored(positions_of(node.name, region.restored().manifest));
        readers_[planned.node] = reader.get();
        return reader;
      }
      case PlanOperator::Kind::kDecode:
        setup.input_ports = 1;
        lanes_[planned.node].push_back(&stage);
        return std::make_unique<DecodeOperator>(std::move(setup), board_of(planned.node, region), node,
                                                max_record_bytes(node));
      case PlanOperator::Kind::kSource: {
        region.add_source(node.name);
        auto source = std::make_unique<RowSourceOperator>(std::move(setup), node, copy, copies,
                                                          node.needs_row_watermark);
        source->set_restored(positions_of(node.name, region.restored().manifest));
        return source;
      }
      case PlanOperator::Kind::kEventTime:
        setup.input_ports = 1;
        setup.output_ports = 1;
        return event_time_operator(std::move(setup), node, region.restored().manifest);
      case PlanOperator::Kind::kBatch:
        setup.input_ports = 1;
        return batch_operator(std::move(setup), node, planned, copies);
      case PlanOperator::Kind::kProgram:
        return std::make_unique<ProgramOperator>(std::move(setup), *node.binding->program);
      case PlanOperator::Kind::kTransform:
        return transform_operator(std::move(setup), node, planned.mode, copy, copies, region);
      case PlanOperator::Kind::kBufferWrite:
        setup.output_ports = 0;
        writers_[planned.buffer] = &stage;
        return std::make_unique<BufferWriteOperator>(std::move(setup), *target_.buffers_[planned.buffer]);
      case PlanOperator::Kind::kBufferRead:
        target_.buffers_[planned.buffer]->connect(*writers_.at(planned.buffer), stage);
        return std::make_unique<BufferReadOperator>(std::move(setup), *target_.buffers_[planned.buffer]);
      case PlanOperator::Kind::kSink:
        break;
    }
    setup.output_ports = 0;
    auto& breaker = target_.breakers_[node.name];
    if (!breaker) breaker = std::make_unique<CircuitBreaker>(node.retry, run_.world().random);
    auto sink = std::make_unique<SinkOperator>(std::move(setup), node, copy, copies, *breaker);
    std::vector<std::string> tokens;
    for (const SinkToken& token : region.restored().manifest.sinks) {
      if (token.node == node.name) tokens.push_back(token.token);
    }
    sink->set_restored(std::move(tokens));
    return sink;
  }

  static std::vector<std::string> notes_called(std::string_view name, const Manifest& restored) {
    std::vector<std::string> notes;
    for (const ManifestNote& note : restored.notes) {
      if (note.name == name) notes.push_back(note.bytes);
    }
    return notes;
  }

  static std::unique_ptr<Operator> transform_operator(OperatorSetup setup, const BoundNode& node,
                                                      weir_mode mode, uint32_t copy, uint32_t copies,
                                                      Region& region) {
    auto op = std::make_unique<TransformOperator>(std::move(setup), node, mode, copy, copies);
    op->restore_time(notes_called(TransformOperator::kTimeNote, region.restored().manifest));
    return op;
  }

  static std::unique_ptr<Operator> event_time_operator(OperatorSetup setup, const BoundNode& node,
                                                       const Manifest& restored) {
    auto op = std::make_unique<EventTimeOperator>(std::move(setup), node);
    op->restore(notes_called(EventTimeOperator::kNote, restored));
    return op;
  }

  static std::unique_ptr<Operator> batch_operator(OperatorSetup setup, const BoundNode& node,
                                                  const PlanOperator& planned, uint32_t copies) {
    const bool is_before_sink = node.kind() == WEIR_KIND_SINK;
    BatchRules rules{.limits = *node.batch};
    rules.port = is_before_sink ? 0 : planned.parent_port;
    // Behind a sink nobody asks where a row is from.
    rules.mixes_partitions = is_before_sink;
    // Ranges end only in stages of decoders; elsewhere their ends were taken out when the lanes were read.
    rules.is_lane = copies > 1;
    return std::make_unique<BatchOperator>(std::move(setup), rules);
  }

  static uint64_t max_record_bytes(const BoundNode& node) {
    const weir_source_calls& calls = *node.node->component()->source;
    const uint64_t asked = calls.max_record_bytes == nullptr ? 0 : calls.max_record_bytes(node.node->get());
    return asked == 0 ? kMaxRecordBytes : asked;
  }

  std::shared_ptr<SeamBoard> board_of(size_t node, Region& region) {
    auto& board = boards_[node];
    const BoundNode& bound = plan_.pipeline.nodes[node];
    if (!board) board = std::make_shared<SeamBoard>(region, bound.name, bound.event_time);
    return board;
  }

  static std::vector<SourcePosition> positions_of(const std::string& node, const Manifest& manifest) {
    std::vector<SourcePosition> positions;
    for (const SourcePosition& position : manifest.sources) {
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
      auto gate = std::make_unique<InputGate>(&run_.world().faults);
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
        edge->set_reader_name("copy " + std::to_string(to) + " of stage " + targets[to]->name());
        out.edges.push_back(edge.get());
        into[to].push_back(edge.get());
        target_.edges_.push_back(std::move(edge));
        target_.edge_ends_.push_back(ends_of(planned));
      }
      if (planned.route == Route::kDeal) {
        readers_.at(plan_.stages[planned.from_stage].operators.front().node)->set_lanes(out.edges);
      }
      senders[from]->op(planned.from_operator).out(planned.from_port).add_edges(std::move(out));
    }
  }

  EdgeEnds ends_of(const PlanEdge& edge) const {
    const auto& nodes = plan_.pipeline.nodes;
    const BoundNode& from = nodes[plan_.stages[edge.from_stage].operators[edge.from_operator].node];
    const BoundNode& to = nodes[plan_.stages[edge.to_stage].operators.front().node];
    if (edge.from_port == kErrorsPort) return {from.name + ".errors", to.name};
    const bool has_port = edge.from_port > 0 && edge.from_port < from.output_ports.size();
    return {has_port ? from.name + "." + from.output_ports[edge.from_port] : from.name, to.name};
  }

  RunningStages& target_;
  const Plan& plan_;
  RunShared& run_;
  Executor& executor_;
  MetricsRegistry& metrics_;
  DeadLetterStore& dead_letters_;
  const std::string& buffer_directory_;
  const std::vector<std::unique_ptr<Region>>& regions_;
  std::map<size_t, std::vector<StageCopy*>> copies_of_;  // By stage.
  std::map<size_t, std::shared_ptr<SeamBoard>> boards_;  // By node.
  std::map<size_t, std::vector<Actor*>> lanes_;          // By node.
  std::map<size_t, ReaderOperator*> readers_;            // By node.
  std::map<size_t, StageCopy*> writers_;                 // By buffer.
};

RunningStages::RunningStages(const Plan& plan, RunShared& run, Executor& executor, MetricsRegistry& metrics,
                             DeadLetterStore& dead_letters, const std::string& buffer_directory,
                             const std::vector<std::unique_ptr<Region>>& regions) {
  Builder(*this, plan, run, executor, metrics, dead_letters, buffer_directory, regions).build();
}

uint64_t RunningStages::slices() const {
  uint64_t slices = 0;
  for (const auto& copy : copies_) slices += copy->slices();
  return slices;
}

bool RunningStages::input_waits() const {
  // What takes long stands not still.
  if (std::ranges::any_of(copies_, [](const auto& copy) { return copy->is_running(); })) return false;
  return std::ranges::any_of(edges_, [](const auto& edge) { return edge->queued_bytes() > 0; });
}

std::string RunningStages::why_stalled() const {
  std::string text;
  for (const auto& copy : copies_) {
    bool is_outside = false;
    std::string why;
    const bool is_idle = copy->while_idle([&] {
      is_outside = copy->waits_outside();
      why = copy->why_waiting();
    });
    if (!is_idle || is_outside) return {};
    if (!why.empty()) text += "\n  " + why;
  }
  return text;
}

WrittenPaths RunningStages::written() const {
  WrittenPaths paths;
  for (const auto& copy : copies_) {
    for (size_t i = 0; i < copy->operator_count(); ++i) copy->op(i).list_written(paths);
  }
  return paths;
}

void RunningStages::describe(RunStatus& status) const {
  status.bytes_done = 0;
  status.bytes_total = -1;
  for (const auto& copy : copies_) copy->progress(status.bytes_done, status.bytes_total);
  for (size_t i = 0; i < edges_.size(); ++i) {
    const EdgeEnds& ends = edge_ends_[i];
    auto sum = std::ranges::find_if(status.metrics.edges, [&](const EdgeSnapshot& edge) {
      return edge.from == ends.from && edge.to == ends.to;
    });
    if (sum == status.metrics.edges.end())
      sum = status.metrics.edges.insert(sum, EdgeSnapshot{ends.from, ends.to});
    sum->queued_bytes += static_cast<uint64_t>(std::max<int64_t>(0, edges_[i]->queued_bytes()));
  }
  for (const auto& [node, breaker] : breakers_) {
    const CircuitBreaker::View view = breaker->view();
    status.sinks.push_back({node, state_name(view.state), view.failures, view.all_failures, view.reason});
  }
  for (const auto& rejects : rejects_) rejects->count_by_code(status.errors);
}

}  // namespace weir
