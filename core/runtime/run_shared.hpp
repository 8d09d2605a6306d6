#pragma once
// What every part of a running pipeline may reach.
#include <weir/abi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>
#include <weir/status.hpp>

#include "plan/plan.hpp"
#include "runtime/actor.hpp"
#include "runtime/disk_room.hpp"
#include "telemetry/metrics.hpp"
#include "world/world.hpp"

namespace weir {

/// Threads: any, at once, unless said otherwise.
class RunShared {
 public:
  virtual ~RunShared() = default;
  virtual World& world() = 0;
  virtual const weir_host* host() = 0;
  virtual const Plan& plan() = 0;
  virtual const std::string& run_id() = 0;
  /// Fails when the state may be another process's by now: then nothing is committed.
  virtual Status check_owner() = 0;

  /// Of temporary files; it exists.
  virtual const std::string& spill_directory() = 0;

  /// What waits for room on a disk.
  DiskRoom& disk_room() { return disk_room_; }

  /// Tells the operator something that does not stop the run.
  virtual void warn(const std::string& message) = 0;
  /// Stops the run: the first fault counts.
  virtual void fail(const std::string& node, const Status& status) = 0;
  /// Sources give nothing more and no new checkpoint begins.
  virtual bool is_stopping() const = 0;
  /// It shall stop, or has read what was there and shall do no more.
  virtual bool is_stop_asked() const = 0;
  /// Endless sources give what is there now, and no more.
  virtual bool is_until_now() const = 0;
  /// One of them has done so.
  virtual void source_caught_up() = 0;
  virtual void stop_sources() = 0;
  /// Stages drop their work: the run has failed or was told twice to stop.
  virtual bool is_cancelled() const = 0;
  /// The number of a partition in this run, from 1; the same name of one node always gets the same.
  virtual uint32_t partition_id(const std::string& node, const std::string& name) = 0;
  /// Borrows: as long as the run.
  virtual const std::string& partition_name(uint32_t id) = 0;
  /// Adds to a counter that a component made by naming it.
  virtual void count(const std::string& node, const std::string& metric, int64_t amount) = 0;
  /// How the nodes are doing.
  virtual std::vector<NodeSnapshot> node_metrics() const = 0;
  /// How many sources have not ended that are of another component than `node`, a source.
  virtual uint32_t open_sources_beside(const std::string& node) = 0;
  virtual void wake_at(Actor& actor, int64_t until_ns) = 0;

 private:
  DiskRoom disk_room_;
};

}  // namespace weir
