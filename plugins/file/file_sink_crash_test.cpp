// The process dies at every single call of the disk, the power fails with it, and the output is the same. So
// it is when a call fails: the disk is full, or broken, and takes half of a write.
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>

#include "plugin_host/component_under_test.hpp"
#include "plugin_host/table.hpp"
#include "world/sim_disk.hpp"

namespace weir::file {
namespace {

using test::ComponentUnderTest;
using test::GivenInput;

constexpr int kRows = 6;
constexpr int kRowsPerCheckpoint = 2;

// What a host keeps: valid from the moment that it is written, whatever becomes of the process.
struct Manifest {
  std::string token;
  int rows = 0;
  bool is_there = false;
  bool is_final = false;
};

// Runs from the manifest to the end. Returns false when the process died or a call failed, which ends it too.
bool run(const std::string& yaml, bool is_bounded, Manifest& manifest) {
  ComponentUnderTest sink("file", yaml, GivenInput{"n: int64", is_bounded});
  if (test::has_crashed() || !sink.fault().empty()) return false;
  if (!sink.recover(manifest.is_there ? std::vector{manifest.token} : std::vector<std::string>()))
    return false;
  const auto checkpoint = [&](uint64_t epoch, int rows) {
    const auto token = sink.prepare(epoch);
    if (!token) return false;
    manifest = {*token, rows, true, epoch == UINT64_MAX};
    return sink.commit(*token);
  };
  for (int i = manifest.rows; i < kRows; ++i) {
    if (!sink.write(test::make_rows(sink.schema(), {{std::to_string(i)}}))) return false;
    if ((i + 1) % kRowsPerCheckpoint == 0 && !checkpoint(static_cast<uint64_t>(i), i + 1)) return false;
  }
  return manifest.is_final || checkpoint(UINT64_MAX, kRows);
}

// All files below /out as "name:content;".
std::string files_of(SimDisk& disk) {
  std::string text;
  const auto entries = disk.list("/out");
  if (!entries.is_ok()) return std::string(entries.status().message());
  for (const DirectoryEntry& entry : *entries) {
    std::string bytes(1000, '\0');
    bytes.resize(disk.open("/out/" + entry.name, OpenMode::kRead)
                     .value()
                     ->pread(bytes.data(), bytes.size(), 0)
                     .value());
    text += entry.name + ":" + bytes + ";";
  }
  return text;
}

void expect_same_after_any_crash(const std::string& yaml, bool is_bounded, const std::string& expected) {
  uint64_t calls = 0;
  {
    SimDisk disk;
    test::use_host(disk);
    Manifest manifest;
    ASSERT_TRUE(run(yaml, is_bounded, manifest));
    calls = disk.call_count();
    ASSERT_EQ(files_of(disk), expected);
  }
  for (uint64_t n = 1; n <= calls; ++n) {
    for (uint64_t seed = 0; seed < 3; ++seed) {
      SimDisk disk;
      test::use_host(disk);
      Manifest manifest;
      disk.crash_at_call(n);
      bool is_done = run(yaml, is_bounded, manifest);
      for (int tries = 0; !is_done && tries < 3; ++tries) {
        disk.crash(seed * 1000 + n);
        test::use_host(disk);
        is_done = run(yaml, is_bounded, manifest);
      }
      ASSERT_TRUE(is_done) << "call " << n << " of " << calls;
      disk.crash(seed * 1000 + n + 1);  // What was committed lasts: nobody would commit it again.
      ASSERT_EQ(files_of(disk), expected) << "call " << n << " of " << calls << ", seed " << seed;
    }
  }
}

// One call fails; the run ends with its fault, and the next one goes on, after a power loss or without one.
void expect_same_after_any_fault(const std::string& yaml, bool is_bounded, const std::string& expected) {
  uint64_t calls = 0;
  {
    SimDisk disk;
    test::use_host(disk);
    Manifest manifest;
    ASSERT_TRUE(run(yaml, is_bounded, manifest));
    calls = disk.call_count();
  }
  uint64_t faults = 0;
  for (uint64_t n = 1; n <= calls; ++n) {
    for (const int error : {EIO, ENOSPC}) {
      for (const bool is_power_lost : {false, true}) {
        SimDisk disk;
        test::use_host(disk);
        Manifest manifest;
        disk.fail_call(n, error);
        bool is_done = run(yaml, is_bounded, manifest);
        if (!is_done) ++faults;
        for (int tries = 0; !is_done && tries < 3; ++tries) {
          if (is_power_lost) disk.crash(n);
          test::use_host(disk);
          is_done = run(yaml, is_bounded, manifest);
        }
        ASSERT_TRUE(is_done) << "call " << n << " of " << calls << ": " << disk.calls().at(n - 1);
        disk.crash(n + 1);
        ASSERT_EQ(files_of(disk), expected)
            << "call " << n << " of " << calls << ": " << disk.calls().at(n - 1) << ", error " << error;
      }
    }
  }
  std::printf("%llu of %llu calls that failed ended the run\n", static_cast<unsigned long long>(faults),
              static_cast<unsigned long long>(4 * calls));
  EXPECT_GT(faults, calls);
}

struct Form {
  const char* name;
  const char* yaml;
  bool is_bounded;
  const char* expected;
};

class FileSinkCrash : public ::testing::TestWithParam<Form> {};

TEST_P(FileSinkCrash, AtAnyCallTheProcessMayDie) {
  expect_same_after_any_crash(GetParam().yaml, GetParam().is_bounded, GetParam().expected);
}

TEST_P(FileSinkCrash, AnyCallMayFail) {
  expect_same_after_any_fault(GetParam().yaml, GetParam().is_bounded, GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, FileSinkCrash,
    ::testing::Values(
        Form{"AWholeFile", "path: /out/x.csv\nformat: header", true, "x.csv:n\n0\n1\n2\n3\n4\n5\n;"},
        Form{"AFileForEachValue", "path: \"/out/{n}.csv\"\nformat: text", true,
             "0.csv:0\n;1.csv:1\n;2.csv:2\n;3.csv:3\n;4.csv:4\n;5.csv:5\n;"},
        Form{"Parts", "path: \"/out/{part}.csv\"\nformat: text", false,
             "000000-0.csv:0\n1\n;000001-0.csv:2\n3\n;000002-0.csv:4\n5\n;"},
        Form{"PartsOfEachValue", "path: \"/out/{n}-{part}.csv\"\nformat: text", false,
             "0-000000-0.csv:0\n;1-000000-0.csv:1\n;2-000001-0.csv:2\n;3-000001-0.csv:3\n;4-000002-0.csv:4\n;"
             "5-000002-0.csv:5\n;"},
        Form{"AFileThatGrowsInPlace", "path: /out/x.log\nformat: text", false, "x.log:0\n1\n2\n3\n4\n5\n;"}),
    [](const auto& form) { return std::string(form.param.name); });

}  // namespace
}  // namespace weir::file
