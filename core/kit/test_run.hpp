#pragma once
// One test: a pipeline that runs step by step, is checkpointed, killed and started again.
#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "kit/step_executor.hpp"
#include "kit/test_machine.hpp"
#include "kit/wires.hpp"
#include "runtime/coordinator.hpp"

namespace weir::kit {

/// Threads: one at a time, but for cancel().
class TestRun {
 public:
  enum class State { kWaiting, kMore, kComplete, kFailed };
  /// `plugin_path`: where components are looked for beside those of this installation, separated by ':'.
  explicit TestRun(std::string plugin_path);
  ~TestRun();

  Wires& wires() { return wires_; }
  const std::string& folder() const { return folder_; }
  /// Binds the pipeline and begins, from the last checkpoint when there is one.
  /// Fails: with every fault, one a line, as "code: message (hint)".
  Status start(const std::string& yaml);
  /// Runs until nothing can be done at this moment, at most `max_slices` slices (0: any number).
  State run(uint64_t max_slices);
  /// Waits until a thread of a component's own has given its node something to do, or cancel() is called, at
  /// most so long of real time. Returns whether run() has a reason to go on; never once the run is over.
  bool wait_for_others(std::chrono::microseconds at_most);
  /// The fault of a run that failed.
  const Status& fault() const { return fault_; }
  void request_checkpoint() { control_->request_checkpoint(); }
  uint64_t checkpoint_count() const { return run_ == nullptr ? 0 : run_->checkpoint_count(); }
  /// The power fails: what was not synced may be lost, nothing is told to anybody.
  void kill(uint64_t seed);
  /// What runs must return soon. Threads: any.
  void cancel();

 private:
  Status bind(const std::string& yaml);
  bool is_over() const;
  bool go_on();
  void end();

  TestMachine& machine_ = TestMachine::get();
  const std::string plugin_path_;
  const std::string folder_ = machine_.new_folder();
  Wires wires_;
  std::unique_ptr<DeadLetterStore> dead_letters_;
  RunOptions options_;
  // Of one life of the process.
  std::optional<Plan> plan_;
  StepExecutor executor_;
  std::unique_ptr<RunControl> control_;
  std::unique_ptr<Coordinator> run_;
  State state_ = State::kWaiting;
  Status fault_;
};

}  // namespace weir::kit
