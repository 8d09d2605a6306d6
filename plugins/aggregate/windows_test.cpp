#include "windows.hpp"

#include <gtest/gtest.h>

#include <weir/date_text.hpp>

#include "node_harness/node_harness.hpp"
#include "window_node.hpp"

namespace weir::test {
namespace {

using namespace aggregates;

Rows calendar_windows(const std::string& unit, const std::string& zone,
                      const std::vector<std::string>& times) {
  WindowNode made("{window: {calendar: " + unit + ", timezone: " + zone + "}, compute: {n: count()}}",
                  "t: timestamp");
  Cells rows;
  for (const std::string& time : times) rows.push_back({time});
  made.node.push(rows);
  made.node.end();
  return made.node.take();
}

TEST(CalendarWindows, DaysFollowTheClocksOfTheirZone) {
  // In Berlin the 30th of March 2025 has 23 hours, the 26th of October 25.
  EXPECT_EQ(calendar_windows("day", "Europe/Berlin",
                             {"2025-03-29T22:59:59Z", "2025-03-29T23:00:00Z", "2025-03-30T21:59:59.999999Z",
                              "2025-03-30T22:00:00Z", "2025-10-25T22:00:00Z", "2025-10-26T22:59:59Z",
                              "2025-10-26T23:00:00Z"}),
            (Rows{"2025-03-28T23:00:00Z | 2025-03-29T23:00:00Z | 1",
                  "2025-03-29T23:00:00Z | 2025-03-30T22:00:00Z | 2",
                  "2025-03-30T22:00:00Z | 2025-03-31T22:00:00Z | 1",
                  "2025-10-25T22:00:00Z | 2025-10-26T23:00:00Z | 2",
                  "2025-10-26T23:00:00Z | 2025-10-27T23:00:00Z | 1"}));
}

TEST(CalendarWindows, ADayWithoutMidnightBeginsWhenTheClocksGoOn) {
  // In Sao Paulo clocks went from 00:00 to 01:00 on the 4th of November 2018.
  EXPECT_EQ(calendar_windows("day", "America/Sao_Paulo",
                             {"2018-11-04T02:59:59Z", "2018-11-04T03:00:00Z", "2018-11-05T01:59:59Z"}),
            (Rows{"2018-11-03T03:00:00Z | 2018-11-04T03:00:00Z | 1",
                  "2018-11-04T03:00:00Z | 2018-11-05T02:00:00Z | 2"}));
}

TEST(CalendarWindows, ADayWhoseMidnightComesTwiceEndsAtTheSecond) {
  // In St. John's clocks went from 00:01 back to 23:01 of the day before on the 7th of November 2010.
  EXPECT_EQ(calendar_windows("day", "America/St_Johns", {"2010-11-07T02:30:30Z", "2010-11-07T03:00:00Z"}),
            (Rows{"2010-11-07T02:30:00Z | 2010-11-08T03:30:00Z | 2"}));
}

TEST(CalendarWindows, WeeksAreThoseOfIso8601) {
  // The first week of 2021 began on Monday the 4th of January; the one before belongs to 2020.
  EXPECT_EQ(calendar_windows("week", "UTC",
                             {"2021-01-03T23:59:59Z", "2021-01-04T00:00:00Z", "1969-12-31T00:00:00Z"}),
            (Rows{"1969-12-29T00:00:00Z | 1970-01-05T00:00:00Z | 1",
                  "2020-12-28T00:00:00Z | 2021-01-04T00:00:00Z | 1",
                  "2021-01-04T00:00:00Z | 2021-01-11T00:00:00Z | 1"}));
}

TEST(CalendarWindows, MonthsQuartersAndYears) {
  const std::vector<std::string> times{"2024-02-29T12:00:00Z", "2024-03-31T23:59:59Z",
                                       "2024-12-31T23:59:59Z"};
  EXPECT_EQ(calendar_windows("month", "UTC", times),
            (Rows{"2024-02-01T00:00:00Z | 2024-03-01T00:00:00Z | 1",
                  "2024-03-01T00:00:00Z | 2024-04-01T00:00:00Z | 1",
                  "2024-12-01T00:00:00Z | 2025-01-01T00:00:00Z | 1"}));
  EXPECT_EQ(calendar_windows("quarter", "UTC", times),
            (Rows{"2024-01-01T00:00:00Z | 2024-04-01T00:00:00Z | 2",
                  "2024-10-01T00:00:00Z | 2025-01-01T00:00:00Z | 1"}));
  // In Auckland the year is 13 hours ahead.
  EXPECT_EQ(calendar_windows("year", "Pacific/Auckland", times),
            (Rows{"2023-12-31T11:00:00Z | 2024-12-31T11:00:00Z | 2",
                  "2024-12-31T11:00:00Z | 2025-12-31T11:00:00Z | 1"}));
}

TEST(SlidingWindows, EachRowIsInSizeByEveryWindows) {
  WindowNode made(
      "{by: [k], window: {sliding: {size: 10m, every: 5m}}, compute: {n: count(), last: max(t)}}");
  made.node.push(
      {WindowNode::at("00:01:00", "a"), WindowNode::at("00:06:00", "a"), WindowNode::at("00:06:00", "b")});
  made.node.watermark(5 * kMinute);
  EXPECT_EQ(made.node.take(),
            (Rows{"1969-12-31T23:55:00Z | 1970-01-01T00:05:00Z | a | 1 | 1970-01-01T00:01:00Z"}));
  made.node.watermark(10 * kMinute);
  EXPECT_EQ(made.node.take(),
            (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | a | 2 | 1970-01-01T00:06:00Z",
                  "1970-01-01T00:00:00Z | 1970-01-01T00:10:00Z | b | 1 | 1970-01-01T00:06:00Z"}));
  made.node.end();
  EXPECT_EQ(made.node.take(),
            (Rows{"1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 1 | 1970-01-01T00:06:00Z",
                  "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | b | 1 | 1970-01-01T00:06:00Z"}));
}

TEST(SlidingWindows, PanesAreAsWideAsSizeAndEveryAllow) {
  WindowNode made("{window: {sliding: {size: 6m, every: 4m}}, compute: {n: count()}}", "t: timestamp");
  made.node.push({{"1970-01-01T00:01:00Z"}, {"1970-01-01T00:05:00Z"}, {"1970-01-01T00:20:00Z"}});
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1969-12-31T23:56:00Z | 1970-01-01T00:02:00Z | 1",
                                    "1970-01-01T00:00:00Z | 1970-01-01T00:06:00Z | 2",
                                    "1970-01-01T00:04:00Z | 1970-01-01T00:10:00Z | 1",
                                    "1970-01-01T00:16:00Z | 1970-01-01T00:22:00Z | 1",
                                    "1970-01-01T00:20:00Z | 1970-01-01T00:26:00Z | 1"}));
}

/// How many slots rows of three keys in each of five minutes take.
uint64_t slots_of(const std::string& window) {
  WindowNode made("{by: [k], window: " + window + ", compute: {n: count()}}");
  for (const char* const key : {"a", "b", "c"}) {
    for (int minute = 0; minute < 5; ++minute)
      made.node.push({WindowNode::at("00:0" + std::to_string(minute) + ":30", key)});
  }
  InstanceState& state = *made.node.context().state;
  uint64_t slots = 0;
  for (uint32_t i = 0; i < state.state_count(); ++i) {
    uint64_t bytes = 0;
    uint64_t keys = 0;
    EXPECT_TRUE(state.usage(i, &bytes, &keys).is_ok());
    slots += keys;
  }
  return slots;
}

TEST(SlidingWindows, ARowCostsTheSameHoweverManyWindowsOverlap) {
  EXPECT_EQ(slots_of("{tumbling: 1m}"), 15U);
  for (const char* const size : {"1m", "2m", "10m", "60m", "24h"})
    EXPECT_EQ(slots_of("{sliding: {size: " + std::string(size) + ", every: 1m}}"), 15U) << size;
}

TEST(SlidingWindows, ARowThatIsLateForSomeWindowsCountsInTheOthers) {
  WindowNode made("{by: [k], window: {sliding: {size: 10m, every: 5m}}, compute: {n: count()}}");
  made.node.push({WindowNode::at("00:06:00", "a")});
  made.node.watermark(10 * kMinute);
  made.node.take();
  made.node.push({WindowNode::at("00:07:00", "a"), WindowNode::at("00:04:00", "a"),
                  WindowNode::at("00:11:00", "a"), WindowNode::at("00:07:00", "b")});
  EXPECT_EQ(made.node.take(1), (Rows{"1970-01-01T00:04:00Z | a"}));
  EXPECT_EQ(made.node.context().counters["late_rows"], 1);
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | a | 3",
                                    "1970-01-01T00:05:00Z | 1970-01-01T00:15:00Z | b | 1",
                                    "1970-01-01T00:10:00Z | 1970-01-01T00:20:00Z | a | 1"}));
}

TEST(SessionWindows, EndWhereAKeyIsSilentForTheGap) {
  WindowNode made("{by: [k], window: {session: {gap: 30m}}, compute: {n: count()}}");
  EXPECT_EQ(made.node.output().event_time, -1);
  made.node.push({WindowNode::at("00:50:00", "a"), WindowNode::at("00:00:00", "a"),
                  WindowNode::at("00:29:59.999999", "a"), WindowNode::at("01:20:00", "a"),
                  WindowNode::at("00:10:00", "b")});
  made.node.end();
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:10:00Z | 1970-01-01T00:40:00Z | b | 1",
                                    "1970-01-01T00:00:00Z | 1970-01-01T01:20:00Z | a | 3",
                                    "1970-01-01T01:20:00Z | 1970-01-01T01:50:00Z | a | 1"}));
}

TEST(SessionWindows, AreGivenWhenNothingThatIsNotLateCanContinueThem) {
  WindowNode made("{by: [k], window: {session: {gap: 10m}}, compute: {n: count()}}");
  made.node.push({WindowNode::at("00:00:00", "a"), WindowNode::at("00:09:00", "a")});
  // A row at 00:18 is not late yet, and would continue the session.
  made.node.watermark(27 * kMinute);
  EXPECT_EQ(made.node.take(), Rows{});
  made.node.push({WindowNode::at("00:18:00", "a"), WindowNode::at("00:17:00", "a")});
  EXPECT_EQ(made.node.take(1), (Rows{"1970-01-01T00:17:00Z | a"}));
  made.node.watermark(50 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T00:28:00Z | a | 3"}));
}

TEST(SessionWindows, GrowOverManyPanes) {
  WindowNode made("{by: [k], window: {session: {gap: 1m}}, compute: {n: count()}}");
  Cells rows;
  for (int second = 0; second < 3600; second += 50) {
    const int minutes = second / 60;
    rows.push_back(WindowNode::at("00:" + std::string(minutes < 10 ? "0" : "") + std::to_string(minutes) +
                                      (second % 60 < 10 ? ":0" : ":") + std::to_string(second % 60),
                                  "a"));
  }
  made.node.push(rows);
  for (int64_t minute = 1; minute < 60; ++minute) made.node.watermark(minute * kMinute);
  EXPECT_EQ(made.node.take(), Rows{});
  made.node.watermark(70 * kMinute);
  EXPECT_EQ(made.node.take(), (Rows{"1970-01-01T00:00:00Z | 1970-01-01T01:00:10Z | a | 72"}));
}

/// What the copies before an exchange give, taken by one behind it.
Rows in_two(const std::string& options, const std::vector<Cells>& parts) {
  WindowNode last(options, "t: timestamp, k: string", {.mode = WEIR_MODE_FINAL});
  for (const Cells& part : parts) {
    WindowNode first(options, "t: timestamp, k: string", {.mode = WEIR_MODE_PARTIAL});
    first.node.push(part);
    first.node.barrier();
    for (Batch& batch : first.node.take_batches()) last.node.push(std::move(batch));
  }
  last.node.end();
  return last.node.take();
}

TEST(Windows, OfEveryKindAreTheSameInTwoSteps) {
  const Cells first{WindowNode::at("00:00:10", "a"), WindowNode::at("00:07:00", "b"),
                    WindowNode::at("00:12:00", "a")};
  const Cells second{WindowNode::at("00:05:00", "a"), WindowNode::at("00:40:00", "a"),
                     WindowNode::at("00:07:30", "b")};
  for (const std::string window :
       {"{tumbling: 5m}", "{calendar: day}", "{sliding: {size: 10m, every: 5m}}", "{session: {gap: 8m}}",
        "{tumbling: 5m}, allowed_lateness: 2m", "{sliding: {size: 10m, every: 5m}}, allowed_lateness: 2m",
        "{sliding: {size: 5m, every: 5m}}, allowed_lateness: 2m"}) {
    const std::string options = "{by: [k], window: " + window + ", compute: {n: count(), top: max(t)}}";
    WindowNode whole(options);
    whole.node.push(first);
    whole.node.push(second);
    whole.node.end();
    const Rows rows = whole.node.take();
    EXPECT_GE(rows.size(), 2U) << window;
    EXPECT_EQ(in_two(options, {first, second}), rows) << window;
  }
}

TEST(Windows, MistakesAreNamed) {
  const auto fault = [](const std::string& window, const std::string& more = "") {
    return NodeHarness("aggregate", "{window: " + window + ", compute: {n: count()}" + more + "}",
                       "t: timestamp", {.event_time = "t"})
        .fault();
  };
  EXPECT_EQ(fault("{}"),
            "window: it says no kind, expected one of {tumbling: 1m}, {sliding: {size: 1h, every: 5m}}, "
            "{session: {gap: 30m}} and {calendar: day}");
  EXPECT_EQ(fault("{tumbling: 1m, calendar: day}"),
            "window: it says more than one kind, expected one of {tumbling: 1m}, {sliding: {size: 1h, every: "
            "5m}}, {session: {gap: 30m}} and {calendar: day}");
  EXPECT_EQ(fault("{tumbling: 1m, timezone: UTC}"),
            "window: 'timezone' goes with 'calendar'; other windows are the same everywhere");
  EXPECT_EQ(fault("{calendar: day, timezone: Europe/Berln}"),
            "window.timezone: there is no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?");
  EXPECT_EQ(
      fault("{sliding: {size: 1m, every: 2m}}"),
      "window.sliding: 'every' is longer than 'size', so some rows would be in no window; filter them out "
      "before, or make 'every' at most 'size'");
  EXPECT_EQ(
      fault("{session: {gap: 1m}}", ", allowed_lateness: 1m"),
      "allowed_lateness: a session is given once and not revised: a late row can join it to another, "
      "and nothing would take back the two that were given; give event_time a longer max_delay instead");
  EXPECT_EQ(fault("{session: {gap: 1m}}", ", emit: {every: 1s}"),
            "emit: a session is given once, when it is complete: until then its bounds change, and nothing "
            "would take back those that were given; leave 'emit' out, or use {tumbling: 1m}");
  EXPECT_EQ(NodeHarness("aggregate", "{compute: {n: count()}, allowed_lateness: 1m}", "x: int64").fault(),
            "allowed_lateness: without 'window' no row is late");
  EXPECT_EQ(NodeHarness("aggregate", "{compute: {n: count()}}", "x: int64", {.is_bounded = false}).fault(),
            "window: its input never ends, so without windows no group is ever complete; say window: "
            "{tumbling: 1m}, or emit: {every: 10s} for what there is so far");
}

}  // namespace
}  // namespace weir::test
