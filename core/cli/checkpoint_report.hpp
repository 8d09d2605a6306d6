#pragma once
// What the checkpoints of a pipeline are, for people and for programs.
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "state/checkpoint.hpp"
#include "world/world.hpp"

namespace weir {

/// One checkpoint as `weir checkpoints` sees it.
struct CheckpointReport {
  std::string region;  ///< The node whose disk buffer it begins at; empty: at the sources.
  uint64_t epoch = 0;
  Result<Manifest> manifest = Status::not_found("not read");  ///< Or why it cannot be used.
};

enum class CheckpointDetail { kBrief, kFull };
enum class CheckpointRead { kManifests, kEverything };

/// The checkpoints of one region.
struct RegionCheckpoints {
  std::string region;  ///< As CheckpointReport.
  std::unique_ptr<CheckpointStore> store;
};

/// Returns where the regions of a pipeline whose state is in `state_directory` keep theirs, that of the
/// sources first. Borrows `world`.
Result<std::vector<RegionCheckpoints>> regions_in(World& world, const std::string& state_directory);
/// Reads the manifests of all checkpoints, oldest first, or every byte of their pages too.
Result<std::vector<CheckpointReport>> read_checkpoints(const RegionCheckpoints& region, CheckpointRead read);

/// Returns lines for people. kBrief is one line; kFull says where sources go on and what states are kept.
std::string checkpoint_text(const CheckpointReport& report, CheckpointDetail detail);
/// Returns a line of JSON; a damaged checkpoint has `fault` instead of the rest.
std::string checkpoint_json(const CheckpointReport& report, CheckpointDetail detail);

}  // namespace weir
