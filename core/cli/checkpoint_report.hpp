#pragma once
// What the checkpoints of a pipeline are, for people and for programs.
#include <cstdint>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"

namespace weir {

/// One checkpoint as `weir checkpoints` sees it.
struct CheckpointReport {
  uint64_t epoch = 0;
  Result<Manifest> manifest = Status::not_found("not read");  ///< Or why it cannot be used.
};

enum class CheckpointDetail { kBrief, kFull };
enum class CheckpointRead { kManifests, kEverything };

/// Reads the manifests of all checkpoints, oldest first, or every byte of their pages too.
Result<std::vector<CheckpointReport>> read_checkpoints(CheckpointStore& store, CheckpointRead read);

/// Returns lines for people. kBrief is one line; kFull says where sources go on and what states are kept.
std::string checkpoint_text(const CheckpointReport& report, CheckpointDetail detail);
/// Returns a line of JSON; a damaged checkpoint has `fault` instead of the rest.
std::string checkpoint_json(const CheckpointReport& report, CheckpointDetail detail);

}  // namespace weir
