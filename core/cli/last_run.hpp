#pragma once
// What the ledger says of a pipeline that does not run now.
#include <optional>
#include <string>
#include <weir/status.hpp>

#include "cli/pipeline_flags.hpp"
#include "state/run_ledger.hpp"

namespace weir {

/// Where a pipeline's state is.
struct StateOf {
  std::string pipeline;
  std::string directory;
};
/// Reads the name of the pipeline, which need not be free of other faults. Fails: it has none.
Result<StateOf> state_of(const PipelineFlags& flags, const std::string& state);

/// Returns "done", "stopped", "failed", or that no end is recorded.
std::string outcome_text(const RunRecord& run, bool may_run_still);

/// Returns the newest record of the ledger; nothing when there is none or it cannot be read.
std::optional<RunRecord> last_run(const std::string& directory);

/// Returns "shop does not run; its last run 20250131-120000-4f2a began at ... and ended at ...: done".
std::string not_running_text(const StateOf& state);

}  // namespace weir
