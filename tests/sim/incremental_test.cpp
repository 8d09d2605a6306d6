// What a run reads when others have finished before it, and a run that ends where the input is now.
#include <gtest/gtest.h>
#include <xxhash.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::incremental_test {
namespace {

std::string pipeline(const std::string& source) {
  return "weir: 1\nname: steps\nsources:\n  in: {type: file, path: \"in/*.csv\", " + source +
         ", format: {type: csv, columns: {n: int64}}}\nsinks:\n"
         "  out: {type: file, inputs: in, path: \"out/{part}.csv\", format: csv}\n";
}

struct Steps {
  std::string directory;
  std::string source;

  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(make_dirs(sim().disk, directory + "/in").is_ok());
    auto file = sim().disk.open(directory + "/in/" + name, OpenMode::kUpdate).value();
    ASSERT_TRUE(file->truncate(0).is_ok());
    ASSERT_TRUE(file->pwrite(text.data(), text.size(), 0).is_ok());
    ASSERT_TRUE(file->sync().is_ok());
    ASSERT_TRUE(sim().disk.sync_dir(directory + "/in").is_ok());
  }
  RunOutcome run(uint64_t seed, bool until_now = false) const {
    const auto executor = make_sim_executor(seed, sim().clock);
    return run_in_process({.yaml = pipeline(source), .directory = directory, .until_now = until_now},
                          sim().host, sim().catalog, *executor);
  }
  /// Every row of every part so far, sorted.
  std::vector<int> rows() const {
    std::vector<int> all;
    const auto entries = sim().disk.list(directory + "/out");
    if (!entries.is_ok()) return all;
    for (const DirectoryEntry& entry : *entries) {
      if (entry.name.starts_with('.')) continue;
      std::istringstream text(read_all(sim().disk, directory + "/out/" + entry.name).value());
      std::string line;
      std::getline(text, line);
      while (std::getline(text, line)) all.push_back(std::stoi(line));
    }
    std::ranges::sort(all);
    return all;
  }
};

TEST(Incremental, ARunReadsOnlyWhatNoFinishedRunHasRead) {
  const Steps steps{"incremental", "incremental: true"};
  steps.write("a.csv", "n\n1\n2\n");
  ASSERT_EQ(steps.run(1).end, RunResult::kComplete);
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2}));
  ASSERT_EQ(steps.run(2).end, RunResult::kComplete);
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2}));
  steps.write("a.csv", "n\n1\n2\n3\n");
  steps.write("b.csv", "n\n10\n");
  ASSERT_EQ(steps.run(3).end, RunResult::kComplete);
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2, 3, 10}));
  // Another file of the same name is new from its beginning, and what is gone is nobody's loss.
  steps.write("a.csv", "n\n5\n");
  ASSERT_TRUE(sim().disk.unlink("incremental/in/b.csv").is_ok());
  ASSERT_EQ(steps.run(4).end, RunResult::kComplete);
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2, 3, 5, 10}));
}

TEST(Incremental, ACrashAtAnyCallOfTheDiskReadsNothingTwiceAndLeavesNothingOut) {
  uint64_t calls = 0;
  {
    const Steps steps{"incremental_calls", "incremental: true"};
    steps.write("a.csv", "n\n1\n2\n");
    ASSERT_EQ(steps.run(1).end, RunResult::kComplete);
    steps.write("a.csv", "n\n1\n2\n3\n");
    const uint64_t before = sim().disk.call_count();
    ASSERT_EQ(steps.run(2).end, RunResult::kComplete);
    calls = sim().disk.call_count() - before;
  }
  int crashes = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    const Steps steps{"incremental" + std::to_string(n), "incremental: true"};
    steps.write("a.csv", "n\n1\n2\n");
    ASSERT_EQ(steps.run(1).end, RunResult::kComplete);
    steps.write("a.csv", "n\n1\n2\n3\n");
    sim().disk.crash_at_call(sim().disk.call_count() + n);
    bool is_complete = false;
    try {
      is_complete = steps.run(2).end == RunResult::kComplete;
    } catch (const SimCrash&) {
    }
    EXPECT_TRUE(is_complete || sim().disk.is_off()) << "it failed without a crash";
    sim().disk.crash_at_call(0);
    sim().disk.crash(n);
    crashes += is_complete ? 0 : 1;
    ASSERT_EQ(steps.run(3).end, RunResult::kComplete) << "call " << n << " of " << calls;
    ASSERT_EQ(steps.run(4).end, RunResult::kComplete) << "call " << n << " of " << calls;
    ASSERT_EQ(steps.rows(), (std::vector<int>{1, 2, 3})) << "call " << n << " of " << calls;
  }
  EXPECT_GT(static_cast<uint64_t>(crashes) * 10, calls * 8);
}

/// A run whose `step` is left out, and that dies at `dies_at` if it is said, then a power loss, then another
/// run: does it read what was read, or not know?
bool is_step_missed(const std::string& step, uint64_t seed, const char* dies_at = nullptr) {
  const Steps steps{"incremental_" + step + std::to_string(seed), "incremental: true"};
  steps.write("a.csv", "n\n1\n2\n");
  sim().faults.arm(step, FaultMode::kSkip, FaultPoints::kEveryHit);
  if (dies_at != nullptr) sim().faults.arm(dies_at, FaultMode::kCrash);
  try {
    EXPECT_EQ(steps.run(1).end, RunResult::kComplete);
    EXPECT_EQ(dies_at, nullptr) << "it did not die";
  } catch (const SimCrash&) {
  }
  sim().faults.clear();
  sim().disk.crash(seed);
  return steps.run(2).end != RunResult::kComplete || steps.rows() != std::vector<int>{1, 2};
}

TEST(Incremental, EveryStepThatKeepsWhatWasReadIsNeeded) {
  for (const char* const step : {"finished.write", "finished.sync", "finished.rename", "finished.sync_dir"}) {
    bool is_missed = false;
    for (uint64_t seed = 1; seed <= 50 && !is_missed; ++seed) is_missed = is_step_missed(step, seed);
    EXPECT_TRUE(is_missed) << step;
  }
  bool is_missed = false;
  for (uint64_t seed = 1; seed <= 50; ++seed) {
    is_missed = is_missed || is_step_missed("finished.sync_before_rename", seed, "finished.sync");
    EXPECT_FALSE(is_step_missed("finished.close", seed));
  }
  EXPECT_TRUE(is_missed) << "its name before its bytes";
}

/// Whoever took it for damage and began anew would read everything twice.
TEST(Incremental, WhatANewerVersionHasReadIsNotTakenForDamage) {
  const Steps steps{"incremental_newer", "incremental: true"};
  steps.write("a.csv", "n\n1\n2\n");
  ASSERT_EQ(steps.run(1).end, RunResult::kComplete);
  const std::string path = "incremental_newer/state/finished";
  std::string bytes = read_all(sim().disk, path).value();
  bytes[8] = 9;
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test", path, bytes).is_ok());
  EXPECT_EQ(steps.run(2).status.message(),
            "'" + path +
                "', which says what earlier runs have read, is damaged: its sum does not match; to read "
                "everything again, run with --from-scratch");
  bytes.resize(bytes.size() - sizeof(uint64_t));
  const uint64_t sum = XXH3_64bits(bytes.data(), bytes.size());
  bytes.append(reinterpret_cast<const char*>(&sum), sizeof(sum));
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test", path, bytes).is_ok());
  EXPECT_EQ(steps.run(3).status.message(),
            "'" + path +
                "', which says what earlier runs have read, cannot be read: it has manifest format 9, this "
                "version of weir reads 1. Run the version that wrote it, or begin again with --from-scratch, "
                "which reads everything again");
}

TEST(UntilNow, ReadsWhatIsThereAndTheNextRunGoesOn) {
  const Steps steps{"until_now", "follow: true"};
  steps.write("a.csv", "n\n1\n2\n3");  // The last line has no end yet.
  RunOutcome outcome = steps.run(1, true);
  ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2}));
  steps.write("a.csv", "n\n1\n2\n33\n4\n");
  steps.write("b.csv", "n\n10\n");
  ASSERT_EQ(steps.run(2, true).end, RunResult::kStopped);
  EXPECT_EQ(steps.rows(), (std::vector<int>{1, 2, 4, 10, 33}));
}

/// Windows that the time of what is there closes are given by the run that reads it, however many lanes
/// decode.
TEST(UntilNow, GivesTheWindowsThatWhatIsThereCloses) {
  for (uint64_t seed = 1; seed <= 30; ++seed) {
    const std::string directory = "until_now_windows" + std::to_string(seed);
    const Steps steps{directory, "follow: true"};
    steps.write("a.csv", "t\n2025-01-01T00:10:00Z\n2025-01-01T00:20:00Z\n2025-01-01T01:15:00Z\n");
    const auto executor = make_sim_executor(seed, sim().clock);
    const RunOutcome outcome = run_in_process(
        {.yaml =
             "weir: 1\nname: open\nsources:\n  in: {type: file, path: \"in/*.csv\", follow: true, format: "
             "{type: csv, columns: {t: timestamp}}, event_time: {column: t, max_delay: 10m}}\n"
             "transforms:\n  n: {type: aggregate, inputs: in, window: {tumbling: 1h}, compute: {n: "
             "count()}}\n"
             "  only: {type: select, inputs: n, columns: [n]}\n"
             "sinks:\n  out: {type: file, inputs: only, path: \"out/{part}.csv\", format: csv}\n",
         .directory = directory,
         .threads = 1 + static_cast<uint32_t>(seed % 3),
         .until_now = true},
        sim().host, sim().catalog, *executor);
    ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    EXPECT_EQ(steps.rows(), std::vector<int>{2}) << "seed " << seed;
  }
}

}  // namespace
}  // namespace weir::simulated::incremental_test
