// Shapes in which a careless engine waits for itself: with edges that hold next to nothing each still ends.
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::no_deadlock_test {
namespace {

constexpr int kRows = 3'000;

std::string input_text() {
  std::string text = "key,n\n";
  for (int i = 0; i < kRows; ++i) text += "k" + std::to_string(i % 7) + "," + std::to_string(i) + "\n";
  return text;
}

constexpr const char* kHead = R"(weir: 1
name: shape
checkpoint: {every: 3ms}
sources:
  rows: {type: file, path: in.csv, chunk: 4KiB, format: {type: csv, columns: {key: string, n: int64}}}
)";

struct Ended {
  RunOutcome outcome;
  int64_t lines = 0;
};

/// Runs the shape with edges of one byte: each holds one batch, whatever its size.
Ended run(const std::string& name, const std::string& nodes, uint64_t seed, uint32_t threads) {
  const std::string directory = name + std::to_string(seed) + "_" + std::to_string(threads);
  EXPECT_TRUE(make_dirs(sim().disk, directory).is_ok());
  EXPECT_TRUE(
      write_atomic(sim().disk, sim().faults, "test.input", directory + "/in.csv", input_text()).is_ok());
  const auto executor = make_sim_executor(seed, sim().clock);
  const PipelineRun run{.yaml = kHead + nodes, .directory = directory, .threads = threads, .edge_bytes = 1};
  Ended ended{run_in_process(run, sim().host, sim().catalog, *executor), 0};
  const auto text = read_all(sim().disk, directory + "/out.csv");
  if (text.is_ok()) ended.lines = std::ranges::count(*text, '\n');
  return ended;
}

void expect_lines(const std::string& name, const std::string& nodes, int64_t lines) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    for (const uint32_t threads : {1U, 3U}) {
      const Ended ended = run(name, nodes, seed, threads);
      ASSERT_EQ(ended.outcome.end, RunResult::kComplete)
          << name << " seed " << seed << ": " << ended.outcome.status.message();
      ASSERT_EQ(ended.lines, lines) << name << " seed " << seed << ", " << threads << " threads";
    }
  }
}

TEST(NoDeadlock, ADiamondWithASelectiveBranch) {
  expect_lines("diamond", R"(transforms:
  few: {type: filter, inputs: rows, where: "n % 1000 = 999"}
  all: {type: merge, inputs: [few, rows]}
sinks:
  out: {type: file, inputs: all, path: out.csv, format: csv}
)",
               kRows + 3 + 1);
}

TEST(NoDeadlock, AStreamThatMeetsItself) {
  expect_lines("itself", R"(transforms:
  one: {type: filter, inputs: rows, where: "n < 1500"}
  other: {type: filter, inputs: rows, where: "n >= 1500"}
  both: {type: merge, inputs: [one, rows, other]}
  counted: {type: aggregate, inputs: both, by: [key], compute: {rows: count()}}
sinks:
  out: {type: file, inputs: counted, path: out.csv, format: csv}
)",
               7 + 1);
}

TEST(NoDeadlock, ASumThatComesAtTheEndMeetsTheRowsItCameFrom) {
  expect_lines("sums", R"(transforms:
  sums: {type: aggregate, inputs: rows, by: [key], compute: {n: max(n)}}
  all: {type: merge, inputs: [rows, sums]}
sinks:
  out: {type: file, inputs: all, path: out.csv, format: csv}
)",
               kRows + 7 + 1);
}

TEST(NoDeadlock, ADiamondOverDurableEdges) {
  expect_lines("edges", R"(transforms:
  few: {type: filter, inputs: rows, buffer: {disk: 16KiB}, where: "n % 1000 = 999"}
  all: {type: merge, buffer: {disk: 16KiB}, inputs: [few, rows]}
sinks:
  out: {type: file, inputs: all, path: out.csv, format: csv}
)",
               kRows + 3 + 1);
}

/// A component that breaks the rule which the others keep: the engine stops and says what waits for what.
TEST(NoDeadlock, ARunThatWaitsForItselfIsStopped) {
  const int64_t began_ns = sim().clock.monotonic_ns();
  const Ended ended = run("stalled", R"(transforms:
  few: {type: filter, inputs: rows, where: "n % 1000 = 999"}
  both: {type: right_first, inputs: {left: rows, right: few}}
sinks:
  out: {type: file, inputs: both, path: out.csv, format: csv}
)",
                          1, 1);
  EXPECT_EQ(ended.outcome.end, RunResult::kFailed);
  const std::string message(ended.outcome.status.message());
  EXPECT_TRUE(
      message.starts_with("nothing has run for 10 s though input waits: the pipeline waits for itself."))
      << message;
  EXPECT_NE(message.find("'both' has input that it is not ready for"), std::string::npos) << message;
  EXPECT_NE(message.find(" cannot send: what reads from it, copy 0 of stage both/"), std::string::npos)
      << message;
  const int64_t took_ns = sim().clock.monotonic_ns() - began_ns;
  EXPECT_GE(took_ns, 10'000'000'000);
  EXPECT_LT(took_ns, 15'000'000'000);
}

/// Rows that wait for others until a time are no sign of life where the stage cannot send them.
TEST(NoDeadlock, AWakeThatABlockedStageCannotUseHidesNothing) {
  const int64_t began_ns = sim().clock.monotonic_ns();
  const Ended ended = run("hidden", R"(transforms:
  few: {type: filter, inputs: rows, where: "n % 1000 = 999", batch: {timeout: 1h}}
  both: {type: right_first, inputs: {left: rows, right: few}}
sinks:
  out: {type: file, inputs: both, path: out.csv, format: csv}
)",
                          1, 1);
  EXPECT_EQ(ended.outcome.end, RunResult::kFailed);
  EXPECT_LT(sim().clock.monotonic_ns() - began_ns, 15'000'000'000);
}

}  // namespace
}  // namespace weir::simulated::no_deadlock_test
