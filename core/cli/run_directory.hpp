#pragma once
// The folder of a pipeline's state while it runs: its lock, its dead letters, its ledger.
#include <memory>
#include <string>

#include "cli/pipeline_flags.hpp"
#include "runtime/run.hpp"
#include "world/world.hpp"

namespace weir {

/// `.weir/<name>` beside the pipeline's file, or what --state says. Held by one process.
class RunDirectory {
 public:
  virtual ~RunDirectory() = default;
  /// Makes the folder and takes its lock. Fails with kUnavailable, naming the process that has it.
  static Result<std::unique_ptr<RunDirectory>> open(World& world, const PipelineSpec& spec,
                                                    const std::string& state);
  /// Everything but what the command line says.
  virtual RunOptions run_options() = 0;
  /// Writes that the run begins, and how it ended, into the ledger.
  virtual Status begin(const LoadedPipeline& pipeline, Session& session) = 0;
  virtual Status record(const RunOutcome& outcome) = 0;
};

/// Returns the folder for a pipeline, whether it exists or not.
std::string state_directory(const PipelineSpec& spec, const std::string& state);

/// Returns what tells people where a node's rejected rows are.
std::string where_to_read(const std::string& node, const PipelineSpec& spec);

}  // namespace weir
