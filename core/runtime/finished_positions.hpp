#pragma once
// Where finished runs ended, for sources that read on from there in the next run.
#include <string>
#include <vector>

#include <weir/status.hpp>

#include "plan/bound_pipeline.hpp"
#include "state/manifest.hpp"
#include "world/world.hpp"

namespace weir {

/// The file `finished` of a state directory. A partition stays in it when its file goes: it may come back.
///
/// Threads: one at a time; the caller holds the run's lock.
class FinishedPositions {
 public:
  /// Borrows both as long as it lives.
  FinishedPositions(World& world, const BoundPipeline& pipeline, std::string state_directory);

  /// Returns where the pipeline's incremental sources go on; nothing when no run has finished.
  /// Fails: kCorrupt.
  Result<std::vector<SourcePosition>> read() const;
  /// Keeps what a finished run read, once and for all: before its last checkpoint is dropped, so that it is
  /// repeated when the process dies in between. Fault points: finished.write, ...
  Status keep(const std::vector<SourcePosition>& positions);
  /// From scratch: everything is read again.
  Status forget();

 private:
  bool is_incremental(const std::string& node) const;
  Result<std::vector<SourcePosition>> read_file() const;

  World& world_;
  const BoundPipeline& pipeline_;
  const std::string path_;
};

}  // namespace weir
