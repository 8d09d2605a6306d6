// A run that is told to stop at once says so, also when only its last commit was left to do.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::stop_test {
namespace {

constexpr const char* kPipeline = R"(weir: 1
name: stopped
sources:
  numbers: {type: file, path: in.csv, format: {type: csv, columns: {a: int64}}}
sinks:
  out: {type: file, inputs: numbers, path: out.csv, format: csv}
)";

bool has_manifest() {
  const auto entries = sim().disk.list("stopped/state/checkpoints");
  return entries.is_ok() && std::ranges::any_of(*entries, [](const DirectoryEntry& entry) {
           return entry.name.ends_with(".manifest");
         });
}

/// Asks twice to stop as soon as the final manifest is there, before any stage hears of it.
class StopsBeforeTheCommit final : public Executor {
 public:
  explicit StopsBeforeTheCommit(RunControl& control) : control_(control) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    if (!has_manifest()) return inner_->wait(until_ns);
    control_.request_stop();
    control_.request_stop();
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  RunControl& control_;
  const std::unique_ptr<Executor> inner_ = make_sim_executor(1, sim().clock);
};

TEST(Stop, ARunWhoseLastCommitIsMissingIsNotComplete) {
  ASSERT_TRUE(make_dirs(sim().disk, "stopped").is_ok());
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", "stopped/in.csv", "a\n1\n", 0644).is_ok());
  RunControl control;
  StopsBeforeTheCommit stopping(control);
  PipelineRun run{.yaml = kPipeline, .directory = "stopped", .threads = 1, .control = &control};
  EXPECT_EQ(run_in_process(run, sim().host, sim().catalog, stopping).end, RunResult::kStopped);
  EXPECT_FALSE(read_all(sim().disk, "stopped/out.csv").is_ok());

  run.control = nullptr;
  const auto executor = make_sim_executor(1, sim().clock);
  EXPECT_EQ(run_in_process(run, sim().host, sim().catalog, *executor).end, RunResult::kComplete);
  EXPECT_EQ(read_all(sim().disk, "stopped/out.csv").value(), "a\n1\n");
}

}  // namespace
}  // namespace weir::simulated::stop_test
