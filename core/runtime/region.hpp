#pragma once
// The stages between durable edges: their barriers, their checkpoints, their end.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "runtime/checkpoint_record.hpp"
#include "runtime/region_shared.hpp"
#include "runtime/run.hpp"
#include "runtime/run_shared.hpp"

namespace weir {

class BufferEdge;

/// What is known from the checkpoint that a region goes on from.
struct Restored {
  uint64_t epoch = 0;  ///< 0: a fresh start.
  bool is_complete = false;
  std::vector<std::string> ended_nodes;
  std::optional<std::string> dead_letters;  ///< The mark to cut back to.
  Manifest manifest;
};

/// Numbers the checkpoints of a run, over all of its regions: a later one has the higher number.
class Epochs {
 public:
  void saw(uint64_t epoch) { last_ = std::max(last_, epoch); }
  uint64_t next() { return ++last_; }

 private:
  uint64_t last_ = 0;
};

/// What the regions of a run share.
struct RegionSetup {
  RunShared& run;
  Executor& executor;
  RunControl& control;
  MetricsRegistry& metrics;
  DeadLetterStore& dead_letters;
  Epochs& epochs;
  CheckpointRecord& record;
};

/// The life of a region:
///
///   kRunning --every source ended--> kFinishing --final manifest durable, sinks committed--> kComplete
///         \---stop asked, checkpoint durable and committed--> kStopped
///
/// A checkpoint: sources are told the epoch, barriers flow, each copy gives its part, the manifest is
/// written, and only then sinks commit. One at a time.
///
/// Threads: the RegionShared part from any; the rest from the thread that drives the run.
class Region final : public RegionShared {
 public:
  /// `directory` is where its checkpoints lie.
  Region(const RegionSetup& setup, const std::string& directory);
  ~Region() override;

  /// While the stages are being built. Borrows.
  void add_copy(StageCopy& copy) { copies_.push_back(&copy); }
  /// A durable edge that a stage of the region writes: it is told of every manifest. Borrows.
  void add_written(BufferEdge& edge) { written_.push_back(&edge); }
  /// A name under which an operator reports positions at each barrier.
  void add_source(std::string source) { sources_.push_back(std::move(source)); }

  /// Finds where to go on; nowhere when it is to begin `from_scratch`. A newest checkpoint that is complete
  /// only had its commit left to do.
  Status restore(bool from_scratch);
  const Restored& restored() const { return restored_; }
  /// Where its sources go on though it begins anew: behind what finished runs have read.
  void set_read_before(std::vector<SourcePosition> positions) {
    restored_.manifest.sources = std::move(positions);
  }
  /// Whether a source of this region has nothing more to give.
  bool has_ended(const std::string& source);
  /// Whether a source of this region has ended while others go on. Threads: any.
  bool has_given_end(const std::string& source) const;
  /// Forgets every checkpoint.
  Status drop_checkpoints() { return checkpoints_.drop_before(UINT64_MAX); }
  /// Makes the instances; nothing runs yet.
  Status start();
  /// Lets it run. Needs: start() of every region.
  void begin();
  /// One look at what has happened, and what follows from it.
  Status step();
  bool is_over() const { return phase_ == Phase::kComplete || phase_ == Phase::kStopped; }
  bool is_complete() const { return phase_ == Phase::kComplete; }
  /// Forgets checkpoints before the last one. Needs: is_complete(), and other regions are not.
  Status drop_all_but_last() { return checkpoints_.drop_before(last_epoch_); }
  /// When step() must be called though nobody woke the driving thread.
  int64_t next_deadline();
  void notify_all();
  uint64_t checkpoint_count() const { return checkpoint_count_; }
  const std::vector<SourcePosition>& recorded_positions() const { return recorded_positions_; }

  CheckpointStore& checkpoints() override { return checkpoints_; }
  Status restore_state(InstanceState& state) override;
  void ask_checkpoint() override;
  uint64_t wanted_epoch() const override { return wanted_epoch_.load(std::memory_order_acquire); }
  uint64_t valid_epoch() const override { return valid_epoch_.load(std::memory_order_acquire); }
  void add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) override;
  void add_positions(uint64_t epoch, const std::string& source,
                     std::vector<SourcePosition> positions) override;
  void copy_ended(StageCopy& copy, CopyCheckpoint last) override;
  void copy_committed(StageCopy& copy, uint64_t epoch) override;
  bool has_end(const StageCopy& copy) const override;

 private:
  enum class Phase { kRunning, kFinishing, kComplete, kStopped };
  struct Pending {  // The checkpoint that is being taken.
    std::map<const StageCopy*, CopyCheckpoint> parts;
    std::map<std::string, std::vector<SourcePosition>> positions;  // By source.
  };
  const BoundPipeline& pipeline() { return setup_.run.plan().pipeline; }
  int64_t next_checkpoint_ns();
  /// Whether nothing has happened since the last checkpoint: it still holds. Needs: the lock is held.
  bool is_idle() const;
  int64_t now_ns() { return setup_.run.world().clock.monotonic_ns(); }
  Status end();
  Status committed();
  Status begin_checkpoint_when_due();
  Status finish_checkpoint();
  Status write_manifest(uint64_t epoch, Pending pending, std::vector<std::string> ended, bool is_complete);
  bool is_checkpoint_complete();
  /// Nodes that had ended before the barrier; nothing when the copies of one had ended in part.
  std::optional<std::vector<std::string>> ended_nodes(const Pending& pending) const;
  void begin_commit(uint64_t epoch);

  const RegionSetup setup_;
  CheckpointStore checkpoints_;
  Restored restored_;
  std::vector<StageCopy*> copies_;    // Constant once running.
  std::vector<std::string> sources_;  // Constant once running.
  std::vector<BufferEdge*> written_;  // Constant once running.

  std::atomic<uint64_t> wanted_epoch_{0};
  std::atomic<uint64_t> valid_epoch_{0};
  std::atomic<bool> is_asked_{false};

  // The driving thread's.
  Phase phase_ = Phase::kRunning;
  int64_t next_checkpoint_ns_ = INT64_MAX;
  int64_t checkpoint_began_ns_ = 0;
  bool is_stop_checkpoint_begun_ = false;
  int answered_requests_ = 0;  // Of checkpoints that were asked for.
  uint64_t checkpoint_count_ = 0;
  uint64_t last_epoch_ = 0;  // Of the last manifest.
  std::vector<SourcePosition> recorded_positions_;

  mutable std::mutex mutex_;    // Guards what follows.
  uint64_t pending_epoch_ = 0;  // 0: none is being taken.
  Pending pending_;
  Pending final_;                    // What copies and sources gave when they ended.
  std::set<const StageCopy*> ends_;  // Copies of which a manifest has that.
  size_t committed_copies_ = 0;
  bool is_committing_ = false;
};

}  // namespace weir
