#pragma once
// What every part of a running pipeline may reach.
#include <weir/abi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <weir/status.hpp>

#include "plan/plan.hpp"
#include "runtime/actor.hpp"
#include "runtime/copy_checkpoint.hpp"
#include "state/checkpoint.hpp"
#include "world/world.hpp"

namespace weir {

class InstanceState;
class StageCopy;

/// Threads: any, at once, unless said otherwise.
class RunShared {
 public:
  virtual ~RunShared() = default;
  virtual World& world() = 0;
  virtual const weir_host* host() = 0;
  virtual const Plan& plan() = 0;
  virtual const std::string& run_id() = 0;

  /// Where states are written to and read from.
  virtual CheckpointStore& checkpoints() = 0;
  /// Fills a new instance's state from the checkpoint that the run goes on from, if there is one.
  virtual Status restore_state(InstanceState& state) = 0;
  /// Of temporary files; it exists.
  virtual const std::string& spill_directory() = 0;

  /// Stops the run: the first fault counts.
  virtual void fail(const std::string& node, const Status& status) = 0;
  /// Sources give nothing more and no new checkpoint begins.
  virtual bool is_stopping() const = 0;
  /// Stages drop their work: the run has failed or was told twice to stop.
  virtual bool is_cancelled() const = 0;
  /// The newest checkpoint that sources shall begin; 0: none.
  virtual uint64_t wanted_epoch() const = 0;
  /// The newest checkpoint whose manifest is durable; sinks commit up to it.
  virtual uint64_t valid_epoch() const = 0;
  /// A copy has passed the barrier of `part.epoch` with all its operators.
  virtual void add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) = 0;
  /// Where a source stands at a barrier; epoch UINT64_MAX: where it ended. Byte sources know it when the
  /// range before the barrier is decoded.
  virtual void add_positions(uint64_t epoch, const std::string& node,
                             std::vector<SourcePosition> positions) = 0;
  /// A copy has ended; `last` holds the tokens that its sinks prepared at their end.
  virtual void copy_ended(StageCopy& copy, CopyCheckpoint last) = 0;
  virtual void copy_committed(StageCopy& copy, uint64_t epoch) = 0;
  /// The number of a partition in this run, from 1; the same name of one node always gets the same.
  virtual uint32_t partition_id(const std::string& node, const std::string& name) = 0;
  /// Borrows: as long as the run.
  virtual const std::string& partition_name(uint32_t id) = 0;
  /// Adds to a counter that a component made by naming it.
  virtual void count(const std::string& node, const std::string& metric, int64_t amount) = 0;
  virtual void wake_at(Actor& actor, int64_t until_ns) = 0;
  virtual void record_path(const std::string& node, std::string path) = 0;
};

}  // namespace weir
