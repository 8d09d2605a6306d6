// Runs a plan, and runs it again from its last checkpoint when a full disk ended it.
#include "runtime/run.hpp"

#include <algorithm>
#include <utility>

#include "runtime/back_off.hpp"
#include "runtime/coordinator.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

using Watch = std::function<void(const RunStatus&)>;

// Enough for the smallest checkpoint, and little enough to be no burden.
constexpr size_t kProbeBytes = 256 << 10;
// So many runs in a row may end for want of room without a new checkpoint while the disk has room for the
// probe: what they need is more than there will be. Between them lie 0, 1, 2, 4, ... seconds, a minute in
// all, in which somebody may make room.
constexpr int kMostInVain = 8;
constexpr int64_t kFirstPauseNs = 1'000'000'000;

/// A run in as many attempts as a full disk makes of it. What waits for room by itself (a sink, rejected
/// rows) does not come here; a checkpoint that found none does, as does a file that was given up.
class Attempts {
 public:
  Attempts(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
           RunControl& control, const Watch& watch)
      : plan_(plan), options_(options), host_(host), executor_(executor), control_(control) {
    if (!watch) return;
    watch_ = [this, &watch](const RunStatus& status) {
      seen_ = status;
      watch(status);
    };
  }

  RunOutcome run() {
    for (;;) {
      RunOutcome outcome = attempt();
      add_to_former(outcome);
      if (!may_go_on(outcome)) return outcome;
      host_.log().warn(std::string(outcome.status.message()) +
                       ": the run goes on from its last checkpoint when there is room");
      if (!wait_for_room(outcome.status)) {
        outcome.end = RunResult::kStopped;
        outcome.status = {};
        return outcome;
      }
    }
  }

 private:
  RunOutcome attempt() {
    if (!options_.dead_letters_begin) {
      Result<std::string> mark = options_.dead_letters->make_safe();
      if (!mark.is_ok()) {
        RunOutcome refused;
        refused.status = mark.status();
        return refused;
      }
      options_.dead_letters_begin = std::move(mark).value();
    }
    RunOutcome outcome = Coordinator(plan_, options_, host_, executor_, control_).drive(watch_);
    // Without nodes it ended before it began: nothing was forgotten, and there is nothing new to show.
    if (outcome.metrics.nodes.empty()) return outcome;
    seen_.metrics = outcome.metrics;
    options_.from_scratch = false;  // What it has written is there to go on from.
    return outcome;
  }

  void add_to_former(RunOutcome& outcome) {
    in_vain_ = outcome.checkpoints > 0 ? 0 : in_vain_ + 1;
    checkpoints_ += outcome.checkpoints;
    outcome.checkpoints = checkpoints_;
    written_.merge(outcome.written);
    outcome.written = written_;
  }

  bool may_go_on(const RunOutcome& outcome) const {
    return outcome.end == RunResult::kFailed && outcome.status.code() == Code::kNoSpace &&
           in_vain_ < kMostInVain && control_.stop_requests() == 0;
  }

  /// Returns false when the run is told to stop meanwhile.
  bool wait_for_room(Status why) {
    BackOff tries;
    const int64_t pause_ns = in_vain_ < 2 ? 0 : kFirstPauseNs << (in_vain_ - 2);
    const int64_t least_ns = host_.world().clock.monotonic_ns() + pause_ns;
    do {
      const int64_t until_ns = std::max(least_ns, tries.failed(host_.world().clock.monotonic_ns()));
      while (host_.world().clock.monotonic_ns() < until_ns) {
        if (control_.stop_requests() > 0) return false;
        tell(why);
        executor_.wait(std::min(until_ns, host_.world().clock.monotonic_ns() + kTellEveryNs));
      }
      why = probe();
    } while (why.code() == Code::kNoSpace);
    return true;
  }

  /// What was last seen of the run is what there is of it, until it goes on.
  void tell(const Status& why) {
    if (!watch_) return;
    RunStatus status = seen_;
    status.now_us = host_.world().clock.now_us();
    status.phase = RunPhase::kRunning;
    status.disk = {true, std::string(why.message())};
    watch_(status);
  }

  /// Whether a file of some size can be written beside the checkpoints.
  Status probe() {
    Disk& disk = host_.world().disk;
    const std::string path = options_.state_directory + "/room.tmp";
    const auto write = [&]() -> Status {
      WEIR_ASSIGN_OR_RETURN(const std::unique_ptr<File> file, disk.open(path, OpenMode::kCreate, 0600));
      WEIR_RETURN_IF_ERROR(file->append(std::string(kProbeBytes, '\0')));
      WEIR_RETURN_IF_ERROR(file->sync());
      return file->close();
    };
    Status status = write();
    static_cast<void>(disk.unlink(path));
    return status;
  }

  static constexpr int64_t kTellEveryNs = 200'000'000;

  const Plan& plan_;
  RunOptions options_;
  HostTable& host_;
  Executor& executor_;
  RunControl& control_;
  Watch watch_;  // Empty when nobody watches.
  RunStatus seen_;
  int in_vain_ = 0;
  uint64_t checkpoints_ = 0;
  WrittenPaths written_;
};

}  // namespace

RunOutcome run_plan(const Plan& plan, const RunOptions& options, HostTable& host, Executor& executor,
                    RunControl& control, const Watch& watch) {
  return Attempts(plan, options, host, executor, control, watch).run();
}

}  // namespace weir
