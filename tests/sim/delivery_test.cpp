// What a path that is less than exactly-once keeps through crashes: with at_least_once no row is missing,
// with at_most_once none is there twice.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/random.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::delivery_test {
namespace {

constexpr int kRows = 2'000;

/// A source that can be read again, and a sink without transactions.
constexpr const char* kAtLeastOnce = R"(weir: 1
name: again
delivery: at_least_once
checkpoint: {every: 1ms}
sources:
  events: {type: feed, topic: topic, partitions: 1, rows: 2000, keys: 3, seed: 5, batch_rows: 20, pause: 1ms}
transforms:
  some: {type: filter, inputs: events, where: x >= 0}
sinks:
  out: {type: append_lines, inputs: some, column: seq, path: out.txt}
)";

/// A source that cannot, and nothing on the way that would give its rows a second time.
constexpr const char* kAtMostOnce = R"(weir: 1
name: once
delivery: at_most_once
checkpoint: {every: 1ms}
sources:
  events: {type: fleeting, topic: topic, rows: 2000, batch_rows: 20}
transforms:
  some: {type: filter, inputs: events, where: seq >= 0}
sinks:
  out: {type: append_lines, inputs: some, column: seq, path: out.txt}
)";

/// The same with something on the way that gives rows again: a buffer.
constexpr const char* kNeither = R"(weir: 1
name: neither
checkpoint: {every: 1ms}
sources:
  events: {type: fleeting, topic: topic, rows: 2000, batch_rows: 20}
sinks:
  out: {type: append_lines, inputs: events, buffer: {disk: 1MiB}, column: seq, path: out.txt}
)";

class Folder {
 public:
  Folder(std::string directory, const char* yaml) : directory_(std::move(directory)), yaml_(yaml) {
    EXPECT_TRUE(make_dirs(sim().disk, directory_).is_ok());
    EXPECT_TRUE(write_atomic(sim().disk, sim().faults, "test.input", directory_ + "/topic", "").is_ok());
  }
  /// Runs to the end, through a death at a call of the disk when `at_call` is not 0. Returns whether it died.
  bool run(uint64_t seed, uint64_t at_call = 0, const char* skipped = nullptr) {
    if (skipped != nullptr) sim().faults.arm(skipped, FaultMode::kSkip, FaultPoints::kEveryHit);
    if (at_call != 0) sim().disk.crash_at_call(sim().disk.call_count() + at_call);
    RunOutcome outcome;
    try {
      const auto executor = make_sim_executor(seed, sim().clock);
      outcome = run_in_process({.yaml = yaml_,
                                .directory = directory_,
                                .threads = 1 + static_cast<uint32_t>(seed % 3),
                                .edge_bytes = 4 << 10},
                               sim().host, sim().catalog, *executor);
    } catch (const SimCrash&) {
    }
    sim().faults.clear();
    sim().disk.crash_at_call(0);
    const bool has_died = sim().disk.is_off();
    if (has_died) sim().disk.crash(seed);
    EXPECT_TRUE(has_died || outcome.end == RunResult::kComplete) << outcome.status.message();
    return has_died;
  }
  /// How often each row came out.
  std::vector<int> times() const {
    std::vector<int> times(kRows, 0);
    const auto text = read_all(sim().disk, directory_ + "/out.txt");
    std::istringstream lines(text.is_ok() ? *text : std::string());
    for (std::string line; std::getline(lines, line);) {
      // A line that the power loss cut off is no row.
      const int seq = std::atoi(line.c_str());
      if (std::to_string(seq) == line && seq < kRows) ++times[static_cast<size_t>(seq)];
    }
    return times;
  }

 private:
  const std::string directory_;
  const std::string yaml_;
};

struct Came {
  int64_t crashes = 0;
  int64_t missing = 0;
  int64_t again = 0;
};

/// A hundred runs, each through up to three crashes.
Came crash_often(const char* name, const char* yaml, const char* skipped = nullptr) {
  Folder undisturbed(std::string(name) + "_undisturbed", yaml);
  const uint64_t before = sim().disk.call_count();
  undisturbed.run(1);
  const uint64_t calls = sim().disk.call_count() - before;
  EXPECT_EQ(undisturbed.times(), std::vector<int>(kRows, 1));
  Came came;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    Folder folder(name + std::to_string(seed), yaml);
    SimRandom random(seed);
    for (int run = 0; run < 3 && folder.run(seed, 1 + random.below(calls), skipped); ++run) ++came.crashes;
    folder.run(seed);
    const std::vector<int> times = folder.times();
    came.missing += std::ranges::count(times, 0);
    came.again += std::ranges::count_if(times, [](int count) { return count > 1; });
  }
  std::printf("%s: %lld crashes, %lld rows missing, %lld there again, of %d\n", name,
              static_cast<long long>(came.crashes), static_cast<long long>(came.missing),
              static_cast<long long>(came.again), 100 * kRows);
  EXPECT_GE(came.crashes, 100);
  return came;
}

TEST(Delivery, AtLeastOnceLosesNothing) {
  const Came came = crash_often("at_least_once", kAtLeastOnce);
  EXPECT_EQ(came.missing, 0);
  EXPECT_GT(came.again, 0) << "it would be exactly-once, and the test sees nothing";
}

TEST(Delivery, AtLeastOnceIsRedWhenTheSinkIsNotAskedToFlush) {
  EXPECT_GT(crash_often("unflushed", kAtLeastOnce, "sink.flush").missing, 0);
}

TEST(Delivery, AtMostOnceGivesNothingTwice) {
  const Came came = crash_often("at_most_once", kAtMostOnce);
  EXPECT_EQ(came.again, 0);
  EXPECT_GT(came.missing, 0) << "nothing was under way in any crash";
}

/// What at_most_once is refused for is there to be seen.
TEST(Delivery, ABufferBehindASourceThatCannotRepeatGivesSomeRowsTwice) {
  EXPECT_GT(crash_often("neither", kNeither).again, 0);
}

}  // namespace
}  // namespace weir::simulated::delivery_test
