// What becomes of time and of rows when a source has nothing for a while.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include <weir/test/node_harness.hpp>

namespace weir::test {
namespace {

constexpr int64_t kSecond = 1'000'000;

/// A pipeline of streams on the simulated machine.
class Streams {
 public:
  /// `nodes`: YAML of transforms; the rows of `result` and of `result.late` are kept.
  Streams(const std::string& event_time, const std::string& nodes) {
    const std::string test = "test: " + std::to_string(engine().id(test_.get()));
    std::string& yaml = yaml_;
    yaml = "weir: 1\nname: test\nsources:\n";
    for (const char* name : {"a", "b"})
      yaml += std::string("  ") + name + ": {type: test_stream, " + test + ", feed: " + name +
              ", columns: 't: timestamp'" + event_time + "}\n";
    yaml += "transforms:\n" + nodes + "sinks:\n";
    yaml += "  out: {type: test_store, inputs: result, " + test + ", into: out}\n";
    yaml += "  late: {type: test_store, inputs: result.late, " + test + ", into: late}\n";
    start();
  }

  /// The power fails behind a checkpoint.
  void restart() {
    const uint64_t before = engine().checkpoints(test_.get());
    engine().checkpoint(test_.get());
    run();
    EXPECT_GT(engine().checkpoints(test_.get()), before);
    engine().kill(test_.get(), 1);
    start();
  }
  void give(const std::string& stream, const std::string& time) {
    const Schema schema = Schema::parse("t: timestamp").value();
    const std::string rows = "[[\"2025-01-01T" + time + "Z\"]]";
    engine().give_rows(test_.get(), as_str(stream), rows_of(schema, rows).value().release());
    run();
  }
  void wait(int64_t seconds) {
    engine().advance(test_.get(), seconds * kSecond);
    run();
  }
  /// What came to `store` since the last call.
  std::string take(const std::string& store = "out") {
    std::string text;
    while (weir_batch* const taken = engine().take(test_.get(), as_str(store))) {
      const Batch batch = Batch::adopt(taken);
      engine().print_rows(engine().columns(test_.get(), as_str(store)), batch.get(), &append_text, &text);
    }
    return text;
  }

 private:
  void start() {
    std::string fault;
    EXPECT_EQ(engine().start(test_.get(), as_str(yaml_), &append_text, &fault), 0) << fault;
    run();
  }
  void run() {
    std::string fault;
    EXPECT_EQ(engine().run(test_.get(), 0, &append_text, &fault), WEIR_TEST_WAITING) << fault;
  }
  std::unique_ptr<weir_test, decltype(weir_test_kit::destroy)> test_{engine().create(as_str(std::string())),
                                                                     engine().destroy};
  std::string yaml_;
};

constexpr const char* kPerMinute =
    "  result: {type: aggregate, inputs: [a, b], window: {tumbling: 1m}, compute: {n: count()}}\n";

TEST(Silence, HoldsBackEveryWindowWithoutIdleAfter) {
  Streams streams(", event_time: {column: t, max_delay: 0s}", kPerMinute);
  streams.give("a", "00:02:00");
  streams.give("b", "00:00:20");
  streams.wait(3600);
  EXPECT_EQ(streams.take(), "");
}

TEST(Silence, OfOneSourceIsNotWaitedForAfterIdleAfter) {
  Streams streams(", event_time: {column: t, max_delay: 0s, idle_after: 30s}", kPerMinute);
  streams.give("a", "00:02:00");
  streams.give("b", "00:00:20");
  streams.wait(20);
  streams.give("a", "00:02:30");
  EXPECT_EQ(streams.take(), "");
  streams.wait(11);
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:00:00Z\", \"2025-01-01T00:01:00Z\", 1]]");
  // What comes now for that window is late by the clock; time waits for the source again.
  streams.give("b", "00:00:40");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:00:40Z\"]]");
  streams.give("a", "00:05:00");
  EXPECT_EQ(streams.take(), "");
  streams.give("b", "00:04:00");
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:02:00Z\", \"2025-01-01T00:03:00Z\", 2]]");
}

TEST(Silence, WhatItMadeLateIsLateAfterARestartToo) {
  Streams streams(", event_time: {column: t, max_delay: 0s, idle_after: 30s}", kPerMinute);
  streams.give("a", "00:02:00");
  streams.give("b", "00:00:20");
  streams.wait(20);
  streams.give("a", "00:02:30");
  streams.wait(11);
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:00:00Z\", \"2025-01-01T00:01:00Z\", 1]]");
  streams.restart();
  streams.give("b", "00:00:40");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:00:40Z\"]]");
  streams.give("a", "00:05:00");
  streams.give("b", "00:04:00");
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:02:00Z\", \"2025-01-01T00:03:00Z\", 2]]");
}

/// Windows that overlap share their rows: each holds all of its own.
TEST(Silence, OfASourceLosesNoRowOfSlidingWindowsAfterARestart) {
  Streams streams(", event_time: {column: t, max_delay: 0s, idle_after: 30s}",
                  "  result: {type: aggregate, inputs: [a, b], window: {sliding: {size: 2m, every: 1m}}, "
                  "compute: {n: count()}}\n");
  streams.give("a", "00:02:00");
  streams.give("b", "00:00:20");
  streams.wait(20);
  streams.give("a", "00:03:10");
  streams.wait(11);
  streams.take();
  streams.restart();
  streams.give("b", "00:00:40");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:00:40Z\"]]");
  streams.give("a", "00:05:00");
  streams.give("b", "00:05:00");
  EXPECT_THAT(streams.take(), testing::HasSubstr("[\"2025-01-01T00:02:00Z\", \"2025-01-01T00:04:00Z\", 2]"));
}

TEST(Silence, OfAllMovesNoTime) {
  Streams streams(", event_time: {column: t, max_delay: 0s, idle_after: 30s}", kPerMinute);
  streams.give("a", "00:00:50");
  streams.give("b", "00:00:20");
  streams.wait(3600);
  EXPECT_EQ(streams.take(), "");
  streams.give("a", "00:00:10");
  EXPECT_EQ(streams.take("late"), "");
}

/// What an aggregate keeps back of the watermark it does not keep back of silence.
TEST(Silence, GoesThroughWindowsThatAreOpen) {
  Streams streams(", event_time: {column: t, max_delay: 0s, idle_after: 30s}",
                  "  of_a: {type: aggregate, inputs: a, window: {tumbling: 1m}, compute: {n: count()}}\n"
                  "  of_b: {type: aggregate, inputs: b, window: {tumbling: 1m}, compute: {n: count()}}\n"
                  "  result: {type: aggregate, inputs: [of_a, of_b], window: {tumbling: 1m}, compute: {n: "
                  "sum(n)}}\n");
  streams.give("a", "00:00:10");
  streams.give("a", "00:02:30");
  streams.give("b", "00:00:20");
  streams.wait(20);
  streams.give("a", "00:02:40");
  EXPECT_EQ(streams.take(), "");
  streams.wait(11);
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:00:00Z\", \"2025-01-01T00:01:00Z\", 1]]");
  // The windows before are late now, also what b goes on with; time waits for its source again.
  streams.give("b", "00:01:10");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:00:00Z\", \"2025-01-01T00:01:00Z\", 1]]");
  streams.give("a", "00:05:00");
  EXPECT_EQ(streams.take(), "");
  streams.give("b", "00:04:00");
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:02:00Z\", \"2025-01-01T00:03:00Z\", 2]]");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:01:00Z\", \"2025-01-01T00:02:00Z\", 1]]");
}

TEST(Silence, IsKnownToATransformThatDeclaresEventTime) {
  Streams streams(
      "",
      "  timed: {type: filter, inputs: a, where: t IS NOT NULL, event_time: {column: t, max_delay: "
      "0s, idle_after: 30s}}\n"
      "  other: {type: filter, inputs: b, where: t IS NOT NULL, event_time: {column: t, max_delay: "
      "0s, idle_after: 30s}}\n"
      "  result: {type: aggregate, inputs: [timed, other], window: {tumbling: 1m}, compute: {n: "
      "count()}}\n");
  streams.give("b", "00:00:20");
  streams.give("a", "00:02:00");
  EXPECT_EQ(streams.take(), "");
  streams.wait(20);
  streams.give("a", "00:02:30");
  streams.wait(11);
  EXPECT_EQ(streams.take(), "[[\"2025-01-01T00:00:00Z\", \"2025-01-01T00:01:00Z\", 1]]");
  streams.give("b", "00:00:40");
  EXPECT_EQ(streams.take("late"), "[[\"2025-01-01T00:00:40Z\"]]");
}

TEST(Silence, OfAByteSourceHoldsBackNoWholeRecord) {
  NodeHarness node(decoder("ndjson", "columns: {x: int64}"));
  node.push_bytes("{\"x\": 1}\n{\"x\": 2}\n{\"x\":");
  EXPECT_THAT(node.pull(), IsBatch("[[1], [2]]"));
  node.push_bytes("3}\n");
  EXPECT_THAT(node.pull(), IsBatch("[[3]]"));
}

}  // namespace
}  // namespace weir::test
