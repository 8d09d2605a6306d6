#pragma once
// The stages of one run, built from its plan.
#include <memory>
#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "runtime/edge.hpp"
#include "runtime/reject_writer.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"
#include "telemetry/metrics.hpp"

namespace weir {

/// What is known from the checkpoint that a run goes on from.
struct Restored {
  uint64_t epoch = 0;  ///< 0: a fresh start.
  std::vector<std::string> ended_nodes;
  Manifest manifest;
};

/// Owns every stage copy and edge. The run destroys it when nothing runs any more.
class RunningStages {
 public:
  RunningStages(const Plan& plan, RunShared& run, Executor& executor, MetricsRegistry& metrics,
                DeadLetterStore& dead_letters, const Restored& restored);
  ~RunningStages();
  RunningStages(const RunningStages&) = delete;
  RunningStages& operator=(const RunningStages&) = delete;

  const std::vector<std::unique_ptr<StageCopy>>& copies() const { return copies_; }
  /// How many operators report positions at each barrier.
  size_t source_count() const { return source_count_; }
  void progress(int64_t& done, int64_t& total) const;

 private:
  class Builder;
  std::vector<std::unique_ptr<RejectWriter>> rejects_;  // By node.
  std::vector<std::shared_ptr<MemoryAccount>> accounts_;
  std::vector<std::unique_ptr<Edge>> edges_;
  std::vector<std::unique_ptr<StageCopy>> copies_;
  size_t source_count_ = 0;
};

}  // namespace weir
