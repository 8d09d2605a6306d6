#pragma once
// What a stage may ask and tell of the checkpoints of its own region.
#include <cstdint>
#include <string>
#include <vector>
#include <weir/status.hpp>

#include "runtime/copy_checkpoint.hpp"
#include "state/checkpoint.hpp"

namespace weir {

class InstanceState;
class StageCopy;

/// Stages between durable edges form a region; each has its own epochs and its own manifest.
///
/// Threads: any, at once.
class RegionShared {
 public:
  virtual ~RegionShared() = default;
  /// Where states are written to and read from.
  virtual CheckpointStore& checkpoints() = 0;
  /// Fills a new instance's state from the checkpoint that the region goes on from, if there is one.
  virtual Status restore_state(InstanceState& state) = 0;
  /// The next checkpoint shall begin as soon as it can.
  virtual void ask_checkpoint() = 0;
  /// The newest checkpoint that sources shall begin; 0: none.
  virtual uint64_t wanted_epoch() const = 0;
  /// The newest checkpoint whose manifest is durable; sinks commit up to it.
  virtual uint64_t valid_epoch() const = 0;
  /// A copy has passed the barrier of `part.epoch` with all its operators.
  virtual void add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) = 0;
  /// Where a source stands at a barrier; epoch UINT64_MAX: where it ended. Byte sources know it when the
  /// range before the barrier is decoded.
  virtual void add_positions(uint64_t epoch, const std::string& source,
                             std::vector<SourcePosition> positions) = 0;
  /// A copy has ended; `last` holds the tokens that its sinks prepared at their end.
  virtual void copy_ended(StageCopy& copy, CopyCheckpoint last) = 0;
  virtual void copy_committed(StageCopy& copy, uint64_t epoch) = 0;
  /// Whether the manifest of valid_epoch() holds what the copy gave when it ended.
  virtual bool has_end(const StageCopy& copy) const = 0;
};

}  // namespace weir
