// Which files a run says it has written.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::written_paths_test {
namespace {

using testing::ElementsAre;
using testing::Pair;

constexpr const char* kPipeline = R"(weir: 1
name: many
checkpoint: {every: 1ms}
sources:
  events: {type: feed, topic: topic, partitions: 1, rows: 2000, keys: 3, seed: 5, batch_rows: 20, pause: 1ms}
sinks:
  out: {type: append_lines, inputs: events, column: seq, path: out.txt}
)";

/// What it takes to ask grows with what there is: asked after each commit, a stream would stand still one
/// day.
TEST(WrittenPaths, AreAskedForOnceHoweverManyCheckpointsThereAre) {
  const std::string folder = "written_paths";
  ASSERT_TRUE(make_dirs(sim().disk, folder).is_ok());
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", folder + "/topic", "").is_ok());
  const auto executor = make_sim_executor(1, sim().clock);
  const RunOutcome outcome = run_in_process({.yaml = kPipeline, .directory = folder, .threads = 1},
                                            sim().host, sim().catalog, *executor);
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  EXPECT_GT(outcome.checkpoints, 10U);
  EXPECT_THAT(outcome.written, ElementsAre(Pair("out", testing::EndsWith("out.txt, asked 1"))));
}

}  // namespace
}  // namespace weir::simulated::written_paths_test
