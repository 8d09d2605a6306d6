// A log that is rotated while it is followed: whatever moment the rotation comes at, and whatever call of the
// disk the process dies at, every line arrives exactly once.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/scripted_executor.hpp"
#include "sim/sim_world.hpp"
#include "world/random.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::follow_test {
namespace {

constexpr const char* kPipeline = R"(weir: 1
name: follow
checkpoint: {every: 1ms}
sources:
  log: {type: file, path: app.log, follow: true, chunk: 4KiB, format: {type: ndjson, columns: {n: int64}}}
sinks:
  out: {type: file, inputs: log, path: out.csv, format: csv}
)";
constexpr int kWritten = 30;  // The last of them only in part, before the rotation.
constexpr int kOld = 35;
constexpr int kAll = 45;

std::string lines(int from, int to) {
  std::string text;
  for (int i = from; i < to; ++i) text += "{\"n\":" + std::to_string(i) + "}\n";
  return text;
}

/// Who writes the log. Each step may be begun again.
class LogWriter {
 public:
  explicit LogWriter(std::string directory) : directory_(std::move(directory)) {
    EXPECT_TRUE(make_dirs(sim().disk, directory_).is_ok());
    const std::string text = lines(0, kWritten);
    put("app.log", text.substr(0, text.size() - 3));
  }

  void rotate() {
    while (step_ < 5) {
      step(step_);
      ++step_;
    }
  }
  bool has_rotated() const { return step_ == 5; }

 private:
  void step(int number) {
    switch (number) {
      case 0:  // The rest of the line that was there in part.
        return put("app.log", lines(0, kWritten));
      case 1:
        return put("app.log", lines(0, kOld - 2));
      case 2:
        ASSERT_TRUE(sim().disk.stat(path("app.log.1")).value().exists() ||
                    sim().disk.rename(path("app.log"), path("app.log.1")).is_ok());
        ASSERT_TRUE(sim().disk.sync_dir(directory_).is_ok());
        return;
      case 3:  // It had the old one open still.
        return put("app.log.1", lines(0, kOld));
      default:
        return put("app.log", lines(kOld, kAll));
    }
  }

  std::string path(const std::string& name) const { return directory_ + "/" + name; }
  void put(const std::string& name, const std::string& text) const {
    auto file = sim().disk.open(path(name), OpenMode::kUpdate);
    ASSERT_TRUE(file.is_ok());
    ASSERT_TRUE((*file)->pwrite(text.data(), text.size(), 0).is_ok());
    ASSERT_TRUE((*file)->sync().is_ok());
    ASSERT_TRUE((*file)->close().is_ok());
    ASSERT_TRUE(sim().disk.sync_dir(directory_).is_ok());
  }

  const std::string directory_;
  int step_ = 0;
};

std::vector<int> rows_in(const std::string& directory) {
  std::vector<int> rows;
  auto read = read_all(sim().disk, directory + "/out.csv");
  if (!read.is_ok()) return rows;
  size_t at = read->find('\n');
  while (at != std::string::npos && at + 1 < read->size()) {
    rows.push_back(std::atoi(read->c_str() + at + 1));
    at = read->find('\n', at + 1);
  }
  std::ranges::sort(rows);
  return rows;
}

std::vector<int> first_rows(int count) {
  std::vector<int> rows;
  for (int i = 0; i < count; ++i) rows.push_back(i);
  return rows;
}

struct Follow {
  std::string directory;
  uint64_t seed = 1;
  uint64_t waits = 0;
  std::function<void(uint64_t wait)> act = [](uint64_t) {};

  /// Until `rows` rows are out, or the process dies. Returns whether it stopped.
  bool until(size_t rows) {
    RunControl control;
    waits = 0;
    ScriptedExecutor executor(seed, sim().clock, [&] {
      act(++waits);
      if (waits >= 200'000U) control.request_stop();  // The second time it ends at once.
      ASSERT_LT(waits, 200'000U) << "only " << rows_in(directory).size() << " rows";
      if (control.stop_requests() == 0 && rows_in(directory).size() >= rows) control.request_stop();
    });
    const PipelineRun run{.yaml = kPipeline,
                          .directory = directory,
                          .threads = 1 + static_cast<uint32_t>(seed % 2),
                          .control = &control};
    try {
      const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, executor);
      return outcome.end == RunResult::kStopped;
    } catch (const SimCrash&) {
      return false;
    }
  }
};

TEST(Follow, ALineWaitsForItsEndAndARotationLosesAndRepeatsNothing) {
  LogWriter writer("follow/plain");
  Follow run{.directory = "follow/plain"};
  ASSERT_TRUE(run.until(kWritten - 1));
  EXPECT_EQ(rows_in(run.directory), first_rows(kWritten - 1));
  writer.rotate();
  ASSERT_TRUE(run.until(kAll));
  EXPECT_EQ(rows_in(run.directory), first_rows(kAll));
}

/// A run that has read what is there: from now on the log is known by its inode.
void begin(const std::string& directory) {
  Follow run{.directory = directory};
  ASSERT_TRUE(run.until(kWritten - 1));
}

TEST(Follow, ARotationMayComeAtAnyMoment) {
  for (uint64_t moment = 1; moment <= 40; ++moment) {
    const std::string directory = "follow/moment" + std::to_string(moment);
    LogWriter writer(directory);
    begin(directory);
    Follow run{.directory = directory, .seed = moment};
    run.act = [&](uint64_t wait) {
      if (wait == moment) writer.rotate();
    };
    ASSERT_TRUE(run.until(kAll)) << moment;
    ASSERT_EQ(rows_in(directory), first_rows(kAll)) << moment;
  }
}

TEST(Follow, TheProcessMayDieAtAnyCallOfTheDiskWhileTheLogIsRotated) {
  const auto rotating = [](const std::string& directory, LogWriter& writer) {
    Follow run{.directory = directory};
    run.act = [&](uint64_t wait) {
      if (wait == 2) writer.rotate();
    };
    return run.until(kAll);
  };
  uint64_t calls = 0;
  {
    LogWriter writer("follow/calls");
    begin("follow/calls");
    const uint64_t before = sim().disk.call_count();
    ASSERT_TRUE(rotating("follow/calls", writer));
    calls = sim().disk.call_count() - before;
  }
  int crashes = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    const std::string directory = "follow/call" + std::to_string(n);
    LogWriter writer(directory);
    begin(directory);
    sim().disk.crash_at_call(sim().disk.call_count() + n);
    bool is_complete = false;
    try {
      is_complete = rotating(directory, writer);
    } catch (const SimCrash&) {  // In the midst of the rotation.
    }
    crashes += is_complete ? 0 : 1;
    sim().disk.crash_at_call(0);
    sim().disk.crash(n);
    writer.rotate();
    Follow run{.directory = directory, .seed = n};
    ASSERT_TRUE(run.until(kAll)) << "call " << n << " of " << calls;
    ASSERT_EQ(rows_in(directory), first_rows(kAll)) << "call " << n << " of " << calls;
  }
  std::printf("%d crashes at %llu calls\n", crashes, static_cast<unsigned long long>(calls));
  EXPECT_GT(static_cast<uint64_t>(crashes) * 10, calls * 8);
}

TEST(Follow, BothAtRandomMoments) {
  SimRandom random(7);
  int crashes = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const std::string directory = "follow/seed" + std::to_string(seed);
    LogWriter writer(directory);
    begin(directory);
    Follow run{.directory = directory, .seed = seed};
    const uint64_t moment = random.below(30);
    run.act = [&](uint64_t wait) {
      if (wait == moment) writer.rotate();
    };
    sim().disk.crash_at_call(sim().disk.call_count() + 1 + random.below(200));
    bool is_stopped = false;
    try {
      is_stopped = run.until(kAll);
    } catch (const SimCrash&) {
    }
    sim().disk.crash_at_call(0);
    sim().disk.crash(seed);
    crashes += is_stopped ? 0 : 1;
    run.act = [](uint64_t) {};
    writer.rotate();
    ASSERT_TRUE(run.until(kAll)) << "seed " << seed;
    ASSERT_EQ(rows_in(directory), first_rows(kAll)) << "seed " << seed;
  }
  std::printf("%d crashes in 100 seeds\n", crashes);
  EXPECT_GE(crashes, 50);
}

TEST(Follow, AFileThatIsCutBeginsAnew) {
  LogWriter writer("follow/cut");
  Follow run{.directory = "follow/cut"};
  ASSERT_TRUE(run.until(kWritten - 1));
  const auto put = [](const std::string& text) {
    auto file = sim().disk.open("follow/cut/app.log", OpenMode::kCreate).value();
    ASSERT_TRUE(file->pwrite(text.data(), text.size(), 0).is_ok());
    ASSERT_TRUE(file->sync().is_ok());
  };
  put(lines(100, 103));
  ASSERT_TRUE(run.until(kWritten + 2));
  // As long as before, and more: other bytes tell.
  put(lines(200, 240));
  ASSERT_TRUE(run.until(kWritten + 42));
  std::vector<int> expected = first_rows(kWritten - 1);
  for (int i = 100; i < 103; ++i) expected.push_back(i);
  for (int i = 200; i < 240; ++i) expected.push_back(i);
  EXPECT_EQ(rows_in(run.directory), expected);
}

TEST(Follow, WithNothingToDoNoCheckpointsAreTaken) {
  LogWriter writer("follow/idle");
  RunControl control;
  const auto manifests = [] {
    return std::ranges::count_if(sim().disk.calls(), [](const std::string& call) {
      return call.starts_with("rename ") && call.ends_with(".manifest");
    });
  };
  int calm_waits = 0;
  int64_t before = 0;
  int64_t after = 0;
  ScriptedExecutor executor(1, sim().clock, [&] {
    if (rows_in("follow/idle").size() < kWritten - 1) return;
    ++calm_waits;
    if (calm_waits == 100) before = manifests();
    if (calm_waits < 3000) return;
    if (after == 0) after = manifests();
    control.request_stop();
  });
  const RunOutcome outcome =
      run_in_process({.yaml = kPipeline, .directory = "follow/idle", .threads = 1, .control = &control},
                     sim().host, sim().catalog, executor);
  EXPECT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
  EXPECT_GE(before, 1);
  EXPECT_EQ(after, before);
}

TEST(Follow, ALimitEndsASourceThatWouldNotEnd) {
  LogWriter writer("follow/limit");
  const auto executor = make_sim_executor(1, sim().clock);
  const PipelineRun run{
      .yaml =
          "weir: 1\nname: limit\nsources:\n"
          "  log: {type: file, path: app.log, follow: true, format: {type: ndjson, columns: {n: int64}}}\n"
          "transforms:\n  few: {type: limit, inputs: log, rows: 5}\n"
          "sinks:\n  out: {type: file, inputs: few, path: out.csv, format: csv}\n",
      .directory = "follow/limit",
      .threads = 2};
  const RunOutcome outcome = run_in_process(run, sim().host, sim().catalog, *executor);
  EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  EXPECT_EQ(rows_in("follow/limit"), first_rows(5));
}

/// Two logs of one time, each of some chunks, are there when the first run begins.
TEST(Follow, LogsWithABacklogAreNotLateForEachOther) {
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    const std::string directory = "backlog" + std::to_string(seed);
    ASSERT_TRUE(make_dirs(sim().disk, directory).is_ok());
    std::string text;
    for (int i = 0; i < 6000; ++i)
      text += "{\"t\":\"2025-01-01T00:" + std::to_string(10 + i / 600) + ":" + std::to_string(10 + i % 50) +
              "Z\"}\n";
    for (const char* const name : {"/a.log", "/b.log"}) {
      ASSERT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", directory + name, text).is_ok());
    }
    const auto executor = make_sim_executor(seed, sim().clock);
    const RunOutcome outcome = run_in_process(
        {.yaml =
             "weir: 1\nname: backlog\nsources:\n  logs: {type: file, path: \"*.log\", follow: true, chunk: "
             "4KiB, format: {type: ndjson, columns: {t: timestamp}}, event_time: {column: t, max_delay: "
             "1m}}\n"
             "transforms:\n  n: {type: aggregate, inputs: logs, window: {tumbling: 1m}, compute: {n: "
             "count()}}\n"
             "sinks:\n  out: {type: file, inputs: n, path: minutes.csv, format: csv}\n"
             "  late: {type: file, inputs: n.late, path: late.csv, format: csv}\n",
         .directory = directory,
         .threads = 1 + static_cast<uint32_t>(seed % 3),
         .edge_bytes = 8 << 10,
         .until_now = true},
        sim().host, sim().catalog, *executor);
    ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    const auto late = read_all(sim().disk, directory + "/late.csv");
    EXPECT_LE(late.is_ok() ? std::ranges::count(*late, '\n') : 0, 1) << "seed " << seed;
    const auto minutes = read_all(sim().disk, directory + "/minutes.csv");
    ASSERT_TRUE(minutes.is_ok()) << minutes.status().message();
    EXPECT_NE(minutes->find("2025-01-01T00:10:00Z,2025-01-01T00:11:00Z,1200"), std::string::npos) << *minutes;
  }
}

}  // namespace
}  // namespace weir::simulated::follow_test
