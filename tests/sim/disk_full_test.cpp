// A disk that is full for a while: sources stand still, nothing is lost, and the run goes on by itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::disk_full_test {
namespace {

constexpr int kRows = 6000;
constexpr const char* kPipeline = R"(weir: 1
name: full
checkpoint: {every: 1ms}
sources:
  numbers: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {k: int64, x: int64}}}
transforms:
  sums: {type: aggregate, inputs: numbers, by: [k], compute: {n: count(), x: sum(x)}}
sinks:
  out: {type: file, inputs: sums, path: out.csv, format: csv}
  rows: {type: file, inputs: numbers, path: rows.csv, format: csv}
)";

constexpr const char* kBuffered = R"(weir: 1
name: full
checkpoint: {every: 1ms}
sources:
  numbers: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {k: int64, x: int64}}}
sinks:
  out: {type: file, inputs: numbers, path: out.csv, format: csv}
  rows: {type: file, inputs: numbers, path: rows.csv, format: csv, buffer: {disk: 1MiB}}
)";

/// A folder of its own with the input, and what a run made of it.
class Full : public testing::Test {
 protected:
  void SetUp() override { folder_ = "full_" + std::to_string(++folders_); }

  void write_input(const std::string& first_rows = {}) {
    std::string text = "k,x\n" + first_rows;
    for (int i = 0; i < kRows; ++i) text += std::to_string(i % 7) + "," + std::to_string(i) + "\n";
    text += "no,number\n";
    ASSERT_TRUE(make_dirs(sim().disk, folder_).is_ok());
    ASSERT_TRUE(
        write_atomic(sim().disk, sim().faults, "test.input", folder_ + "/in.csv", text, 0644).is_ok());
  }
  RunOutcome run(DeadLetterStore* dead_letters = nullptr, const char* pipeline = kPipeline) {
    const auto executor = make_sim_executor(11, sim().clock);
    PipelineRun run{.yaml = pipeline, .directory = folder_, .threads = 2, .edge_bytes = 2048};
    run.dead_letters = dead_letters;
    return run_in_process(run, sim().host, sim().catalog, *executor);
  }
  /// The rows of both files, sorted: which of two copies gives its sums first is not said.
  std::string output() const {
    return sorted_lines_of(folder_ + "/out.csv") + sorted_lines_of(folder_ + "/rows.csv");
  }

  std::string folder_;
  static int folders_;
};
int Full::folders_ = 0;

/// The calls of an undisturbed run that a full disk lets fail, by their numbers counted from its beginning.
std::vector<uint64_t> calls_that_need_room(const std::vector<std::string>& calls, size_t from) {
  std::vector<uint64_t> found;
  for (size_t i = from; i < calls.size(); ++i)
    for (const char* const name : {"write ", "make_dir ", "rename "})
      if (calls[i].starts_with(name)) found.push_back(i - from + 1);
  return found;
}

TEST_F(Full, WhereverItHappensTheOutputIsThatOfAnUndisturbedRun) {
  write_input();
  const size_t before = sim().disk.call_count();
  ASSERT_EQ(run().end, RunResult::kComplete);
  const std::vector<uint64_t> calls = calls_that_need_room(sim().disk.calls(), before);
  const std::string expected = output();
  ASSERT_GT(expected.size(), size_t{kRows}) << expected;
  ASSERT_GE(calls.size(), 50U);
  SimRandom random(5);
  for (int round = 0; round < 80; ++round) {
    SetUp();
    write_input();
    const uint64_t first = sim().disk.call_count() + calls[random.below(calls.size())];
    sim().disk.fail_call(first, ENOSPC);
    const RunOutcome outcome = run();
    ASSERT_EQ(outcome.end, RunResult::kComplete)
        << sim().disk.calls()[first - 1] << ": " << outcome.node << ": " << outcome.status.message();
    ASSERT_GE(sim().disk.call_count(), first) << "the call that was to fail never came";
    ASSERT_EQ(output(), expected) << sim().disk.calls()[first - 1];
  }
  std::printf("%zu places, 80 of them tried\n", calls.size());
}

/// The calls that write rows into the buffer.
std::vector<uint64_t> appends(const std::vector<std::string>& calls, size_t from) {
  std::vector<uint64_t> found;
  for (size_t i = from; i < calls.size(); ++i)
    if (calls[i].starts_with("write ") && calls[i].find("/buffers/") != std::string::npos)
      found.push_back(i - from + 1);
  return found;
}

TEST_F(Full, ABufferThatFindsNoRoomStopsTheSourcesAndTheRunSaysSo) {
  write_input();
  const size_t before = sim().disk.call_count();
  ASSERT_EQ(run(nullptr, kBuffered).end, RunResult::kComplete);
  const std::vector<uint64_t> calls = appends(sim().disk.calls(), before);
  const std::string expected = output();
  ASSERT_GE(calls.size(), 10U) << "where are the buffers?";
  for (size_t at = 0; at < calls.size(); at += calls.size() / 10) {
    SetUp();
    write_input();
    sim().disk.fail_call(sim().disk.call_count() + calls[at], ENOSPC);
    std::set<uint64_t> rows_read;
    int looks = 0;
    PipelineRun full{.yaml = kBuffered, .directory = folder_, .threads = 2, .edge_bytes = 2048};
    full.watch = [&](const RunStatus& status) {
      if (!status.disk.is_full) return;
      ++looks;
      EXPECT_THAT(status.disk.reason, testing::StartsWith("buffer 'rows': "));
      rows_read.insert(status.metrics.nodes.front().rows_out);
    };
    const auto executor = make_sim_executor(11, sim().clock);
    const RunOutcome outcome = run_in_process(full, sim().host, sim().catalog, *executor);
    ASSERT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
    EXPECT_GE(looks, 3) << at;
    EXPECT_LE(rows_read.size(), 2U) << "sources went on";
    EXPECT_EQ(output(), expected);
  }
}

/// Has no room for the first row, nor at the next three tries.
class NarrowStore final : public NoDeadLetters {
 public:
  Status append(const Batch& rows) override {
    rows_ += rows.row_count();
    return flush();
  }
  Status flush() override {
    ++tries_;
    return tries_ <= 4 ? Status(Code::kNoSpace, "no room for dead letters") : Status();
  }
  size_t rows_ = 0;
  int tries_ = 0;
};

TEST_F(Full, RejectedRowsWaitForRoom) {
  write_input();
  NarrowStore store;
  const int64_t began_us = sim().clock.now_us();
  const RunOutcome outcome = run(&store);
  EXPECT_EQ(outcome.end, RunResult::kComplete) << outcome.status.message();
  EXPECT_EQ(store.rows_, 1U);
  EXPECT_GE(store.tries_, 5);
  EXPECT_GE(sim().clock.now_us() - began_us, 50'000 + 100'000 + 200'000 + 400'000);
}

/// Keeps count, and has no room for the mark of the first checkpoint.
class FirstCheckpointFull final : public NoDeadLetters {
 public:
  Status append(const Batch& rows) override {
    rows_ += rows.row_count();
    return {};
  }
  Result<std::string> make_safe() override {
    if (++marks_ == 2) {
      rows_at_fault_ = rows_;
      return Status(Code::kNoSpace, "no room for the mark");
    }
    return std::to_string(rows_);
  }
  Status cut_back_to(std::string_view mark) override {
    rows_ = static_cast<size_t>(std::atoll(std::string(mark).c_str()));
    return {};
  }
  size_t rows_ = 0;
  size_t rows_at_fault_ = 0;
  int marks_ = 0;  // The first is taken when the run begins.
};

TEST_F(Full, WhatAnAttemptWithoutACheckpointRejectedIsThereOnce) {
  write_input("no,number\n");
  FirstCheckpointFull store;
  EXPECT_EQ(run(&store).end, RunResult::kComplete);
  EXPECT_EQ(store.rows_at_fault_, 1U);
  EXPECT_EQ(store.rows_, 2U);
}

/// What is shown of a run that waits for room is what it had done.
TEST_F(Full, ARunThatWaitsForRoomShowsItsNodes) {
  write_input();
  FirstCheckpointFull store;
  const auto executor = make_sim_executor(11, sim().clock);
  PipelineRun run{.yaml = kPipeline, .directory = folder_, .threads = 2, .edge_bytes = 2048};
  run.dead_letters = &store;
  int looks = 0;
  run.watch = [&](const RunStatus& status) {
    if (!status.disk.is_full) return;
    ++looks;
    ASSERT_EQ(status.disk.reason, "no room for the mark");
    ASSERT_EQ(status.metrics.nodes.size(), 4U);
    EXPECT_EQ(status.metrics.nodes.front().name, "numbers");
    EXPECT_GT(status.metrics.nodes.front().rows_out, 0U);
  };
  EXPECT_EQ(run_in_process(run, sim().host, sim().catalog, *executor).end, RunResult::kComplete);
  EXPECT_GE(looks, 1);
}

TEST_F(Full, ARunThatNeedsMoreRoomThanThereWillBeFails) {
  write_input();
  class Never final : public NoDeadLetters {
   public:
    Result<std::string> make_safe() override {
      ++tries_;
      return Status(Code::kNoSpace, "no room for the mark");
    }
    int tries_ = 0;
  } store;
  const int64_t began_ns = sim().clock.monotonic_ns();
  const RunOutcome outcome = run(&store);
  EXPECT_EQ(outcome.end, RunResult::kFailed);
  EXPECT_EQ(outcome.status.message(), "no room for the mark");
  EXPECT_EQ(store.tries_, 8);
  EXPECT_GE(sim().clock.monotonic_ns() - began_ns, 60'000'000'000) << "somebody may make room";
}

}  // namespace
}  // namespace weir::simulated::disk_full_test
