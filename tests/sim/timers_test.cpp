// Lists and timers in simulation: whatever call of the disk the process dies at, each row comes out once, as
// in an undisturbed run.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::timers_test {
namespace {

constexpr int kRows = 20'000;

/// Rows come up to 7 s out of order.
std::string input_text() {
  std::string text;
  for (int i = 0; i < kRows; ++i) {
    const int second = std::max(0, i - i * 5 % 8);
    char line[120];
    std::snprintf(line, sizeof(line), "2025-01-01T%02d:%02d:%02dZ,u%d,%d\n", second / 3600, second / 60 % 60,
                  second % 60, i * 7 % 13, i);
    text += line;
  }
  return text;
}

constexpr const char* kPipeline = R"(weir: 1
name: timers
checkpoint: {every: 1ms}
sources:
  events:
    type: file
    path: in.csv
    chunk: 4KiB
    format: {type: csv, header: false, columns: {ts: timestamp, user: string, id: int64}}
    event_time: {column: ts, max_delay: 10s}
transforms:
  again: {type: remind, inputs: events, key: user, time: ts, after: 5m}
sinks:
  out: {type: file, inputs: again, path: out.csv, format: csv}
)";

class Timers : public testing::Test {
 protected:
  static RunOutcome run(const std::string& directory, uint64_t seed) {
    const auto executor = make_sim_executor(seed, sim().clock);
    return run_in_process({.yaml = kPipeline,
                           .directory = directory,
                           .threads = 1 + static_cast<uint32_t>(seed % 3),
                           .edge_bytes = 64 << 10},
                          sim().host, sim().catalog, *executor);
  }
  static void begin(const std::string& directory) {
    ASSERT_TRUE(make_dirs(sim().disk, directory).is_ok());
    ASSERT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", directory + "/in.csv", input_text(), 0644)
            .is_ok());
  }
  /// The rows of the output in one order.
  static std::string output(const std::string& directory) { return sorted_lines_of(directory + "/out.csv"); }
  static uint64_t seeds() {
    const char* const wanted = std::getenv("WEIR_SEEDS");
    return wanted == nullptr ? 40 : std::strtoull(wanted, nullptr, 10);
  }
};

TEST_F(Timers, EachRowComesOutOnceWhateverCallOfTheDiskTheProcessDiesAt) {
  begin("timers");
  const uint64_t before = sim().disk.call_count();
  const RunOutcome whole = run("timers", 1);
  const uint64_t calls = sim().disk.call_count() - before;
  ASSERT_EQ(whole.end, RunResult::kComplete) << whole.status.message();
  EXPECT_GE(whole.checkpoints, 3U);
  const std::string expected = output("timers");
  ASSERT_EQ(std::ranges::count(expected, '\n'), kRows + 1);

  uint64_t crashes = 0;
  uint64_t resumed = 0;
  SimRandom random(7);
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    const std::string directory = "timers" + std::to_string(seed);
    begin(directory);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(calls));
    bool is_complete = false;
    try {
      is_complete = run(directory, seed).end == RunResult::kComplete;
    } catch (const SimCrash&) {
    }
    sim().disk.crash_at_call(0);
    sim().disk.crash(seed);
    const RunOutcome rest = run(directory, seed + 1);
    ASSERT_EQ(rest.end, RunResult::kComplete) << "seed " << seed << ": " << rest.status.message();
    crashes += is_complete ? 0 : 1;
    resumed += rest.resumed_epoch > 0 ? 1 : 0;
    ASSERT_EQ(output(directory), expected) << "seed " << seed;
  }
  std::printf("%llu crashes, %llu of them after a checkpoint\n", static_cast<unsigned long long>(crashes),
              static_cast<unsigned long long>(resumed));
  EXPECT_GE(crashes * 10, seeds() * 8);
  EXPECT_GE(resumed * 4, crashes);
}

}  // namespace
}  // namespace weir::simulated::timers_test
