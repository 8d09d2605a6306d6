#pragma once
// The stages of one run, built from its plan.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "runtime/buffer_edge.hpp"
#include "runtime/circuit_breaker.hpp"
#include "runtime/edge.hpp"
#include "runtime/region.hpp"
#include "runtime/reject_writer.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"
#include "runtime/written_paths.hpp"
#include "telemetry/run_status.hpp"

namespace weir {

/// Owns every stage copy and edge; each copy is told to its region. The run destroys it when nothing runs any
/// more.
class RunningStages {
 public:
  RunningStages(const Plan& plan, RunShared& run, Executor& executor, MetricsRegistry& metrics,
                DeadLetterStore& dead_letters, const std::string& buffer_directory,
                const std::vector<std::unique_ptr<Region>>& regions);
  ~RunningStages();
  RunningStages(const RunningStages&) = delete;
  RunningStages& operator=(const RunningStages&) = delete;

  const std::vector<std::unique_ptr<StageCopy>>& copies() const { return copies_; }
  /// Fills in what only the stages know: bytes read, queues, sinks, rejected rows. While they run.
  void describe(RunStatus& status) const;
  /// What sinks have committed. Needs: no copy runs any more.
  WrittenPaths written() const;
  /// How often copies have run.
  uint64_t slices() const;
  /// Whether rows lie on an edge and no copy runs.
  bool input_waits() const;
  /// What waits for what, a line each; empty when something goes on by itself. Needs: no copy runs.
  std::string why_stalled() const;
  /// By their number in the plan.
  const std::vector<std::unique_ptr<BufferEdge>>& buffers() const { return buffers_; }

 private:
  class Builder;
  struct EdgeEnds {
    std::string from;  // "node" or "node.port".
    std::string to;
  };
  std::vector<std::unique_ptr<RejectWriter>> rejects_;  // By node.
  std::vector<std::shared_ptr<MemoryAccount>> accounts_;
  std::map<std::string, std::unique_ptr<CircuitBreaker>> breakers_;  // By node.
  std::vector<std::unique_ptr<Edge>> edges_;
  std::vector<std::unique_ptr<BufferEdge>> buffers_;
  std::vector<std::unique_ptr<BoundNode>> buffer_nodes_;  // What the reject writers of buffers know of them.
  std::vector<std::unique_ptr<StageCopy>> copies_;
  std::vector<EdgeEnds> edge_ends_;  // By edge.
};

}  // namespace weir
