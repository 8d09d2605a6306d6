#pragma once
// Drives one run: wakes its stages, takes its checkpoints, and brings it to its end.
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/run.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/running.hpp"
#include "state/checkpoint.hpp"

namespace weir {

/// The life of a run:
///
///   kRunning --every source ended--> kFinishing --final manifest durable, sinks committed--> kOver
///      | \--stop asked, checkpoint durable and committed--------------------------------------^
///      \----a fault, or stop asked twice------------------------------------------------------^
///
/// A checkpoint: sources are told the epoch, barriers flow, each copy gives its part, the manifest is
/// written, and only then sinks commit. One at a time.
///
/// Threads: the RunShared part from any; the rest from the thread that drives the run.
class Coordinator final : public RunShared {
 public:
  Coordinator(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
              RunControl& control);
  ~Coordinator() override;

  /// begin(), then go_on() and a wait as long as it says so, then finish().
  RunOutcome drive(const std::function<void(const RunProgress&)>& watch);

  /// Goes on from the last checkpoint if there is one, makes the stages and wakes them.
  void begin();
  /// One look at what has happened, and what follows from it. Returns whether the run goes on.
  bool go_on();
  /// Ends what still runs and says what the run came to.
  RunOutcome finish();
  /// Stages drop their work. Needs: begin() was called. Threads: any.
  void cancel();
  void notify_all();
  uint64_t checkpoint_count() const { return checkpoint_count_; }

  World& world() override { return host_.world(); }
  Status restore_state(InstanceState& state) override;
  const std::string& spill_directory() override { return spill_directory_; }
  CheckpointStore& checkpoints() override { return *checkpoints_; }
  const weir_host* host() override { return host_.table(); }
  const Plan& plan() override { return plan_; }
  const std::string& run_id() override { return options_.run_id; }
  void fail(const std::string& node, const Status& status) override;
  bool is_stopping() const override { return is_stopping_.load(std::memory_order_relaxed); }
  bool is_cancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  uint64_t wanted_epoch() const override { return wanted_epoch_.load(std::memory_order_acquire); }
  uint64_t valid_epoch() const override { return valid_epoch_.load(std::memory_order_acquire); }
  void add_checkpoint_part(StageCopy& copy, CopyCheckpoint part) override;
  void add_positions(uint64_t epoch, const std::string& node, std::vector<SourcePosition> positions) override;
  void copy_ended(StageCopy& copy, CopyCheckpoint last) override;
  void copy_committed(StageCopy& copy, uint64_t epoch) override;
  uint32_t partition_id(const std::string& node, const std::string& name) override;
  const std::string& partition_name(uint32_t id) override;
  void count(const std::string& node, const std::string& metric, int64_t amount) override;
  void wake_at(Actor& actor, int64_t until_ns) override;
  void record_path(const std::string& node, std::string path) override;

 private:
  enum class Phase { kRunning, kFinishing, kOver };
  struct Pending {  // The checkpoint that is being taken.
    std::map<const StageCopy*, CopyCheckpoint> parts;
    std::map<std::string, std::vector<SourcePosition>> positions;  // By node.
  };
  Status restore();
  Status step();
  Status begin_checkpoint_when_due();
  Status finish_checkpoint();
  Status write_manifest(uint64_t epoch, Pending pending, std::vector<std::string> ended, bool is_complete);
  bool is_checkpoint_complete();
  /// Nodes that had ended before the barrier; nothing when the copies of one had ended in part.
  std::optional<std::vector<std::string>> ended_nodes(const Pending& pending) const;
  void begin_commit(uint64_t epoch);
  void fire_timers();
  int64_t next_deadline();
  RunProgress progress();
  RunOutcome outcome();

  const Plan& plan_;
  const RunOptions& options_;
  HostTable& host_;
  Executor& executor_;
  RunControl& control_;
  MetricsRegistry metrics_;
  std::unique_ptr<CheckpointStore> checkpoints_;
  std::string spill_directory_;
  Restored restored_;
  std::unique_ptr<RunningStages> stages_;

  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_cancelled_{false};
  std::atomic<uint64_t> wanted_epoch_{0};
  std::atomic<uint64_t> valid_epoch_{0};

  // The driving thread's.
  Phase phase_ = Phase::kRunning;
  int64_t next_checkpoint_ns_ = INT64_MAX;
  int64_t next_watch_ns_ = 0;
  bool is_stop_checkpoint_begun_ = false;
  bool is_complete_ = false;   // The final manifest is durable, and every sink has committed.
  int answered_requests_ = 0;  // Of checkpoints that were asked for.
  uint64_t checkpoint_count_ = 0;
  std::vector<SourcePosition> recorded_positions_;

  std::mutex mutex_;  // Guards what follows.
  Status fault_;
  std::string fault_node_;
  bool has_failed_ = false;
  uint64_t pending_epoch_ = 0;  // 0: none is being taken.
  Pending pending_;
  Pending final_;  // What copies and sources gave when they ended.
  size_t committed_copies_ = 0;
  bool is_committing_ = false;
  std::vector<std::unique_ptr<std::string>> partition_names_;
  std::map<std::pair<std::string, std::string>, uint32_t> partition_ids_;
  std::multimap<int64_t, Actor*> timers_;
  std::vector<std::pair<std::string, std::string>> written_;
  std::map<std::pair<std::string, std::string>, int64_t> counters_;
};

}  // namespace weir
