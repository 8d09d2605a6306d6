#pragma once
// A pipeline run inside a test: any executor, any world, no files but those of its host's disk.
#include <functional>
#include <string>
#include <utility>

#include "plan/bound_pipeline.hpp"
#include "plugin/component_catalog.hpp"
#include "runtime/executors.hpp"
#include "runtime/host_table.hpp"
#include "runtime/run.hpp"

namespace weir {

class NoDeadLetters : public DeadLetterStore {
 public:
  Status append(const Batch&) override { return {}; }
  Result<std::string> make_safe() override { return std::string(); }
  Status cut_back_to(std::string_view) override { return {}; }
};

struct PipelineRun {
  std::string yaml;
  std::string directory;  ///< What relative paths count from; `state` below it holds the checkpoints.
  uint32_t threads = 1;
  RunControl* control = nullptr;  ///< Null: nobody tells it anything.
  int64_t edge_bytes = 0;         ///< What an edge may hold and a slice give out; 0: what the plan says.
  int64_t state_bytes = 0;        ///< What a state may hold before it goes into files; 0: what the plan says.
  DeadLetterStore* dead_letters = nullptr;  ///< Null: rejected rows are forgotten.
  bool until_now = false;
  std::function<void(const RunStatus&)> watch = {};  ///< As of run_plan().
};

/// A pipeline that was loaded and bound once, to be run any number of times.
class BoundRun {
 public:
  /// Of `run`, its text and directory count. Fails: kInvalid with the faults of the pipeline.
  static Result<BoundRun> bind(const PipelineRun& run, HostTable& host, ComponentCatalog& catalog);
  /// In the runs that follow, whatever the text says.
  void take_checkpoints_every(int64_t us) { pipeline_.checkpoint_every_us = us; }
  /// Of `run`, everything but its text counts.
  RunOutcome run(const PipelineRun& run, HostTable& host, Executor& executor) const;

 private:
  explicit BoundRun(BoundPipeline pipeline) : pipeline_(std::move(pipeline)) {}
  BoundPipeline pipeline_;
};

/// Loads, binds and runs. Faults of the pipeline come back as the outcome's status.
RunOutcome run_in_process(const PipelineRun& run, HostTable& host, ComponentCatalog& catalog,
                          Executor& executor);

}  // namespace weir
