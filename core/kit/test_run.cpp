#include "kit/test_run.hpp"

#include <utility>

#include "plan/bind.hpp"
#include "spec/load.hpp"
#include "world/whole_file.hpp"

namespace weir::kit {
namespace {

/// A test's pipeline reads every errors port, so nothing comes here.
class NoDeadLetters final : public DeadLetterStore {
 public:
  Status append(const Batch&) override { return {}; }
  Result<std::string> make_safe() override { return std::string(); }
  Status cut_back_to(std::string_view) override { return {}; }
};

Status status_of(const FaultList& faults) {
  std::string text;
  for (const Fault& fault : faults.sorted()) {
    if (fault.severity != Severity::kError) continue;
    text += (text.empty() ? "" : "\n") + fault.code + ": " + fault.message;
    if (!fault.hint.empty()) text += " (" + fault.hint + ")";
  }
  return Status::invalid(std::move(text));
}

}  // namespace

TestRun::TestRun(std::string plugin_path)
    : plugin_path_(std::move(plugin_path)), dead_letters_(std::make_unique<NoDeadLetters>()) {
  machine_.reset_time();
  options_.state_directory = folder_ + "/.weir";
  options_.run_id = "test";
  options_.dead_letters = dead_letters_.get();
}

TestRun::~TestRun() { end(); }

void TestRun::end() {
  if (run_ != nullptr) run_->finish();
  run_.reset();
  plan_.reset();
}

Status TestRun::bind(const std::string& yaml) {
  LoadOptions load;
  const std::string file = folder_ + "/pipeline.yaml";
  load.read_file = [&](const std::string& path) -> Result<std::string> {
    if (path == file) return yaml;
    return read_all(machine_.disk, path);
  };
  LoadResult loaded = load_pipeline(file, load);
  BindOptions bind;
  bind.host = machine_.host.table();
  BindResult bound = bind_pipeline(loaded.spec, machine_.catalog(plugin_path_), bind, loaded.faults);
  if (loaded.faults.has_errors()) return status_of(loaded.faults);
  plan_ = make_plan(std::move(bound.pipeline), 1);
  return {};
}

Status TestRun::start(const std::string& yaml) {
  end();
  state_ = State::kWaiting;
  WEIR_RETURN_IF_ERROR(bind(yaml));
  control_ = std::make_unique<RunControl>();
  run_ = std::make_unique<Coordinator>(*plan_, options_, machine_.host, executor_, *control_);
  run_->begin();
  return {};
}

bool TestRun::is_over() const {
  return run_ == nullptr || state_ == State::kComplete || state_ == State::kFailed;
}

bool TestRun::go_on() {
  executor_.clear_wake();
  return run_->go_on();
}

TestRun::State TestRun::run(uint64_t max_slices) {
  if (is_over()) return state_;
  run_->notify_all();  // The test may have given something since.
  for (uint64_t slices = 0; go_on(); ++slices) {
    if (!executor_.has_ready()) return State::kWaiting;
    if (max_slices > 0 && slices == max_slices) return State::kMore;
    executor_.run_one();
  }
  const RunOutcome outcome = run_->finish();
  state_ = outcome.end == RunResult::kComplete ? State::kComplete : State::kFailed;
  fault_ =
      outcome.end == RunResult::kStopped ? Status(Code::kCancelled, "the run was cancelled") : outcome.status;
  return state_;
}

bool TestRun::wait_for_others(std::chrono::microseconds at_most) {
  return !is_over() && executor_.wait_for_ready(at_most);
}

void TestRun::kill(uint64_t seed) {
  machine_.disk.crash(seed);
  end();
}

void TestRun::cancel() {
  control_->request_stop();
  control_->request_stop();
  run_->cancel();
  executor_.wake();  // Of who waits for others.
}

}  // namespace weir::kit
