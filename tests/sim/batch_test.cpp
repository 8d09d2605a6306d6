// The node key `batch`: how many rows are handed on at once, and how long they wait for others.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::batch_test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Le;

constexpr const char* kHead = "weir: 1\nname: batches\n";
constexpr int64_t kHourNs = int64_t{3600} * 1'000'000'000;

struct Given {
  int64_t time_ms = 0;
  int64_t rows = 0;
};

/// One folder a test.
class Batches : public testing::Test {
 protected:
  const std::string folder_ =
      std::string("batches_") + testing::UnitTest::GetInstance()->current_test_info()->name();

  void SetUp() override { ASSERT_TRUE(make_dirs(sim().disk, folder_).is_ok()); }

  RunOutcome run(const std::string& nodes, uint32_t threads = 1) const {
    const auto executor = make_sim_executor(3, sim().clock);
    return run_in_process({.yaml = kHead + nodes, .directory = folder_, .threads = threads}, sim().host,
                          sim().catalog, *executor);
  }
  void complete(const std::string& nodes, uint32_t threads = 1) const {
    const int64_t began_ns = sim().clock.monotonic_ns();
    const RunOutcome outcome = run(nodes, threads);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    EXPECT_LT(sim().clock.monotonic_ns() - began_ns, kHourNs) << "it waited for a time-out at its end";
  }
  /// What the sink `tally` was given.
  std::vector<Given> given(const std::string& name = "out.txt") const {
    std::vector<Given> all;
    const auto read = read_all(sim().disk, folder_ + "/" + name);
    std::istringstream text(read.is_ok() ? *read : std::string());
    for (Given one; text >> one.time_ms >> one.rows;) all.push_back(one);
    return all;
  }
  std::vector<int64_t> rows(const std::string& name = "out.txt") const {
    std::vector<int64_t> all;
    for (const Given& one : given(name)) all.push_back(one.rows);
    return all;
  }
  static int64_t sum(const std::vector<int64_t>& numbers) {
    return std::accumulate(numbers.begin(), numbers.end(), int64_t{0});
  }
};

constexpr const char* kTally = "sinks:\n  out: {type: tally, inputs: numbers, path: out.txt}\n";

/// A row every 10 ms, or all at once where `more` says nothing of a rate.
std::string generator(int rows, const std::string& more) {
  return "sources:\n  numbers: {type: generator, rows: " + std::to_string(rows) +
         ", columns: {id: sequence, ts: {time: {start: 2025-01-01T00:00:00Z, step: 10ms}}}, " + more + "}\n";
}

TEST_F(Batches, WithoutTheKeyARowIsHandedOnWhenItComes) {
  complete(generator(20, "rate: 100") + kTally);
  EXPECT_THAT(rows(), testing::AllOf(testing::SizeIs(20), Each(1)));
}

TEST_F(Batches, RowsWaitForOthersUntilTheTimeOutOfTheOldestIsOver) {
  // 45, so that the sixth row never comes at the same moment.
  complete(generator(50, "rate: 100, batch: {timeout: 45ms}") + kTally);
  EXPECT_THAT(rows(), testing::AllOf(testing::SizeIs(10), Each(5)));
  const std::vector<Given> all = given();
  for (size_t i = 1; i + 1 < all.size(); ++i) EXPECT_NEAR(all[i].time_ms - all[i - 1].time_ms, 50, 8);
  // The last ones do not wait: nothing follows them.
  EXPECT_LT(all.back().time_ms - all[all.size() - 2].time_ms, 50);
}

TEST_F(Batches, ATimeOfEachRowDoesNotPartThem) {
  complete(generator(50, "rate: 100, event_time: {column: ts, max_delay: 0s}, batch: {timeout: 45ms}") +
           kTally);
  EXPECT_THAT(rows(), testing::AllOf(testing::SizeIs(10), Each(5)));
}

TEST_F(Batches, AWatermarkWaitsNoLongerThanItsRows) {
  complete(generator(200, "rate: 100, event_time: {column: ts, max_delay: 0s}, batch: {timeout: 45ms}") +
           "transforms:\n  counts: {type: aggregate, inputs: numbers, window: {tumbling: 500ms}, "
           "compute: {n: count()}}\n"
           "sinks:\n  out: {type: tally, inputs: counts, path: out.txt}\n");
  const std::vector<Given> all = given();
  ASSERT_EQ(all.size(), 4U);
  EXPECT_NEAR(all[0].time_ms, 510, 70);
  EXPECT_NEAR(all[1].time_ms - all[0].time_ms, 500, 70);
}

TEST_F(Batches, ALargeBatchIsCut) {
  complete(generator(250, "batch: {rows: 100, timeout: 1h}") + kTally);
  EXPECT_THAT(rows(), ElementsAre(100, 100, 50));
}

TEST_F(Batches, ALargeBatchIsCutByItsBytes) {
  // 16 bytes a row.
  complete(generator(200, "batch: {bytes: 1KiB, timeout: 1h}") + kTally);
  EXPECT_THAT(rows(), ElementsAre(64, 64, 64, 8));
}

TEST_F(Batches, SmallBatchesBecomeOneBeforeASink) {
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", folder_ + "/topic", "", 0644).is_ok());
  // Its partitions give ten rows at a time, in no order.
  complete(
      "sources:\n  numbers: {type: feed, topic: topic, partitions: 3, rows: 100, keys: 3, seed: 4, "
      "batch_rows: 10}\n"
      "sinks:\n  out: {type: tally, inputs: numbers, path: out.txt, batch: {rows: 75, timeout: 1h}}\n",
      2);
  EXPECT_THAT(rows(), ElementsAre(75, 75, 75, 75));
}

TEST_F(Batches, BehindASourceABatchIsOfOnePartition) {
  ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", folder_ + "/topic", "", 0644).is_ok());
  complete(
      "sources:\n  numbers: {type: feed, topic: topic, partitions: 3, rows: 100, keys: 3, seed: 4, "
      "batch_rows: 10, "
      "batch: {rows: 75, timeout: 1h}}\n" +
      std::string(kTally));
  EXPECT_EQ(sum(rows()), 300);
  EXPECT_THAT(rows(), Each(Le(75)));
  EXPECT_GT(given().size(), 4U);
}

TEST_F(Batches, EachOutputIsGatheredByItself) {
  complete(generator(120, "rate: 100") +
           "transforms:\n  kinds: {type: route, inputs: numbers, routes: {few: \"id % 6 = 0\"}, "
           "batch: {rows: 10, timeout: 1h}}\n"
           "sinks:\n"
           "  few: {type: tally, inputs: kinds.few, path: few.txt}\n"
           "  rest: {type: tally, inputs: kinds.else, path: rest.txt}\n");
  EXPECT_THAT(rows("few.txt"), ElementsAre(10, 10));
  EXPECT_THAT(rows("rest.txt"), testing::AllOf(testing::SizeIs(10), Each(10)));
}

TEST_F(Batches, ACheckpointDoesNotWaitForTheTimeOut) {
  const RunOutcome outcome =
      run("checkpoint: {every: 100ms}\n" + generator(100, "rate: 100, batch: {timeout: 1h}") + kTally);
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  EXPECT_GE(outcome.checkpoints, 5U);
  EXPECT_GE(given().size(), 5U);
  EXPECT_EQ(sum(rows()), 100);
}

/// Asks to stop when a time has come.
class StopsAt final : public Executor {
 public:
  StopsAt(RunControl& control, int64_t at_ns) : control_(control), at_ns_(at_ns) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    if (!is_asked_ && sim().clock.monotonic_ns() >= at_ns_) {
      is_asked_ = true;
      return control_.request_stop();
    }
    inner_->wait(is_asked_ ? until_ns : std::min(until_ns, at_ns_));
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  RunControl& control_;
  const int64_t at_ns_;
  bool is_asked_ = false;
  const std::unique_ptr<Executor> inner_ = make_sim_executor(1, sim().clock);
};

TEST_F(Batches, AStopDoesNotWaitForTheTimeOutAndLosesNoRow) {
  RunControl control;
  const int64_t began_ns = sim().clock.monotonic_ns();
  StopsAt stopping(control, began_ns + 1'000'000'000);
  const std::string nodes = generator(0, "rate: 100, batch: {timeout: 1h}");
  const PipelineRun run{.yaml = kHead + nodes + kTally, .directory = folder_, .control = &control};
  const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, stopping);
  ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_LT(sim().clock.monotonic_ns() - began_ns, kHourNs);
  ASSERT_EQ(outcome.positions.size(), 1U);
  EXPECT_GT(outcome.positions[0].position, 50);
  EXPECT_EQ(sum(rows()), outcome.positions[0].position);
}

// ---- Whatever is gathered, the rows are those of the same pipeline without it. ---------------------------

constexpr int kRows = 6000;

std::string pipeline(bool has_batches) {
  const auto batch = [&](const std::string& text) {
    return has_batches ? ", batch: {" + text + "}" : std::string();
  };
  return std::string(kHead) +
         "checkpoint: {every: 1ms}\n"
         "sources:\n"
         "  events: {type: file, path: in.csv, chunk: 4KiB, event_time: {column: ts, max_delay: 10s}, "
         "format: {type: csv, header: false, columns: {ts: timestamp, user: string, id: int64}}" +
         batch("rows: 7, timeout: 2ms") +
         "}\n"
         "transforms:\n"
         "  some: {type: filter, inputs: events, where: \"id % 3 != 0\"" +
         batch("bytes: 300, timeout: 1h") +
         "}\n"
         "  users: {type: aggregate, inputs: some, by: [user], window: {tumbling: 1m}, "
         "compute: {n: count(), first: first(id), last: last(id)}" +
         batch("rows: 3, timeout: 5ms") +
         "}\n"
         "sinks:\n"
         "  kept: {type: file, inputs: some, path: kept.csv, format: csv" +
         batch("rows: 1000, timeout: 1h") +
         "}\n"
         "  windows: {type: file, inputs: users, path: windows.csv, format: csv" +
         batch("timeout: 3ms") + "}\n";
}

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

class BatchesAndCrashes : public testing::Test {
 protected:
  static RunOutcome run(const std::string& directory, bool has_batches, uint64_t seed) {
    const auto executor = make_sim_executor(seed, sim().clock);
    return run_in_process({.yaml = pipeline(has_batches),
                           .directory = directory,
                           .threads = 1 + static_cast<uint32_t>(seed % 3),
                           .edge_bytes = 4 << 10},
                          sim().host, sim().catalog, *executor);
  }
  static void begin(const std::string& directory) {
    ASSERT_TRUE(make_dirs(sim().disk, directory).is_ok());
    ASSERT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", directory + "/in.csv", input_text(), 0644)
            .is_ok());
  }
  static std::string output(const std::string& directory) {
    return sorted_lines_of(directory + "/kept.csv") + sorted_lines_of(directory + "/windows.csv");
  }
  static uint64_t seeds() {
    const char* const wanted = std::getenv("WEIR_SEEDS");
    return wanted == nullptr ? 40 : std::strtoull(wanted, nullptr, 10);
  }
};

TEST_F(BatchesAndCrashes, RowsAreTheSameWithoutBatchesAndWhateverCallOfTheDiskTheProcessDiesAt) {
  begin("batches");
  ASSERT_EQ(run("batches", false, 1).end, RunResult::kComplete);
  const std::string expected = output("batches");
  begin("batches_whole");
  const uint64_t before = sim().disk.call_count();
  const RunOutcome whole = run("batches_whole", true, 1);
  const uint64_t calls = sim().disk.call_count() - before;
  ASSERT_EQ(whole.end, RunResult::kComplete) << whole.status.message();
  EXPECT_GE(whole.checkpoints, 3U);
  ASSERT_EQ(output("batches_whole"), expected);

  uint64_t crashes = 0;
  SimRandom random(7);
  for (uint64_t seed = 1; seed <= seeds(); ++seed) {
    const std::string directory = "batches" + std::to_string(seed);
    begin(directory);
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(calls));
    bool is_complete = false;
    try {
      is_complete = run(directory, true, seed).end == RunResult::kComplete;
    } catch (const SimCrash&) {
    }
    sim().disk.crash_at_call(0);
    sim().disk.crash(seed);
    const RunOutcome rest = run(directory, true, seed + 1);
    ASSERT_EQ(rest.end, RunResult::kComplete) << "seed " << seed << ": " << rest.status.message();
    crashes += is_complete ? 0 : 1;
    ASSERT_EQ(output(directory), expected) << "seed " << seed;
  }
  EXPECT_GE(crashes * 10, seeds() * 5);
}

}  // namespace
}  // namespace weir::simulated::batch_test
