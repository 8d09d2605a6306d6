// A sink that cannot take rows for a while gets them later, each once, and is asked in growing intervals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::retry_test {
namespace {

constexpr int kRows = 3000;

/// One folder a test.
class Retry : public testing::Test {
 protected:
  const std::string folder_ =
      std::string("retry_") + testing::UnitTest::GetInstance()->current_test_info()->name();

  void SetUp() override {
    std::string text = "x\n";
    for (int i = 0; i < kRows; ++i) text += std::to_string(i) + "\n";
    ASSERT_TRUE(make_dirs(sim().disk, folder_).is_ok());
    ASSERT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", folder_ + "/in.csv", text, 0644).is_ok());
  }

  /// `sink`: the options of `reluctant` and `retry`.
  RunOutcome run(const std::string& sink, uint32_t threads = 1, const std::string& more = {}) {
    const std::string yaml =
        "weir: 1\nname: retry\ncheckpoint: {every: 300ms}\nsources:\n"
        "  numbers: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {x: int64}}}\n"
        "sinks:\n  out: {type: reluctant, inputs: numbers, path: out.txt, " +
        sink + "}\n" + more;
    const auto executor = make_sim_executor(3, sim().clock);
    return run_in_process({.yaml = yaml, .directory = folder_, .threads = threads, .edge_bytes = 2048},
                          sim().host, sim().catalog, *executor);
  }

  std::vector<int64_t> numbers_in(const std::string& name) const {
    std::vector<int64_t> numbers;
    std::istringstream text(read_all(sim().disk, folder_ + "/" + name).value());
    for (std::string line; std::getline(text, line);) numbers.push_back(std::stoll(line));
    return numbers;
  }
  void expect_each_row_once() const {
    std::vector<int64_t> rows = numbers_in("out.txt");
    std::ranges::sort(rows);
    ASSERT_EQ(rows.size(), static_cast<size_t>(kRows));
    for (int i = 0; i < kRows; ++i) ASSERT_EQ(rows[static_cast<size_t>(i)], i);
  }
  /// The tries before the first that succeeded.
  std::vector<int64_t> tries_until(int64_t time_ms) const {
    std::vector<int64_t> tries = numbers_in("out.txt.tries");
    std::erase_if(tries, [=](int64_t at_ms) { return at_ms >= time_ms; });
    return tries;
  }
};

TEST_F(Retry, ABatchThatWasNotTakenIsGivenAgainInGrowingIntervalsAndNotWhenInputWakesTheStage) {
  const RunOutcome outcome = run("refuses: write, for: 5s, retry: {jitter: 0}");
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  expect_each_row_once();
  const std::vector<int64_t> tries = tries_until(5000);
  ASSERT_EQ(tries.size(), 6U);
  const int64_t waits_ms[] = {100, 200, 400, 800, 1600};
  for (size_t i = 1; i < tries.size(); ++i) {
    EXPECT_GE(tries[i] - tries[i - 1], waits_ms[i - 1]);
    EXPECT_LE(tries[i] - tries[i - 1], waits_ms[i - 1] + 20);
  }
}

TEST_F(Retry, TheComponentsOwnTimeIsHonoured) {
  ASSERT_EQ(run("refuses: write, for: 5s, pause: 2s, retry: {jitter: 0}").end, RunResult::kComplete);
  expect_each_row_once();
  EXPECT_EQ(tries_until(5000).size(), 3U);
}

TEST_F(Retry, ACheckpointWaitsForASinkThatCannotPrepare) {
  const RunOutcome outcome = run("refuses: prepare, for: 3s");
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  expect_each_row_once();
  EXPECT_GE(tries_until(3000).size(), 3U);
}

TEST_F(Retry, ACommitIsRepeatedUntilItSucceeds) {
  const RunOutcome outcome = run("refuses: commit, for: 3s");
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  expect_each_row_once();
  EXPECT_GE(tries_until(3000).size(), 3U);
}

TEST_F(Retry, RowsThatNobodyTookInTimeAreRejectedWithTheSinksReason) {
  const RunOutcome outcome = run("refuses: write, for: 2s, retry: {jitter: 0, max_elapsed: 1s}", 1,
                                 "  bad: {type: file, inputs: out.errors, path: bad.ndjson, format: ndjson, "
                                 "columns: [code, message, raw]}\n");
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  const std::string bad = read_all(sim().disk, folder_ + "/bad.ndjson").value();
  EXPECT_THAT(bad,
              testing::StartsWith(
                  R"({"code":"retry-exhausted","message":"the door is shut: given up after 1 s","raw":)"));
  const auto rejected = static_cast<size_t>(std::ranges::count(bad, '\n'));
  EXPECT_EQ(rejected + numbers_in("out.txt").size(), static_cast<size_t>(kRows));
}

TEST_F(Retry, AWaitOfManySecondsIsNoStandstill) {
  const RunOutcome outcome = run("refuses: write, for: 3m");
  EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  expect_each_row_once();
}

TEST_F(Retry, WithOnErrorFailTheRunFails) {
  const RunOutcome outcome = run("refuses: write, for: 1h, on_error: fail, retry: {max_elapsed: 1s}");
  EXPECT_EQ(outcome.end, RunResult::kFailed);
  EXPECT_EQ(outcome.node, "out");
  EXPECT_THAT(std::string(outcome.status.message()),
              testing::StartsWith(
                  "a row was rejected, and on_error is fail:\n  the door is shut: given up after 1 s"));
}

TEST_F(Retry, TakenRowsThatCannotBeMadeDurableFailTheRun) {
  const RunOutcome outcome = run("refuses: prepare, for: 1h, retry: {max_elapsed: 2s}");
  EXPECT_EQ(outcome.end, RunResult::kFailed);
  EXPECT_EQ(outcome.status.message(), "the door is shut: given up after 2 s");
}

TEST_F(Retry, WhileASinkIsDownOneOfItsCopiesTriesForAll) {
  const RunOutcome outcome = run("refuses: write, for: 60s, retry: {jitter: 0, max: 1s, open_after: 4}", 3);
  ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  expect_each_row_once();
  // Three copies that each tried every second would come to 180.
  const size_t tries = tries_until(60'000).size();
  EXPECT_GE(tries, 55U);
  EXPECT_LE(tries, 70U);
}

}  // namespace
}  // namespace weir::simulated::retry_test
