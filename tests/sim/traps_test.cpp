// Traps that others fell into, one test each. What they have in common with the random pipelines is found
// there too; here each has its name and the shortest way to it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::traps_test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kPipeline = R"(weir: 1
name: traps
checkpoint: {every: 1ms}
sources:
  letters: {type: feed, topic: topic, partitions: 1, rows: 600, keys: 3, seed: 5, batch_rows: 5, event_time: {column: ts, max_delay: 1s}}
transforms:
  totals: {type: aggregate, inputs: letters, by: [key], window: {tumbling: 10s}, compute: {n: count()}}
sinks:
  grown: {type: file, inputs: letters, path: grown.csv, format: {type: csv, header: false}, columns: [seq]}
  windows: {type: file, inputs: totals, path: windows.csv, format: {type: csv, header: false}}
)";
const std::string kDirectory = "traps";

class Trap : public testing::Test {
 protected:
  Trap() {
    world_.faults.clear();
    world_.disk.format();
    WEIR_CHECK(make_dirs(world_.disk, kDirectory).is_ok());
    WEIR_CHECK(write_atomic(world_.disk, world_.faults, "test.input", kDirectory + "/topic", "").is_ok());
  }

  /// Runs until the end, or until the process dies; then the power was off for a moment.
  enum class Ended { kByItself, kByDeath };
  Ended run(const std::string& yaml = kPipeline, uint64_t power_seed = 1) {
    bool has_died = false;
    try {
      const auto executor = make_sim_executor(3, world_.clock);
      outcome_ = run_in_process({.yaml = yaml, .directory = kDirectory, .threads = 2, .edge_bytes = 1024},
                                world_.host, world_.catalog, *executor);
    } catch (const SimCrash&) {
      has_died = true;
    }
    world_.faults.clear();
    if (!has_died && !world_.disk.is_off()) return Ended::kByItself;
    world_.disk.crash(power_seed);
    return Ended::kByDeath;
  }

  void run_to_the_end() {
    ASSERT_EQ(run(), Ended::kByItself);
    ASSERT_EQ(outcome_.end, RunResult::kComplete) << outcome_.status.message();
  }

  void expect_every_row_once() {
    std::string expected;
    for (int i = 0; i < 600; ++i) expected += std::to_string(i) + "\n";
    EXPECT_EQ(read_all(world_.disk, kDirectory + "/grown.csv").value(), expected);
  }

  /// All files below the state directory, with what is in them.
  std::map<std::string, std::string> state() {
    std::map<std::string, std::string> files;
    add_files(kDirectory + "/state", files);
    return files;
  }

  void add_files(const std::string& directory, std::map<std::string, std::string>& files) {
    const auto entries = world_.disk.list(directory);
    for (const DirectoryEntry& entry : entries.is_ok() ? *entries : std::vector<DirectoryEntry>()) {
      const std::string path = directory + "/" + entry.name;
      if (entry.kind == FileInfo::Kind::kDirectory) {
        add_files(path, files);
      } else {
        files[path] = read_all(world_.disk, path).value();
      }
    }
  }

  SimWorld& world_ = weir::sim();
  RunOutcome outcome_;
};

TEST_F(Trap, AnOffsetIsNotAcknowledgedBeforeItsRowsAreDurable) {
  world_.faults.arm("checkpoint.manifest.write", FaultMode::kCrash, 3);
  ASSERT_EQ(run(), Ended::kByDeath);
  run_to_the_end();
  EXPECT_GT(outcome_.resumed_epoch, 0U);
  expect_every_row_once();
}

/// The test above can fail.
TEST_F(Trap, AnOffsetThatIsAcknowledgedEarlierLosesRows) {
  world_.faults.arm("source.durable.after_manifest", FaultMode::kSkip, FaultPoints::kEveryHit);
  world_.faults.arm("checkpoint.manifest.write", FaultMode::kCrash, 3);
  ASSERT_EQ(run(), Ended::kByDeath);
  run_to_the_end();
  EXPECT_LT(read_all(world_.disk, kDirectory + "/grown.csv")->size(), 2290U);
}

TEST_F(Trap, ATornTailIsCutOffAtTheNextStart) {
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    world_.disk.format();
    ASSERT_TRUE(make_dirs(world_.disk, kDirectory).is_ok());
    ASSERT_TRUE(write_atomic(world_.disk, world_.faults, "test.input", kDirectory + "/topic", "").is_ok());
    world_.faults.arm("checkpoint.manifest.write", FaultMode::kCrash, 2 + seed % 3);
    ASSERT_EQ(run(kPipeline, seed), Ended::kByDeath);
    run_to_the_end();
    expect_every_row_once();
  }
}

TEST_F(Trap, OfACheckpointAllIsSyncedBeforeItIsNamedAndTheOldOneGoesLast) {
  run_to_the_end();
  const std::vector<std::string> calls = world_.disk.calls();
  std::vector<std::string> manifests;  // Whose names are safe.
  bool is_last_gone = false;
  for (size_t i = 0; i < calls.size(); ++i) {
    const std::string& call = calls[i];
    if (call.starts_with("rename ") && call.ends_with(".manifest")) {
      const std::string from = call.substr(7, call.find(' ', 7) - 7);
      EXPECT_THAT(std::vector(calls.begin(), calls.begin() + static_cast<std::ptrdiff_t>(i)),
                  Contains("sync " + from));
      EXPECT_THAT(calls.at(i + 1), StartsWith("sync_dir "));
      EXPECT_FALSE(is_last_gone) << call;
      manifests.push_back(call.substr(call.rfind(' ') + 1));
    }
    // The newest goes only when nothing follows: the run is complete.
    if (call.starts_with("unlink ") && call.ends_with(".manifest") && call.substr(7) == manifests.back())
      is_last_gone = true;
  }
  EXPECT_TRUE(is_last_gone);
  EXPECT_GE(manifests.size(), 4U);
}

TEST_F(Trap, APipelineThatChangedDoesNotThrowTheBacklogAway) {
  world_.faults.arm("checkpoint.manifest.write", FaultMode::kCrash, 4);
  ASSERT_EQ(run(), Ended::kByDeath);
  const auto before = state();
  std::string changed = kPipeline;
  changed.replace(changed.find("tumbling: 10s"), 13, "tumbling: 20s");
  ASSERT_EQ(run(changed), Ended::kByItself);
  EXPECT_EQ(outcome_.end, RunResult::kFailed);
  EXPECT_THAT(outcome_.status.message(), HasSubstr("the pipeline has changed since checkpoint"));
  EXPECT_THAT(outcome_.status.message(), HasSubstr("--from-scratch"));
  EXPECT_EQ(state(), before);
  run_to_the_end();
  EXPECT_GT(outcome_.resumed_epoch, 0U);
  expect_every_row_once();
}

TEST_F(Trap, AFailedSyncIsNotTriedAgainOnTheSameFile) {
  for (const char* const name : {"sync", "sync_dir"}) {
    SCOPED_TRACE(name);
    world_.disk.format();
    ASSERT_TRUE(make_dirs(world_.disk, kDirectory).is_ok());
    ASSERT_TRUE(write_atomic(world_.disk, world_.faults, "test.input", kDirectory + "/topic", "").is_ok());
    const uint64_t begin = world_.disk.call_count();
    world_.disk.fail_next(name, EIO);
    ASSERT_EQ(run(), Ended::kByItself);
    ASSERT_EQ(outcome_.end, RunResult::kFailed);
    const std::vector<std::string> calls = world_.disk.calls();
    const auto first =
        std::find_if(calls.begin() + static_cast<std::ptrdiff_t>(begin), calls.end(),
                     [&](const std::string& call) { return call.starts_with(std::string(name) + " "); });
    ASSERT_NE(first, calls.end());
    EXPECT_THAT(outcome_.status.message(), HasSubstr(first->substr(first->find(' ') + 1)));
    if (std::string_view(name) == "sync") {
      const std::string path = first->substr(first->find(' ') + 1);
      EXPECT_EQ(std::count(first, calls.end(), "sync " + path), 1);
      EXPECT_EQ(std::count(first, calls.end(), "write " + path), 0);
    }
    world_.disk.crash(7);
    run_to_the_end();
    expect_every_row_once();
  }
}

}  // namespace
}  // namespace weir::simulated::traps_test
