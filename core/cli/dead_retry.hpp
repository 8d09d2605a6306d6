#pragma once
// Rejected rows go through the pipeline again, from the node that rejected them on.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "cli/pipeline_flags.hpp"
#include "runtime/run.hpp"
#include "stores/dead_letters.hpp"

namespace weir {

/// What a retry did, node by node.
struct RetryOutcome {
  struct Node {
    std::string name;
    uint64_t retried = 0;
    uint64_t rejected_again = 0;
  };
  std::vector<Node> nodes;
  /// Rows that were not retried and stay, with the reason.
  std::vector<std::string> notes;
  WrittenPaths written;
};

/// Retries the rows that match. Sinks with a `path` write beside what runs wrote (see retry_path()). Rows
/// that went through leave the store; those that are rejected again stand in it anew, with this run.
///
/// Fails: kUnavailable when another process runs the pipeline; kInvalid when a stopped run must be finished
/// first, or when the pipeline has faults (then `faults` has them). Then, and when the run fails, the store
/// is as it was.
Result<RetryOutcome> retry_dead_letters(const PipelineFlags& flags, const std::string& state,
                                        const DeadLetterFilter& filter, Session& session, FaultList& faults);

/// "out/people.csv" -> "out/people.retry-20250301-100000-4f2a.csv".
std::string retry_path(const std::string& path, const std::string& run_id);

}  // namespace weir
