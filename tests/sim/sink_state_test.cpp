// What a sink keeps in a state ages and goes to files as what a transform keeps does, whichever step of the
// sink looked at it last.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/feed/feed_rows.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::sink_state_test {
namespace {

constexpr uint64_t kSeed = 4;

struct Pipeline {
  std::string feed;                // Its options: how many rows come, and when.
  std::string sink = "remember";   // With `looks_in`, a comma before it.
  std::string ttl = "8s";          // Between the pauses of a test.
  std::string checkpoints = "1h";  // None before the end.
  std::string more = {};           // Of the pipeline.
};

/// One folder a test and a step.
class SinkState : public testing::Test {
 protected:
  /// Returns what the sink has written.
  std::string lines_of(const Pipeline& pipeline) {
    folder_ = std::string("sink_state_") + testing::UnitTest::GetInstance()->current_test_info()->name() +
              std::to_string(++runs_);
    EXPECT_TRUE(make_dirs(sim().disk, folder_).is_ok());
    EXPECT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", folder_ + "/topic", "").is_ok());
    const std::string yaml =
        "weir: 1\nname: sink_state\n" + pipeline.more + "checkpoint: {every: " + pipeline.checkpoints +
        "}\nsources:\n  events: {type: feed, topic: topic, partitions: 1, seed: " + std::to_string(kSeed) +
        ", " + pipeline.feed + "}\nsinks:\n  out: {inputs: events, " +
        "by: key, path: out.txt, retry: {jitter: 0}, ttl: " + pipeline.ttl + ", type: " + pipeline.sink +
        "}\n";
    const auto executor = make_sim_executor(kSeed, sim().clock);
    const RunOutcome outcome = run_in_process({.yaml = yaml, .directory = folder_, .threads = 1}, sim().host,
                                              sim().catalog, *executor);
    EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    const auto text = read_all(sim().disk, folder_ + "/out.txt");
    EXPECT_TRUE(text.is_ok());
    return text.is_ok() ? *text : std::string();
  }
  /// What comes of `rows` rows of one key which is new at these.
  static std::string expected(int rows, const std::vector<int>& anew) {
    std::string lines;
    int64_t times = 0;
    for (int row = 0; row < rows; ++row) {
      const bool is_new = std::ranges::find(anew, row) != anew.end();
      times = is_new ? 1 : times + 1;
      lines += "p0k0 " + (is_new ? std::string("anew") : std::to_string(times)) + "\n";
    }
    return lines;
  }

  std::string folder_;

 private:
  int runs_ = 0;
};

/// Two batches of one row, so far apart.
std::string two_batches(const std::string& pause) {
  return "rows: 2, keys: 1, batch_rows: 1, pause: " + pause;
}

TEST_F(SinkState, AKeyIsNewAgainWhenTheClockIsBeyondItsAge) {
  EXPECT_EQ(lines_of({.feed = two_batches("10s")}), expected(2, {0, 1}));
}

TEST_F(SinkState, AKeyIsKnownWhenTheClockIsNotBeyondItsAge) {
  EXPECT_EQ(lines_of({.feed = two_batches("6s")}), expected(2, {0}));
}

/// Batches of ten seconds of event time, an hour of the clock apart.
constexpr const char* kTimedBatches =
    "rows: 160, keys: 1, batch_rows: 40, pause: 1h, event_time: {column: ts, max_delay: 1s}";

/// What came before the first watermark is as old as that, so the second batch is as early as the first.
TEST_F(SinkState, AKeyIsNewAgainWhenEventTimeIsBeyondItsAge) {
  EXPECT_EQ(lines_of({.feed = kTimedBatches, .ttl = "5s"}), expected(160, {0, 80, 120}));
}

TEST_F(SinkState, WithEventTimeTheClockDoesNotCount) {
  EXPECT_EQ(lines_of({.feed = kTimedBatches, .ttl = "1m"}), expected(160, {0}));
}

TEST_F(SinkState, GoesToFilesWhenMemoryIsTooSmallAndStaysRight) {
  constexpr uint64_t kRows = 100'000;
  constexpr uint64_t kKeys = 50'000;
  const size_t calls_before = sim().disk.call_count();
  const std::string lines = lines_of(
      {.feed = "rows: 100000, keys: 50000, batch_rows: 4096", .ttl = "1h", .more = "memory: 1MiB\n"});
  std::string wanted;
  std::map<std::string, int> times;
  for (uint64_t row = 0; row < kRows; ++row) {
    const std::string key = feed_row(kSeed, 0, row, kKeys).key;
    const int time = ++times[key];
    wanted += key + " " + (time == 1 ? "anew" : std::to_string(time)) + "\n";
  }
  EXPECT_TRUE(lines == wanted) << "some row is not what it was in memory";

  // Between its batches, and not only at the end.
  std::vector<std::string> calls = sim().disk.calls();
  calls.erase(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(calls_before));
  const auto spilled = std::ranges::find_if(calls, [this](const std::string& call) {
    return call.starts_with("write " + folder_ + "/state/spill/");
  });
  EXPECT_NE(std::find(spilled, calls.end(), "write " + folder_ + "/out.txt"), calls.end());
}

TEST_F(SinkState, TheTimeOfAKeyIsThatOfItsBatchWhateverWasLookedAtBeforeTheFirst) {
  for (const std::string sink : {"remember, looks_in: start", "remember_prepared, looks_in: start",
                                 "remember_prepared, looks_in: recover"}) {
    EXPECT_EQ(lines_of({.feed = two_batches("1s") + ", begins_after: 10s", .sink = sink}), expected(2, {0}))
        << sink;
  }
}

/// The one checkpoint between the batches comes when the key is still known.
TEST_F(SinkState, AKeyAgesAlsoWhenACheckpointLookedAtIt) {
  for (const std::string sink : {"remember, looks_in: flush", "remember_prepared, looks_in: prepare",
                                 "remember_prepared, looks_in: commit"}) {
    EXPECT_EQ(lines_of({.feed = two_batches("10s"), .sink = sink, .checkpoints = "6s"}), expected(2, {0, 1}))
        << sink;
  }
}

TEST_F(SinkState, AKeyAgesWhileABatchIsRefused) {
  EXPECT_EQ(lines_of({.feed = two_batches("1s"), .sink = "remember, looks_in: write"}), expected(2, {0, 1}));
}

}  // namespace
}  // namespace weir::simulated::sink_state_test
