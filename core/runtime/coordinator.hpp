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

#include "runtime/checkpoint_record.hpp"
#include "runtime/region.hpp"
#include "runtime/run.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/running.hpp"
#include "runtime/stall_watch.hpp"

namespace weir {

class FinishedPositions;

/// The run goes on until each of its regions is complete, or all have stopped, or something failed, or it was
/// told twice to stop. What the regions remember goes only when all are complete.
///
/// Threads: the RunShared part from any; the rest from the thread that drives the run.
class Coordinator final : public RunShared {
 public:
  Coordinator(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
              RunControl& control);
  ~Coordinator() override;

  /// begin(), then go_on() and a wait as long as it says so, then finish().
  RunOutcome drive(const std::function<void(const RunStatus&)>& watch);

  /// Goes on from the last checkpoint if there is one, makes the stages and wakes them.
  void begin();
  /// One look at what has happened, and what follows from it. Returns whether the run goes on.
  bool go_on();
  /// Ends what still runs and says what the run came to.
  RunOutcome finish();
  /// Stages drop their work. Needs: begin() was called. Threads: any.
  void cancel();
  void notify_all();
  uint64_t checkpoint_count() const;

  World& world() override { return host_.world(); }
  const std::string& spill_directory() override { return spill_directory_; }
  const weir_host* host() override { return host_.table(); }
  const Plan& plan() override { return plan_; }
  const std::string& run_id() override { return options_.run_id; }
  Status check_owner() override { return options_.check_owner ? options_.check_owner() : Status::ok(); }
  void fail(const std::string& node, const Status& status) override;
  bool is_until_now() const override { return options_.until_now; }
  void source_caught_up() override;
  bool is_stop_asked() const override;
  bool is_stopping() const override { return is_stopping_.load(std::memory_order_relaxed); }
  void stop_sources() override {
    is_stopping_.store(true);
    notify_all();
  }
  void warn(const std::string& message) override { host_.log().warn(message); }
  bool is_cancelled() const override { return is_cancelled_.load(std::memory_order_relaxed); }
  uint32_t partition_id(const std::string& node, const std::string& name) override;
  const std::string& partition_name(uint32_t id) override;
  void count(const std::string& node, const std::string& metric, int64_t amount) override;
  std::vector<NodeSnapshot> node_metrics() const override { return metrics_.snapshot().nodes; }
  uint32_t open_sources_beside(const std::string& node) override;
  void wake_at(Actor& actor, int64_t until_ns) override;

 private:
  Status restore();
  Status begin_spill();
  FinishedPositions finished();
  bool has_caught_up() const;
  std::vector<SourcePosition> source_positions() const;
  Status start();
  Status step();
  bool has_waited_to_stop();
  Status end_when_complete();
  /// Of the file that says of a run that is complete, while it forgets what it went on from.
  std::string complete_path() const;
  Status remove_mark();
  Status check_stall();
  Status remove_unknown(const std::string& directory, const std::set<std::string>& known);
  std::vector<BufferReport> buffer_reports() const;
  void fire_timers();
  int64_t next_deadline();
  RunStatus progress();
  /// Whether a position is of a node of the pipeline, and not of one of its durable edges.
  bool is_source(const std::string& node) const;
  RunOutcome outcome();

  const Plan& plan_;
  const RunOptions& options_;
  HostTable& host_;
  Executor& executor_;
  RunControl& control_;
  MetricsRegistry metrics_;
  std::string spill_directory_;
  Epochs epochs_;
  std::vector<std::unique_ptr<Region>> regions_;  // By their number in the plan; the first has the sources.
  std::unique_ptr<RunningStages> stages_;

  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_cancelled_{false};
  std::atomic<size_t> caught_up_sources_{0};

  // The driving thread's.
  int64_t stop_deadline_ns_ = INT64_MAX;
  bool is_over_ = false;
  bool is_complete_ = false;  // Every region is.
  int64_t next_watch_ns_ = 0;
  CheckpointRecord checkpoint_record_;
  StallWatch stall_;

  std::mutex mutex_;  // Guards what follows.
  Status fault_;
  std::string fault_node_;
  bool has_failed_ = false;
  std::vector<std::unique_ptr<std::string>> partition_names_;
  std::map<std::pair<std::string, std::string>, uint32_t> partition_ids_;
  std::multimap<int64_t, Actor*> timers_;
  std::map<std::pair<std::string, std::string>, int64_t> counters_;
};

}  // namespace weir
