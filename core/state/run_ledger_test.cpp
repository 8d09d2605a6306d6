#include "state/run_ledger.hpp"

#include <gtest/gtest.h>

#include "state/ledger_json.hpp"
#include "world/sim_crash.hpp"
#include "world/sim_disk.hpp"
#include "world/whole_file.hpp"

namespace weir {
namespace {

RunStart start_of(const std::string& run) {
  return {run, 1'700'000'000'000'000, "c0ffee", {{"libweir_file.so", "ab12"}}, {{"input", "data/\"x\"\n.gz"}},
          7};
}

RunEnd end_of(const std::string& run) {
  return {run,
          1'700'000'060'000'000,
          "failed",
          "sink 'report': no space",
          {{"events", "a.gz", 4096, "xxh3:01", 99, true}, {"events", "b.gz", std::nullopt, "", 0, false}},
          {{"report", "out/report.html"}},
          {{"events", 0, 100, 2}, {"report", 98, 0, 0}}};
}

struct Ledger {
  SimDisk disk;
  FaultPoints faults;
  RunLedger ledger{disk, faults, "/shop"};
};

TEST(RunLedger, GivesBackRunsInOrder) {
  Ledger at;
  EXPECT_TRUE(at.ledger.read()->runs.empty());
  ASSERT_TRUE(at.ledger.start(start_of("r1")).is_ok());
  ASSERT_TRUE(at.ledger.end(end_of("r1")).is_ok());
  ASSERT_TRUE(at.ledger.start(start_of("r2")).is_ok());
  const auto read = at.ledger.read();
  ASSERT_EQ(read->runs.size(), 2U);
  EXPECT_TRUE(read->notes.empty());
  EXPECT_EQ(read->runs[0].start, start_of("r1"));
  EXPECT_EQ(read->runs[0].end, end_of("r1"));
  EXPECT_EQ(read->runs[1].start, start_of("r2"));
  EXPECT_FALSE(read->runs[1].end.has_value());
}

TEST(RunLedger, LinesAreJsonThatOthersCanRead) {
  Ledger at;
  ASSERT_TRUE(at.ledger.start(start_of("r1")).is_ok());
  EXPECT_EQ(read_all(at.disk, "/shop/runs.ndjson").value(),
            R"({"event":"started","run":"r1","started_us":1700000000000000,"config_hash":"c0ffee",)"
            R"("plugins":{"libweir_file.so":"ab12"},"vars":{"input":"data/\"x\"\n.gz"},"from_epoch":7,)"
            R"("xxh3":"722ed87605772aca"})"
            "\n");
}

TEST(RunLedger, AHalfLineIsReportedAndHarmsNoOther) {
  Ledger at;
  ASSERT_TRUE(at.ledger.start(start_of("r1")).is_ok());
  const std::string whole = read_all(at.disk, "/shop/runs.ndjson").value();
  ASSERT_TRUE(
      write_atomic(at.disk, at.faults, "test", "/shop/runs.ndjson", whole + R"({"event":"en)").is_ok());
  auto read = at.ledger.read();
  ASSERT_EQ(read->runs.size(), 1U);
  ASSERT_EQ(read->notes.size(), 1U);
  EXPECT_TRUE(read->notes[0].starts_with("'/shop/runs.ndjson' line 2 (12 bytes) is left out: "))
      << read->notes[0];
  ASSERT_TRUE(at.ledger.end(end_of("r1")).is_ok());
  read = at.ledger.read();
  EXPECT_EQ(read->runs[0].end, end_of("r1"));
  EXPECT_EQ(read->notes.size(), 1U);
}

TEST(RunLedger, AnUnknownEventIsReported) {
  Ledger at;
  ASSERT_TRUE(at.ledger.start(start_of("r1")).is_ok());
  ASSERT_TRUE(write_atomic(at.disk, at.faults, "test", "/shop/runs.ndjson",
                           with_ledger_sum(R"({"event":"paused"})") + "\n")
                  .is_ok());
  EXPECT_EQ(at.ledger.read()->notes[0],
            "'/shop/runs.ndjson' line 1 (44 bytes) is left out: its event is 'paused', expected 'started' or "
            "'ended'");
}

TEST(RunLedger, WhatWasAddedSurvivesACrashAnywhere) {
  const auto live = [](SimDisk& disk, uint64_t crash_at) {
    FaultPoints faults;
    RunLedger ledger(disk, faults, "/shop");
    size_t added = 0;
    disk.crash_at_call(crash_at);
    try {
      for (const char* run : {"r1", "r2", "r3"}) {
        if (!ledger.start(start_of(run)).is_ok()) return added;
        ++added;
      }
    } catch (const SimCrash&) {
    }
    return added;
  };
  SimDisk undisturbed;
  EXPECT_EQ(live(undisturbed, UINT64_MAX), 3U);
  for (uint64_t call = 1; call <= undisturbed.call_count(); ++call) {
    for (uint64_t seed = 1; seed <= 10; ++seed) {
      Ledger at;
      const size_t added = live(at.disk, call);
      at.disk.crash(seed);
      ASSERT_GE(at.ledger.read()->runs.size(), added) << "call " << call << " seed " << seed;
      ASSERT_TRUE(at.ledger.start(start_of("next")).is_ok());
      EXPECT_EQ(at.ledger.read()->runs.back().start.run, "next");
    }
  }
}

TEST(RunLedger, EveryStepIsNeeded) {
  for (const char* step : {"ledger.write", "ledger.sync", "ledger.dir.sync"}) {
    bool is_missed = false;
    for (uint64_t seed = 1; seed <= 50 && !is_missed; ++seed) {
      Ledger at;
      at.faults.arm(step, FaultMode::kSkip, FaultPoints::kEveryHit);
      ASSERT_TRUE(at.ledger.start(start_of("r1")).is_ok());
      at.disk.crash(seed);
      is_missed = at.ledger.read()->runs.empty();
    }
    EXPECT_TRUE(is_missed) << step;
  }
}

}  // namespace
}  // namespace weir
