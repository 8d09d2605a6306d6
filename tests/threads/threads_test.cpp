// Whole pipelines on the executor of plain threads and the real disk: what the thread sanitizer looks at.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "plugin/library_scan.hpp"
#include "world/real_network.hpp"
#include "world/world.hpp"

namespace weir {
namespace {

constexpr uint32_t kThreads = 4;

struct RealWorld {
  World world = real_world();
  Logger log{world.clock, LogLevel::kOff, LogFormat::kText, [](std::string_view) {}};
  HostTable host{world, log};
  ComponentCatalog catalog{scan_libraries({WEIR_TEST_PLUGINS, WEIR_RACY_PLUGINS}), host};
};

RealWorld& real() {
  static auto* const world = std::make_unique<RealWorld>().release();
  return *world;
}

class Threads : public testing::Test {
 protected:
  Threads() : directory_(std::filesystem::path(testing::TempDir()) / ("weir-threads-" + name())) {
    std::filesystem::remove_all(directory_);
    std::filesystem::create_directories(directory_);
  }
  ~Threads() override { std::filesystem::remove_all(directory_); }

  RunOutcome run(const std::string& yaml, bool until_now = false) const {
    const auto executor = make_thread_executor(kThreads, real().world.clock);
    return run_in_process(
        {.yaml = yaml, .directory = directory_.string(), .threads = kThreads, .until_now = until_now},
        real().host, real().catalog, *executor);
  }
  void expect_complete(const std::string& yaml) const {
    const RunOutcome outcome = run(yaml);
    EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  }
  std::vector<std::string> sorted_lines(const std::string& file) const {
    std::ifstream text(directory_ / file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    std::ranges::sort(lines);
    return lines;
  }
  /// The next run begins anew.
  void forget() const { std::filesystem::remove_all(directory_ / "state"); }
  void write(const std::string& file, const std::string& text) const {
    std::ofstream(directory_ / file) << text;
  }

 private:
  static std::string name() { return testing::UnitTest::GetInstance()->current_test_info()->name(); }
  const std::filesystem::path directory_;
};

std::string events(int rows) {
  std::string text;
  for (int i = 0; i < rows; ++i) {
    text += "{\"ts\":\"2025-01-01T00:" + std::to_string(10 + i / 600 % 50) + ":00Z\",\"user\":\"u" +
            std::to_string(i * 7 % 13) + "\",\"x\":" + std::to_string(i % 101) + "}\n";
    if (i % 1000 == 999) text += "{not json\n";
  }
  return text;
}

TEST_F(Threads, RangesWindowsAndCheckpoints) {
  write("in.ndjson", events(20'000));
  expect_complete(R"(weir: 1
name: windows
checkpoint: {every: 1ms}
sources:
  events:
    type: file
    path: in.ndjson
    chunk: 16KiB
    format: {type: ndjson, columns: {ts: timestamp, user: string, x: int64}}
    event_time: {column: ts, max_delay: 1h}
transforms:
  per_minute:
    type: aggregate
    inputs: events
    by: [user]
    window: {tumbling: 1m}
    compute: {n: count(), p99: p99(x)}
  total: {type: aggregate, inputs: per_minute, compute: {n: sum(n)}}
sinks:
  out: {type: file, inputs: per_minute, path: out.csv, format: csv}
  total_out: {type: file, inputs: total, path: total.csv, format: csv}
  bad: {type: file, inputs: events.errors, path: bad.csv, format: csv}
)");
  EXPECT_EQ(sorted_lines("total.csv"), (std::vector<std::string>{"20000", "n"}));
  EXPECT_EQ(sorted_lines("bad.csv").size(), 1U + 20);
  EXPECT_GT(sorted_lines("out.csv").size(), 13U);
}

TEST_F(Threads, ARunUntilNowGivesTheWindowsThatItCloses) {
  write("in.ndjson", events(20'000));
  for (int time = 0; time < 20; ++time) {
    forget();
    const RunOutcome outcome = run(R"(weir: 1
name: until_now)" + std::to_string(time) +
                                       R"(
sources:
  events:
    type: file
    path: in.ndjson
    follow: true
    chunk: 16KiB
    format: {type: ndjson, columns: {ts: timestamp, user: string, x: int64}}
    event_time: {column: ts, max_delay: 1m}
transforms:
  per_minute: {type: aggregate, inputs: events, window: {tumbling: 1m}, compute: {n: count()}}
sinks:
  out: {type: file, inputs: per_minute, path: out)" +
                                       std::to_string(time) + R"(.csv, format: csv}
)",
                                   true);
    ASSERT_EQ(outcome.end, RunResult::kStopped) << outcome.status.message();
    // 20,000 rows, 600 a minute: the last of 34 minutes and the one before are open.
    ASSERT_EQ(sorted_lines("out" + std::to_string(time) + ".csv").size(), 1U + 32);
  }
}

TEST_F(Threads, FanOutAndFanIn) {
  expect_complete(R"(weir: 1
name: diamond
sources:
  made: {type: generator, rows: 30000, seed: 7, columns: {id: sequence, user: {zipf: {n: 100}}}}
transforms:
  parts: {type: route, inputs: made, routes: {odd: id % 2 = 1}}
  tagged: {type: map, inputs: parts.odd, set: {tag: "'odd'"}}
  plain: {type: map, inputs: parts.else, set: {tag: "'even'"}}
  both: {type: merge, inputs: [tagged, plain]}
  counted: {type: aggregate, inputs: both, by: [tag], compute: {n: count(), users: distinct(user)}}
sinks:
  kept: {type: file, inputs: counted, path: out.csv, format: csv}
  gone: {type: blackhole, inputs: both}
)");
  EXPECT_EQ(sorted_lines("out.csv").size(), 3U);
}

TEST_F(Threads, SortsAndLimits) {
  expect_complete(R"(weir: 1
name: sorted
sources:
  made: {type: generator, rows: 20000, seed: 7, columns: {id: sequence, x: {lognormal: {mu: 3, sigma: 1}}}}
transforms:
  ordered: {type: sort, inputs: made, by: [x]}
  head: {type: limit, inputs: ordered, rows: 10}
sinks:
  kept: {type: file, inputs: head, path: out.csv, format: csv}
)");
  EXPECT_EQ(sorted_lines("out.csv").size(), 11U);
}

TEST_F(Threads, AComponentsOwnThreadMayMakeWhatTheHostAllowsAnyThread) {
  expect_complete(R"(weir: 1
name: own_thread
sources:
  made: {type: own_thread, rows: 2000}
transforms:
  counted: {type: aggregate, inputs: made, compute: {rows: count(), total: sum(n)}}
sinks:
  kept: {type: file, inputs: counted, path: out.csv, format: csv}
)");
  EXPECT_EQ(sorted_lines("out.csv"), (std::vector<std::string>{"2000,1999000", "rows,total"}));
}

#ifdef __SANITIZE_THREAD__
/// Run by itself, and must be ended by the sanitizer: two copies write one variable.
TEST_F(Threads, DISABLED_PlantedRace) {
  write("in.ndjson", events(20'000));
  expect_complete(R"(weir: 1
name: planted
sources:
  events:
    type: file
    path: in.ndjson
    chunk: 16KiB
    format: {type: ndjson, columns: {ts: timestamp, user: string, x: int64}}
transforms:
  counted: {type: racy, inputs: events}
sinks:
  gone: {type: blackhole, inputs: counted}
  bad: {type: blackhole, inputs: events.errors}
)");
}
#endif

}  // namespace
}  // namespace weir
