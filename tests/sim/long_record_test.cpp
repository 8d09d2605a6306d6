// A record that is too long to be kept is one error, also when the process dies in the middle of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/random.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::long_record_test {
namespace {

constexpr const char* kPipeline = R"(weir: 1
name: long
checkpoint: {every: 1ms}
sources:
  in: {type: file, path: in.ndjson, chunk: 4KiB, max_record_bytes: 16KiB, format: {type: ndjson, columns: {n: int64}}}
sinks:
  out: {type: file, inputs: in, path: out.csv, format: csv}
  bad: {type: file, inputs: in.errors, path: bad.csv, format: csv, columns: [code, offset, message]}
)";
constexpr int kRows = 2'000;
constexpr size_t kLong = 300'000;

std::string input() {
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    if (i == kRows / 2) text += "{\"n\":-1,\"x\":\"" + std::string(kLong, 'x') + "\"}\n";
    text += "{\"n\":" + std::to_string(i) + "}\n";
  }
  return text + "{\"n\":-2,\"x\":\"" + std::string(kLong, 'x');  // Without an end.
}

RunOutcome run(const std::string& directory, uint64_t seed) {
  const auto executor = make_sim_executor(seed, sim().clock);
  return run_in_process({.yaml = kPipeline,
                         .directory = directory,
                         .threads = 1 + static_cast<uint32_t>(seed % 3),
                         .edge_bytes = 64 << 10},
                        sim().host, sim().catalog, *executor);
}

void give_input(const std::string& directory) {
  ASSERT_TRUE(make_dirs(sim().disk, directory).is_ok());
  ASSERT_TRUE(
      write_atomic(sim().disk, sim().faults, "test.input", directory + "/in.ndjson", input(), 0644).is_ok());
}

void expect_output(const std::string& directory) {
  std::string expected = "n\n";
  for (int i = 0; i < kRows; ++i) expected += std::to_string(i) + "\n";
  ASSERT_EQ(read_all(sim().disk, directory + "/out.csv").value(), expected);
  const std::string bad = read_all(sim().disk, directory + "/bad.csv").value();
  ASSERT_EQ(std::ranges::count(bad, '\n'), 3) << bad;
  const std::string first =
      "record-too-long," + std::to_string(input().find("{\"n\":-1")) + ",\"the record has " +
      std::to_string(kLong + 16) +
      " bytes, and the longest that is read has 16384: raise max_record_bytes of the source";
  ASSERT_NE(bad.find(first), std::string::npos) << bad;
}

TEST(LongRecord, IsOneErrorAndTheNextIsRead) {
  for (uint64_t seed = 1; seed <= 3; ++seed) {
    const std::string directory = "long/seed" + std::to_string(seed);
    give_input(directory);
    const RunOutcome outcome = run(directory, seed);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    expect_output(directory);
  }
}

TEST(LongRecord, TheProcessMayDieInTheMiddleOfIt) {
  give_input("long/calls");
  const uint64_t before = sim().disk.call_count();
  ASSERT_EQ(run("long/calls", 1).end, RunResult::kComplete);
  const uint64_t calls = sim().disk.call_count() - before;
  SimRandom random(3);
  int crashes = 0;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    const std::string directory = "long/crash" + std::to_string(seed);
    give_input(directory);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(calls));
    bool is_complete = false;
    try {
      is_complete = run(directory, seed).end == RunResult::kComplete;
    } catch (const SimCrash&) {
    }
    EXPECT_TRUE(is_complete || sim().disk.is_off()) << "it failed without a crash";
    sim().disk.crash_at_call(0);
    sim().disk.crash(seed);
    crashes += is_complete ? 0 : 1;
    const RunOutcome outcome = run(directory, seed + 1);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << "seed " << seed << ": " << outcome.status.message();
    expect_output(directory);
  }
  std::printf("%d crashes\n", crashes);
  EXPECT_GE(crashes, 30);
}

}  // namespace
}  // namespace weir::simulated::long_record_test
