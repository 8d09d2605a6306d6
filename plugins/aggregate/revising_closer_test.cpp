// Windows that are given more than once.
#include "revising_closer.hpp"

#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"
#include "window_node.hpp"

namespace weir::test {
namespace {

TEST(AllowedLateness, LateRowsReviseTheirWindowUntilItIsFinal) {
  WindowNode made("{by: [k], window: {tumbling: 1m}, allowed_lateness: 2m, compute: {n: count()}}");
  EXPECT_EQ(
      made.node.columns(),
      "window_start: timestamp, window_end: timestamp, k: string, n: int64, is_final: bool, revision: int64");
  EXPECT_EQ(made.node.binding().outputs[0].flags, uint32_t{WEIR_OUTPUT_REVISES});
  made.node.push({WindowNode::at("00:00:10", "a"), WindowNode::at("00:00:20", "b")});
  made.node.watermark(kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 1 | false | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | b | 1 | false | 0"}));
  made.node.push({WindowNode::at("00:00:30", "a"), WindowNode::at("00:01:30", "a")});
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 2 | false | 1"}));
  made.node.watermark(3 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 2 | true | 2",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | b | 1 | true | 1",
                                    "1970-01-01T00:01:00Z | 1970-01-01T00:02:00Z | a | 1 | false | 0"}));
  made.node.push({WindowNode::at("00:00:40", "a")});
  EXPECT_EQ(made.node.take(1), (Rows{"1970-01-01T00:00:40Z | a"}));
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:01:00Z | 1970-01-01T00:02:00Z | a | 1 | true | 1"}));
}

TEST(AllowedLateness, LateRowsReviseEachSlidingWindowThatStillTakesThem) {
  WindowNode made(
      "{by: [k], window: {sliding: {size: 10m, every: 5m}}, allowed_lateness: 5m, compute: {n: count()}}");
  EXPECT_EQ(made.node.binding().outputs[0].flags, uint32_t{WEIR_OUTPUT_REVISES});
  made.node.push({WindowNode::at("00:06:00", "a"), WindowNode::at("00:06:00", "b")});
  made.node.watermark(10 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 1 | false | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | b | 1 | false | 0"}));
  // The second is late for the window that ended at 00:05, and not for the next.
  made.node.push({WindowNode::at("00:07:00", "a"), WindowNode::at("00:04:00", "a")});
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 3 | false | 1"}));
  EXPECT_EQ(made.node.take(1), Rows{});
  made.node.watermark(15 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 3 | true | 2",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | b | 1 | true | 1",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 2 | false | 0",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | b | 1 | false | 0"}));
  made.node.push({WindowNode::at("00:04:00", "a"), WindowNode::at("00:09:00", "b")});
  EXPECT_EQ(made.node.take(1), (Rows{"1970-01-01T00:04:00Z | a"}));
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | b | 2 | false | 1"}));
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 2 | true | 1",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | b | 2 | true | 2"}));
}

TEST(AllowedLateness, SlidingWindowsThatWereOverLongAgoAreGivenOnce) {
  WindowNode made(
      "{by: [k], window: {sliding: {size: 6m, every: 4m}}, allowed_lateness: 2m, compute: {n: count()}}");
  made.node.push({WindowNode::at("00:01:00", "a"), WindowNode::at("00:05:00", "a"),
                  WindowNode::at("00:20:00", "a"), WindowNode::at("00:05:30", "b")});
  made.node.watermark(24 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1969-12-31T23:56:00Z | 1970-01-01T00:02:00Z | a | 1 | true | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:06:00Z | a | 2 | true | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:06:00Z | b | 1 | true | 0",
                                    "1970-01-01T00:04:00Z | 1970-01-01T00:10:00Z | a | 1 | true | 0",
                                    "1970-01-01T00:04:00Z | 1970-01-01T00:10:00Z | b | 1 | true | 0",
                                    "1970-01-01T00:16:00Z | 1970-01-01T00:22:00Z | a | 1 | true | 0"}));
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:20:00Z | 1970-01-01T00:26:00Z | a | 1 | true | 0"}));
}

TEST(AllowedLateness, ALateRowCanBeTheFirstOfASlidingWindow) {
  WindowNode made("{window: {sliding: {size: 10m, every: 5m}}, allowed_lateness: 1h, compute: {n: count()}}",
                  "t: timestamp");
  made.node.push({{"1970-01-01T00:50:00Z"}});
  made.node.watermark(40 * kMinute);
  EXPECT_EQ(made.node.take(), Rows{});
  made.node.push({{"1970-01-01T00:31:00Z"}});
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:25:00Z | 1970-01-01T00:35:00Z | 1 | false | 0",
                                    "1970-01-01T00:30:00Z | 1970-01-01T00:40:00Z | 1 | false | 0"}));
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:25:00Z | 1970-01-01T00:35:00Z | 1 | true | 1",
                                    "1970-01-01T00:30:00Z | 1970-01-01T00:40:00Z | 1 | true | 1",
                                    "1970-01-01T00:45:00Z | 1970-01-01T00:55:00Z | 1 | true | 0",
                                    "1970-01-01T00:50:00Z | 1970-01-01T01:00:00Z | 1 | true | 0"}));
}

TEST(AllowedLateness, LateRowsReviseSlidingWindowsBehindAnExchange) {
  // Also where a window has one pane, which is then as wide as the window.
  for (const std::string size : {"5m", "10m"}) {
    const std::string options = "{by: [k], window: {sliding: {size: " + size +
                                ", every: 5m}}, allowed_lateness: 5m, compute: {n: count()}}";
    WindowNode first(options, "t: timestamp, k: string", {.mode = WEIR_MODE_PARTIAL});
    WindowNode last(options, "t: timestamp, k: string", {.mode = WEIR_MODE_FINAL});
    const auto pass_on = [&] {
      for (Batch& batch : first.node.take_batches()) last.node.push(std::move(batch));
    };
    first.node.push({WindowNode::at("00:01:00", "a")});
    first.node.watermark(5 * kMinute);
    pass_on();
    last.node.watermark(5 * kMinute);
    const std::string start = size == "5m" ? "1970-01-01T00:00:00Z" : "1969-12-31T23:55:00Z";
    EXPECT_EQ(last.node.take(), (Rows{start + " | 1970-01-01T00:05:00Z | a | 1 | false | 0"})) << size;
    first.node.push({WindowNode::at("00:02:00", "a")});
    first.node.barrier();
    pass_on();
    EXPECT_EQ(last.node.take(), (Rows{start + " | 1970-01-01T00:05:00Z | a | 2 | false | 1"})) << size;
    last.node.watermark(10 * kMinute);
    const Rows rows = last.node.take();
    ASSERT_GE(rows.size(), 1U) << size;
    EXPECT_EQ(rows.front(), start + " | 1970-01-01T00:05:00Z | a | 2 | true | 2") << size;
    if (size == "10m") {
      EXPECT_EQ(rows.back(), "1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 2 | false | 0");
    }
  }
}

TEST(EarlyResults, GiveEachSlidingWindowThatHasChanged) {
  WindowNode made(
      "{by: [k], window: {sliding: {size: 10m, every: 5m}}, emit: {every: 10s}, compute: {n: count()}}");
  made.node.push({WindowNode::at("00:01:00", "a"), WindowNode::at("00:06:00", "a")});
  made.node.wake();
  EXPECT_EQ(made.node.take(), (Rows{"1969-12-31T23:55:00Z | 1970-01-01T00:05:00Z | a | 1 | false | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 2 | false | 0",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 1 | false | 0"}));
  made.node.push({WindowNode::at("00:07:00", "a")});
  made.node.watermark(5 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1969-12-31T23:55:00Z | 1970-01-01T00:05:00Z | a | 1 | true | 1"}));
  made.node.wake();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 3 | false | 1",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 2 | false | 1"}));
  made.node.watermark(10 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 3 | true | 2"}));
  made.node.push({WindowNode::at("00:12:00", "a")});
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 3 | true | 2",
                                    "1970-01-01T00:10:00Z | 1970-01-01T00:20:00Z | a | 1 | true | 0"}));
}

TEST(EarlyResults, GiveWhatHasChanged) {
  WindowNode made("{by: [k], window: {tumbling: 1m}, emit: {every: 10s}, compute: {n: count()}}");
  made.node.push({WindowNode::at("00:00:10", "a"), WindowNode::at("00:00:20", "b")});
  EXPECT_EQ(made.node.context().wake_at_ns, 1000 + 10'000'000'000);
  made.node.wake();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 1 | false | 0",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | b | 1 | false | 0"}));
  made.node.push({WindowNode::at("00:00:30", "a")});
  made.node.wake();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 2 | false | 1"}));
  made.node.watermark(kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | a | 2 | true | 2",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:01:00Z | b | 1 | true | 1"}));
}

TEST(EarlyResults, WorkWithoutWindowsOnEndlessInput) {
  NodeHarness node("aggregate", "{by: [k], emit: {every: 1s}, compute: {n: count()}}", "k: string",
                   {.is_bounded = false});
  ASSERT_EQ(node.fault(), "");
  node.push({{"a"}});
  node.wake();
  EXPECT_EQ(node.take(), (Rows{"a | 1 | false | 0"}));
  node.end();
  EXPECT_EQ(node.take(), (Rows{"a | 1 | true | 1"}));
}

}  // namespace
}  // namespace weir::test
