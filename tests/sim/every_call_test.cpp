// Every call of the disk fails once, or the process dies there: the output is right, or the run says what is
// wrong and the next one completes it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "in_process/pipeline_run.hpp"
#include "sim/sim_world.hpp"
#include "sim/sorted_lines.hpp"
#include "world/sim_crash.hpp"
#include "world/whole_file.hpp"

namespace weir::simulated::every_call_test {
namespace {

struct Pipeline {
  const char* name;
  const char* yaml;
  const char* step;  ///< One that it is there for, which an undisturbed run takes some times.
  friend void PrintTo(const Pipeline& one, std::ostream* out) { *out << one.name; }
};

/// State, an exchange, a file that is renamed at the end, parts at each checkpoint, and one that grows.
constexpr Pipeline kThreeSinks{"three_sinks", R"(weir: 1
name: calls
checkpoint: {every: 1ms}
sources:
  events: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {key: string, x: int64}}}
  endless: {type: feed, topic: topic, partitions: 2, rows: 200, keys: 3, seed: 7, batch_rows: 10, event_time: {column: ts, max_delay: 1s}}
transforms:
  totals: {type: aggregate, inputs: events, by: [key], compute: {n: count(), x: sum(x)}}
  windows: {type: aggregate, inputs: endless, by: [key], window: {tumbling: 10s}, compute: {n: count()}}
sinks:
  whole: {type: file, inputs: totals, path: whole.csv, format: csv}
  parts: {type: file, inputs: windows, path: "parts/{part}.csv", format: {type: csv, header: false}}
  grown: {type: file, inputs: endless, path: grown.csv, format: csv, columns: [key, seq]}
)",
                               "checkpoint.manifest.rename"};

/// Two regions with checkpoints of their own, and between them files that are sealed, followed by others,
/// read and taken away.
constexpr Pipeline kBuffered{"buffered", R"(weir: 1
name: calls
checkpoint: {every: 1ms}
sources:
  events: {type: file, path: in.csv, chunk: 512B, format: {type: csv, columns: {key: string, x: int64}}}
transforms:
  totals: {type: aggregate, inputs: events, buffer: {disk: 32KiB}, by: [key], compute: {n: count(), x: sum(x)}}
sinks:
  whole: {type: file, inputs: totals, path: whole.csv, format: csv}
  grown: {type: file, inputs: events, path: grown.csv, format: csv}
)",
                             "buffer.segment.unlink"};

const std::string kDirectory = "calls";

#ifdef WEIR_SIM_FEW_SEEDS
constexpr uint64_t kStride = 7;
#else
constexpr uint64_t kStride = 1;
#endif

enum class Damage { kInputOutput, kNoSpace, kDeath };
constexpr Damage kDamages[] = {Damage::kInputOutput, Damage::kNoSpace, Damage::kDeath};

class EveryCall : public testing::TestWithParam<Pipeline> {
 protected:
  EveryCall() {
    begin_anew();
    auto bound =
        BoundRun::bind({.yaml = GetParam().yaml, .directory = kDirectory}, world_.host, world_.catalog);
    WEIR_CHECK(bound.is_ok());
    bound_ = std::make_unique<BoundRun>(std::move(bound).value());
  }

  void begin_anew() {
    world_.faults.clear();
    world_.disk.format();
    WEIR_CHECK(make_dirs(world_.disk, kDirectory).is_ok());
    std::string text = "key,x\n";
    for (int i = 0; i < 2000; ++i) text += "k" + std::to_string(i % 7) + "," + std::to_string(i) + "\n";
    for (const auto& [path, bytes] : {std::pair("/in.csv", text), std::pair("/topic", std::string())}) {
      WEIR_CHECK(write_atomic(world_.disk, world_.faults, "test.input", kDirectory + path, bytes).is_ok());
    }
  }

  /// Returns nothing when the process died.
  std::optional<RunOutcome> run() {
    std::optional<RunOutcome> outcome;
    try {
      const auto executor = make_sim_executor(1, world_.clock);
      outcome = bound_->run({.yaml = {}, .directory = kDirectory, .threads = 2, .edge_bytes = 1024},
                            world_.host, *executor);
    } catch (const SimCrash&) {
    }
    if (!world_.disk.is_off()) return outcome;
    world_.disk.crash_at_call(0);
    world_.disk.crash(1);
    return std::nullopt;
  }

  void arm(Damage damage, uint64_t call) {
    const uint64_t number = world_.disk.call_count() + call;
    if (damage == Damage::kDeath) {
      world_.disk.crash_at_call(number);
    } else {
      world_.disk.fail_call(number, damage == Damage::kNoSpace ? ENOSPC : EIO);
    }
  }

  std::string output() {
    std::string parts;
    const auto entries = world_.disk.list(kDirectory + "/parts");
    for (const DirectoryEntry& entry : entries.is_ok() ? *entries : std::vector<DirectoryEntry>()) {
      if (!entry.name.starts_with(".")) parts += text_of("parts/" + entry.name);
    }
    return sorted_lines(text_of("whole.csv")) + sorted_lines(text_of("grown.csv")) + sorted_lines(parts);
  }

  std::string text_of(const std::string& path) {
    auto text = read_all(world_.disk, kDirectory + "/" + path);
    return text.is_ok() ? std::move(text).value() : std::string(text.status().message());
  }

  /// Runs with every call from `begin` on damaged in turn, in a world that `prepare` has made.
  template <class Prepare>
  void damage_every_call(const char* what, Prepare&& prepare, const std::string& expected) {
    int failed = 0;
    int died = 0;
    int unharmed = 0;
    for (const Damage damage : kDamages) {
      for (uint64_t call = 1;; call += kStride) {
        prepare();
        arm(damage, call);
        const uint64_t last = world_.disk.call_count() + call;
        std::optional<RunOutcome> outcome = run();
        if (world_.disk.call_count() < last && outcome) break;
        const std::string where = std::string(what) + ", call " + std::to_string(call);
        if (!outcome) ++died;
        if (outcome && outcome->end != RunResult::kComplete) {
          ++failed;
          EXPECT_THAT(outcome->status.message(), testing::HasSubstr("'" + kDirectory)) << where;
        }
        if (outcome && outcome->end == RunResult::kComplete) ++unharmed;
        if (!outcome || outcome->end != RunResult::kComplete) {
          outcome = run();
          ASSERT_TRUE(outcome && outcome->end == RunResult::kComplete)
              << where << ": " << (outcome ? outcome->status.message() : "it died");
        }
        world_.disk.crash(call);
        ASSERT_EQ(output(), expected) << where;
      }
    }
    std::printf("%s: %d runs failed and said why, %d died, %d did without the call\n", what, failed, died,
                unharmed);
    EXPECT_GT(failed, 0);
    EXPECT_GT(died, 0);
  }

  SimWorld& world_ = weir::sim();
  std::unique_ptr<BoundRun> bound_;
};

TEST_P(EveryCall, OfAWholeRunMayFail) {
  begin_anew();
  world_.faults.record();
  const std::optional<RunOutcome> undisturbed = run();
  ASSERT_EQ(undisturbed->end, RunResult::kComplete) << undisturbed->status.message();
  ASSERT_GE(undisturbed->checkpoints, 3U);
  const auto hits = world_.faults.hits();
  ASSERT_TRUE(hits.contains(GetParam().step) && hits.find(GetParam().step)->second >= 2)
      << GetParam().step << " is not part of the run";
  const std::string expected = output();
  damage_every_call("a run", [this] { begin_anew(); }, expected);
}

TEST_P(EveryCall, OfARecoveryMayFail) {
  begin_anew();
  const uint64_t before = world_.disk.call_count();
  ASSERT_EQ(run()->end, RunResult::kComplete);
  const uint64_t calls = world_.disk.call_count() - before;
  const std::string expected = output();
  const auto die_half_way = [&] {
    begin_anew();
    arm(Damage::kDeath, calls / 2);
    WEIR_CHECK(!run());
  };
  damage_every_call("a recovery", die_half_way, expected);
}

INSTANTIATE_TEST_SUITE_P(Of, EveryCall, testing::Values(kThreeSinks, kBuffered),
                         [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace weir::simulated::every_call_test
