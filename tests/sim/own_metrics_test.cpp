// weir_metrics in simulation: what it says of a run, and that it ends with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::own_metrics_test {
namespace {

constexpr int kRows = 5'000;
constexpr const char* kPipeline = R"(weir: 1
name: measured
sources:
  numbers: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {k: int64}}}
  self: {type: weir_metrics, interval: 10ms}
transforms:
  odd: {type: filter, inputs: numbers, where: "k % 2 = 1"}
sinks:
  out: {type: file, inputs: odd, path: out.csv, format: csv}
  metrics: {type: file, inputs: self, path: metrics.csv, format: csv, columns: [metric, instance, value, unit]}
)";

TEST(OwnMetrics, TellHowEachNodeIsDoingAndEndWithTheRun) {
  std::string input = "k\n";
  for (int i = 0; i < kRows; ++i) input += std::to_string(i) + "\n";
  input += "no number\n";
  const std::string folder = "own_metrics";
  ASSERT_TRUE(make_dirs(sim().disk, folder).is_ok());
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", folder + "/in.csv", input, 0644).is_ok());
  NoDeadLetters dead_letters;
  const auto executor = make_sim_executor(3, sim().clock);
  PipelineRun run{.yaml = kPipeline, .directory = folder, .threads = 2, .edge_bytes = 2048};
  run.dead_letters = &dead_letters;
  const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, *executor);
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();

  const auto text = read_all(sim().disk, folder + "/metrics.csv");
  ASSERT_TRUE(text.is_ok());
  const auto count = [&](const std::string& part) {
    size_t found = 0;
    for (size_t at = text->find(part); at != std::string::npos; at = text->find(part, at + 1)) ++found;
    return found;
  };
  // More than one reading, and in the last one all that the source gave.
  EXPECT_GE(count("node.rows_out,numbers,"), 2U) << *text;
  EXPECT_EQ(count("node.rows_out,numbers," + std::to_string(kRows) + ",rows\n"), 1U) << *text;
  EXPECT_EQ(count("node.rows_rejected,numbers,1,rows\n"), 1U) << *text;
  EXPECT_EQ(count("node.busy,odd,"), count("node.rows_in,odd,"));
  EXPECT_EQ(count("node.rows_out,self,"), count("node.rows_out,numbers,")) << "it tells of itself, too";
  EXPECT_EQ(count("node.lag,"), 0U) << "nothing has event time here";
}

}  // namespace
}  // namespace weir::simulated::own_metrics_test
