#pragma once
// Runs a plan from its beginning, or from its last checkpoint, to its end.
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <weir/status.hpp>

#include "plan/plan.hpp"
#include "runtime/actor.hpp"
#include "runtime/dead_letter_store.hpp"
#include "runtime/host_table.hpp"
#include "runtime/written_paths.hpp"
#include "state/manifest.hpp"
#include "telemetry/run_status.hpp"

namespace weir {

struct RunOptions {
  std::string state_directory;  ///< `.weir/<name>`; the caller holds its lock.
  std::string run_id;
  /// Fails when another process may be at work on the state: asked before each manifest. Null: none can be.
  std::function<Status()> check_owner = {};
  bool from_scratch = false;
  /// Ends with a checkpoint, as a stop does, once every endless source has given what was there.
  bool until_now = false;
  DeadLetterStore* dead_letters = nullptr;  ///< Needs: not null.
  /// How far they reached when the run began: a run without a checkpoint goes on from there. run_plan() asks.
  std::optional<std::string> dead_letters_begin;
};

/// What a running pipeline tells the outside, and is told from there.
///
/// Threads: any, at once; request_stop() also from a signal handler.
class RunControl {
 public:
  /// Sources stop, sinks commit, windows stay open in the checkpoint. The second time everything stops at
  /// once.
  void request_stop() { stop_requests_.fetch_add(1); }
  int stop_requests() const { return stop_requests_.load(); }
  /// A checkpoint is taken as soon as it can be, whatever the pipeline says of its times.
  void request_checkpoint() { checkpoint_requests_.fetch_add(1); }
  int checkpoint_requests() const { return checkpoint_requests_.load(); }

 private:
  std::atomic<int> stop_requests_{0};
  std::atomic<int> checkpoint_requests_{0};
};

/// A durable edge as it is now.
struct BufferReport {
  std::string name;           ///< Of the node that reads it, with its port where it has several.
  uint64_t queued_bytes = 0;  ///< On disk.
  uint64_t dropped_rows = 0;  ///< In this run, as it was full.
};

enum class RunResult {
  kComplete,  ///< Every source ended and everything is committed.
  kStopped,   ///< Stopped on request; the next run goes on from the checkpoint.
  kFailed,
};

struct RunOutcome {
  RunResult end = RunResult::kFailed;
  Status status;     ///< The first fault when it failed.
  std::string node;  ///< Whose fault it was; empty: the engine's.
  MetricsSnapshot metrics;
  std::vector<SourcePosition> positions;  ///< How far sources were read, as far as it was recorded.
  uint64_t checkpoints = 0;
  uint64_t resumed_epoch = 0;  ///< 0: it began anew.
  WrittenPaths written;
  std::vector<BufferReport> buffers;
};

/// Runs `plan` until it ends. Where a full disk ends it, it waits for room and goes on from the last
/// checkpoint, as a new process would. Blocks. `watch` is called about five times a second from this thread;
/// what only the process knows (its id, when it began) is not filled in.
///
/// Needs: host.world()'s clock is the executor's.
RunOutcome run_plan(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
                    RunControl& control, const std::function<void(const RunStatus&)>& watch);

}  // namespace weir
