#include "cli/pipeline_tests.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "cli/row_difference.hpp"
#include "cli/scratch_run.hpp"
#include "plan/part.hpp"
#include "plan/row_values.hpp"

namespace weir {
namespace {

constexpr const char* kSecretOfTests = "the same secret in every test of every pipeline";

BindOptions bind_options() {
  BindOptions bind;
  bind.projects = false;
  bind.needs_input = false;
  return bind;
}

/// The port of a bound node that a test names: rows given to a sink, or expected of it, are what it reads.
WatchedPort port_of(const BoundPipeline& pipeline, const TestRows& rows) {
  const auto node = std::ranges::find(pipeline.nodes, rows.node, &BoundNode::name);
  WEIR_CHECK(node != pipeline.nodes.end());
  WatchedPort port;
  port.node = static_cast<size_t>(node - pipeline.nodes.begin());
  if (rows.port == "errors") {
    port.port = kErrorsPort;
    return port;
  }
  if (node->kind() == WEIR_KIND_SINK) port.side = WatchedPort::Side::kInput;
  const std::vector<std::string>& names =
      node->kind() == WEIR_KIND_SINK ? node->input_ports : node->output_ports;
  const auto named = std::ranges::find(names, rows.port);
  if (named != names.end()) port.port = static_cast<uint32_t>(named - names.begin());
  return port;
}

/// The expected rows as cells: of each, the columns that it names.
std::vector<RowCells> expected_cells(const Schema& schema, const TestRows& rows, FaultList& faults) {
  const auto batch = batch_of_rows(schema, rows.rows.items, BinaryText::kPlain, faults);
  if (!batch) return {};
  std::vector<Batch> batches;
  batches.push_back(batch->share());
  std::vector<RowCells> cells = cells_of(schema, batches);
  for (size_t i = 0; i < cells.size(); ++i) {
    std::erase_if(cells[i],
                  [&](const Cell& cell) { return rows.rows.items[i].find(cell.column) == nullptr; });
  }
  return cells;
}

/// One test while it is run.
class TestRun {
 public:
  TestRun(const PipelineSpec& spec, const TestSpec& test, Session& session, FaultList& faults)
      : spec_(spec), test_(test), session_(session), faults_(faults) {
    result_.test = &test;
  }

  TestResult run() {
    BindOptions bind = bind_options();
    bind.host = session_.host().table();
    FaultList told_before;
    const BindResult bound = bind_pipeline(spec_, session_.catalog(), bind, told_before);
    const size_t told = faults_.told_count();
    std::vector<GivenPort> given = read_given(bound.pipeline);
    watch(bound.pipeline);
    if (faults_.told_count() != told) return std::move(result_);
    RunControl control;
    auto outcome = run_scratch(part_of(bound.pipeline, std::move(given), watched_), 1, session_, control);
    if (!outcome.is_ok()) {
      result_.failure = std::string(outcome.status().message());
      return std::move(result_);
    }
    if (outcome->run.end == RunResult::kFailed) {
      const std::string where = outcome->run.node.empty() ? "" : "node '" + outcome->run.node + "': ";
      result_.failure = where + std::string(outcome->run.status.message());
      return std::move(result_);
    }
    compare();
    result_.notes = rejection_notes(outcome->rejected);
    return std::move(result_);
  }

 private:
  std::vector<GivenPort> read_given(const BoundPipeline& pipeline) {
    std::vector<GivenPort> given;
    for (const TestRows& rows : test_.given) {
      const WatchedPort port = port_of(pipeline, rows);
      auto batch = batch_of_rows(schema_of(pipeline, port), rows.rows.items, BinaryText::kPlain, faults_);
      if (batch) given.push_back({port.node, port.port, std::move(*batch)});
    }
    return given;
  }

  void watch(const BoundPipeline& pipeline) {
    for (const TestRows& rows : test_.expect) {
      WatchedPort port = port_of(pipeline, rows);
      port.into = std::make_shared<RowCollector>();
      schemas_.push_back(schema_of(pipeline, port));
      expected_.push_back(expected_cells(schemas_.back(), rows, faults_));
      watched_.push_back(std::move(port));
    }
  }

  void compare() {
    for (size_t i = 0; i < watched_.size(); ++i) {
      const TestRows& rows = test_.expect[i];
      PortResult port;
      port.port = rows.port.empty() ? rows.node : rows.node + "." + rows.port;
      port.expectation = &rows;
      port.expected_count = expected_[i].size();
      port.found = cells_of(schemas_[i], watched_[i].into->rows());
      port.lines = row_difference(expected_[i], port.found, test_.ordered);
      result_.ports.push_back(std::move(port));
    }
  }

  const PipelineSpec& spec_;
  const TestSpec& test_;
  Session& session_;
  FaultList& faults_;
  TestResult result_;
  std::vector<WatchedPort> watched_;
  std::vector<Schema> schemas_;                  // Of the watched ports.
  std::vector<std::vector<RowCells>> expected_;  // At the watched ports.
};

}  // namespace

bool TestResult::has_passed() const {
  return failure.empty() && std::ranges::all_of(ports, [](const auto& port) { return port.lines.empty(); });
}

Result<LoadedPipeline> load_and_bind_for_tests(const PipelineFlags& flags, Session& session) {
  WEIR_ASSIGN_OR_RETURN(LoadOptions options, load_options(flags));
  options.secret_stand_in = kSecretOfTests;
  return load_and_bind(flags.file, options, session, bind_options());
}

TestResult run_test(const PipelineSpec& spec, const TestSpec& test, Session& session, FaultList& faults) {
  return TestRun(spec, test, session, faults).run();
}

}  // namespace weir
