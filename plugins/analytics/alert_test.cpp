#include <weir/test/conformance.hpp>

namespace weir::test::alert_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, host: string, x: float64";

Settings in_time(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  return settings;
}

/// A row at minute `minute` of an hour: [time, host, x].
std::string row(int minute, const std::string& host, const std::string& x) {
  char time[32];
  std::snprintf(time, sizeof(time), "2025-01-01T%02d:%02d:00Z", minute / 60, minute % 60);
  return std::string("[\"") + time + "\", \"" + host + "\", " + x + "]";
}
std::string rows(std::initializer_list<std::string> each) {
  std::string made;
  for (const std::string& one : each) made += (made.empty() ? "[" : ", ") + one;
  return made + "]";
}

/// What came out, a line a notice: "firing 00:02 started 00:01 members 1: sentence".
std::vector<std::string> notices(NodeHarness& node) {
  std::vector<std::string> made;
  const Rows out = node.pull();
  if (out.size() == 0) return made;
  const auto column = [&](const char* name) { return *out.schema.find(name); };
  const StringColumn state(out.batch.raw_column(column("state")));
  const StringColumn sentence(out.batch.raw_column(column("sentence")));
  for (size_t i = 0; i < out.size(); ++i)
    made.push_back(std::string(state[i]) + " " + std::string(sentence[i]));
  return made;
}
using Told = std::vector<std::string>;

// The incident's name is FNV-1a (64 bits) of "slow\nhost=a\n1735689660000000", computed apart in Python.
TEST(Alert, TellsOnceWhenAnIncidentBeginsAndOnceWhenItEnds) {
  NodeHarness node("alert", "by: [host]\nrules: {slow: {value: x, above: 10}}\nwarm_up: 0s", kColumns,
                   in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows({row(0, "a", "5.0"), row(1, "a", "11.0"), row(2, "a", "12.0"), row(3, "a", "10.0")}));
  node.end();
  EXPECT_THAT(node.pull(), IsBatch(R"([
      ["3906363a1b0ddbff", "firing", "slow", "page", "a", "host=a", 11.0, 10.0, "2025-01-01T00:01:00Z",
       "2025-01-01T00:01:00Z", 1, "slow (host=a): 11 is above 10 since 2025-01-01T00:01:00Z"],
      ["3906363a1b0ddbff", "resolved", "slow", "page", "a", "host=a", 10.0, 10.0, "2025-01-01T00:01:00Z",
       "2025-01-01T00:03:00Z", 1, "slow (host=a): resolved at 2025-01-01T00:03:00Z after 2m: 10"]])"));
}

TEST(Alert, WaitsForTheTimeAndEndsAtTheLowerMark) {
  NodeHarness node("alert", "rules: {slow: {value: x, above: 10, clear: 8, for: 2m}}", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows({row(0, "a", "11.0"), row(1, "a", "9.0"), row(2, "a", "11.0"), row(3, "a", "null"),
                  row(4, "a", "12.0"), row(5, "a", "9.0"), row(6, "a", "11.0"), row(7, "a", "8.0"),
                  row(8, "a", "11.0")}));
  node.end();
  EXPECT_EQ(notices(node), (Told{"firing slow: 12 is above 10 since 2025-01-01T00:02:00Z",
                                 "resolved slow: resolved at 2025-01-01T00:07:00Z after 5m: 8"}));
}

TEST(Alert, TakesFlappingForOneIncident) {
  NodeHarness node("alert", "rules: {low: {value: x, below: 1, keep_firing_for: 3m, severity: ticket}}",
                   kColumns, in_time());
  node.push(rows({row(0, "a", "2.0"), row(1, "a", "0.0"), row(2, "a", "2.0"), row(4, "a", "0.5"),
                  row(5, "a", "2.0"), row(7, "a", "3.0"), row(8, "a", "4.0")}));
  node.end();
  EXPECT_EQ(notices(node), (Told{"firing low: 0 is below 1 since 2025-01-01T00:01:00Z",
                                 "resolved low: resolved at 2025-01-01T00:08:00Z after 7m: 4"}));
}

TEST(Alert, TellsOfNothingAtAColdStart) {
  NodeHarness node("alert", R"(by: [host]
rules:
  slow: {value: x, above: 10}
  grown: {value: x, change_over: 5m, above: 0.5}
  silent: {absent: 10m}
warm_up: 3m)",
                   kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(rows({row(0, "a", "99.0"), row(1, "a", "99.0"), row(2, "a", "99.0")}));
  node.end();
  EXPECT_EQ(notices(node), Told{});
}

TEST(Alert, ComparesWithThePeriodBefore) {
  NodeHarness node("alert", "rules: {grown: {value: x, change_over: 5m, above: 0.5}}", kColumns, in_time());
  node.push(rows({row(0, "a", "10.0"), row(1, "a", "0.0"), row(3, "a", "10.0"), row(5, "a", "15.0"),
                  row(6, "a", "9.0"), row(7, "a", "99.0"), row(8, "a", "16.0"), row(10, "a", "15.0")}));
  node.end();
  // 5: +50 %, not above it. 6: before it was 0. 7: nothing at minute 2. 8: +60 %. 10: 0 %.
  EXPECT_EQ(notices(node),
            (Told{"firing grown: the change over 5m, 0.6, is above 0.5 since 2025-01-01T00:08:00Z",
                  "resolved grown: resolved at 2025-01-01T00:10:00Z after 2m: 0"}));
}

TEST(Alert, SeesAKeyThatFallsSilentAndReturns) {
  const std::string options = "by: [host]\nrules: {silent: {absent: 10m, summary: no heartbeat}}";
  const Told expected{
      "firing no heartbeat (host=a): no rows since 2025-01-01T00:01:00Z, expected one every 10m",
      "resolved no heartbeat (host=a): resolved at 2025-01-01T00:15:00Z after 14m: rows are back",
      "firing no heartbeat (host=b): no rows since 2025-01-01T00:15:00Z, expected one every 10m"};
  const auto all = {row(0, "a", "1.0"),  row(0, "b", "1.0"),  row(1, "a", "1.0"),  row(8, "b", "1.0"),
                    row(15, "b", "1.0"), row(15, "a", "1.0"), row(25, "a", "1.0"), row(30, "a", "1.0")};
  NodeHarness history("alert", options, kColumns, in_time());
  history.push(rows(all));
  history.end();
  EXPECT_EQ(notices(history), expected);
  // The same rows as a stream, one after the other: the same notices.
  NodeHarness stream("alert", options, kColumns, in_time(true));
  Told told;
  for (const std::string& one : all) {
    stream.push("[" + one + "]");
    for (std::string& notice : notices(stream)) told.push_back(std::move(notice));
  }
  EXPECT_EQ(told, expected);
}

TEST(Alert, SeesByTheClockThatAllRowsHaveStopped) {
  NodeHarness node("alert", "by: [host]\nrules: {silent: {absent: 10m, clock: wall}}", kColumns,
                   in_time(true));
  ASSERT_EQ(node.fault(), "");
  node.push(rows({row(0, "a", "1.0")}));
  node.advance(std::chrono::minutes(9));
  node.push(rows({row(1, "a", "1.0")}));
  node.advance(std::chrono::minutes(9));
  EXPECT_EQ(notices(node), Told{});
  node.advance(std::chrono::minutes(2));
  const Told begun = notices(node);
  ASSERT_EQ(begun.size(), 1U);
  EXPECT_THAT(begun[0], HasSubstr("firing silent (host=a): no rows since "));
  node.advance(std::chrono::minutes(60));
  EXPECT_EQ(notices(node), Told{});
  node.push(rows({row(2, "a", "1.0")}));
  const Told ended = notices(node);
  ASSERT_EQ(ended.size(), 1U);
  EXPECT_THAT(ended[0], HasSubstr("resolved silent (host=a): resolved at "));
  EXPECT_THAT(ended[0], HasSubstr("rows are back"));
}

TEST(Alert, NeedsBothBurnRates) {
  NodeHarness node("alert", "rules: {burn: {burn: {long: l, short: s}, above: 14.4}}\nwarm_up: 0s",
                   "t: timestamp, l: float64, s: float64", in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", null, 99.0], ["2025-01-01T00:01:00Z", 15.0, 14.0],
                ["2025-01-01T00:02:00Z", 15.0, 16.0], ["2025-01-01T00:03:00Z", 15.0, 14.4]])");
  node.end();
  EXPECT_EQ(notices(node), (Told{"firing burn: the burn rate 15 is above 14.4 since 2025-01-01T00:02:00Z",
                                 "resolved burn: resolved at 2025-01-01T00:03:00Z after 1m: 14.4"}));
}

TEST(Alert, MakesOneIncidentOfAGroup) {
  NodeHarness node(
      "alert", "by: [cluster, host]\ngroup_by: [cluster]\nrules: {slow: {value: x, above: 10}}\nwarm_up: 0s",
      "t: timestamp, cluster: string, host: string, x: float64", in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "c", "a", 11.0], ["2025-01-01T00:01:00Z", "c", "b", 12.0],
                ["2025-01-01T00:02:00Z", "c", "a", 1.0], ["2025-01-01T00:03:00Z", "c", "b", 2.0]])");
  node.end();
  EXPECT_EQ(notices(node),
            (Told{"firing slow (cluster=c, host=a): 11 is above 10 since 2025-01-01T00:00:00Z",
                  "resolved slow (cluster=c, host=b): resolved at 2025-01-01T00:03:00Z after 3m: 2, 2 keys "
                  "at most"}));
}

TEST(Alert, IsSilentWhenToldTo) {
  const std::string options =
      "by: [host]\nrules: {slow: {value: x, above: 10}}\nwarm_up: 0s\n"
      "silences: [{rule: slow, where: host <> 'c', from: 2025-01-01T00:02:00Z, until: 2025-01-01T00:05:00Z}]";
  NodeHarness node("alert", options, kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  // a begins and ends in the silence, b goes on behind it, c is not silenced.
  node.push(rows({row(2, "a", "11.0"), row(2, "b", "11.0"), row(2, "c", "11.0"), row(3, "a", "1.0"),
                  row(4, "b", "12.0"), row(5, "b", "13.0"), row(6, "b", "1.0")}));
  node.end();
  EXPECT_EQ(notices(node), (Told{"firing slow (host=c): 11 is above 10 since 2025-01-01T00:02:00Z",
                                 "firing slow (host=b): 13 is above 10 since 2025-01-01T00:02:00Z",
                                 "resolved slow (host=b): resolved at 2025-01-01T00:06:00Z after 4m: 1"}));
}

TEST(Alert, TellsNothingAgainAfterARestart) {
  NodeHarness node("alert",
                   "by: [host]\nrules: {slow: {value: x, above: 10}, gone: {absent: 5m}}\nwarm_up: 0s",
                   kColumns, in_time(true));
  node.push(rows({row(0, "a", "11.0"), row(1, "a", "11.0")}));
  EXPECT_EQ(notices(node).size(), 1U);
  ASSERT_TRUE(node.checkpoint());
  node.restart();
  node.push(rows({row(2, "a", "12.0"), row(3, "a", "13.0")}));
  EXPECT_EQ(notices(node), Told{});
  node.push(rows({row(4, "a", "1.0"), row(5, "a", "1.0")}));
  EXPECT_EQ(notices(node), (Told{"resolved slow (host=a): resolved at 2025-01-01T00:04:00Z after 4m: 1"}));
}

TEST(Alert, DoesNotHearLateRows) {
  NodeHarness node("alert", "by: [host]\nrules: {slow: {value: x, above: 10}}\nwarm_up: 0s", kColumns,
                   in_time(true));
  node.push(rows({row(0, "a", "1.0"), row(5, "a", "1.0")}));
  node.push(rows({row(4, "a", "99.0"), row(6, "a", "1.0")}));
  EXPECT_EQ(notices(node), Told{});
  EXPECT_THAT(node.pull("late"), IsBatch(rows({row(4, "a", "99.0")})));
}

// The watermark is inside a window before it is given, past its start.
TEST(Alert, TakesTheEndOfAWindowForItsTime) {
  Settings settings = in_time(true);
  settings.event_time = "window_start";
  NodeHarness node("alert", "rules: {slow: {value: x, above: 10}}\nwarm_up: 0s",
                   "window_start: timestamp, window_end: timestamp, x: float64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:30Z", "2025-01-01T00:01:00Z", 1.0]])");
  node.push(R"([["2025-01-01T00:00:00Z", "2025-01-01T00:01:00Z", 11.0]])");
  node.push(R"([["2025-01-01T00:01:00Z", "2025-01-01T00:02:00Z", 1.0]])");
  EXPECT_EQ(notices(node), (Told{"firing slow: 11 is above 10 since 2025-01-01T00:01:00Z"}));
}

TEST(Alert, ForgetsKeysThatAreGone) {
  NodeHarness node("alert", "by: [host]\nrules: {slow: {value: x, above: 10}}\nforget_after: 1h\nwarm_up: 0s",
                   kColumns, in_time());
  node.push(rows({row(0, "a", "11.0"), row(70, "b", "1.0"), row(80, "a", "12.0")}));
  node.end();
  EXPECT_EQ(
      notices(node),
      (Told{"firing slow (host=a): 11 is above 10 since 2025-01-01T00:00:00Z",
            "resolved slow (host=a): resolved at 2025-01-01T01:00:00Z after 1h: no rows for 1h, forgotten",
            "firing slow (host=a): 12 is above 10 since 2025-01-01T01:20:00Z"}));
}

TEST(Alert, SaysWhatItCannotDo) {
  const auto fault = [](const std::string& options, const char* columns = kColumns) {
    return NodeHarness("alert", options, columns, in_time()).fault();
  };
  EXPECT_THAT(fault("rules: {}"), HasSubstr("rules: at least one is needed"));
  EXPECT_THAT(fault("rules: {a: {above: 1}}"),
              HasSubstr("rules: a: one of value, burn and absent is needed, and only one"));
  EXPECT_THAT(fault("rules: {a: {value: x}}"),
              HasSubstr("rules: a: one of above and below is needed, and only one"));
  EXPECT_THAT(fault("rules: {a: {value: x, above: 1, clear: 2}}"),
              HasSubstr("rules: a: clear is above the threshold"));
  EXPECT_THAT(fault("rules: {a: {value: host, above: 1}}"),
              HasSubstr("rules: a: value is string, expected a number"));
  EXPECT_THAT(fault("rules: {a: {absent: 1m, for: 1m}}"), HasSubstr("rules: a: absent goes without above"));
  EXPECT_THAT(fault("rules: {a: {value: x, above: 1}}\ngroup_by: [host]"),
              HasSubstr("group_by: column 'host' is not among those of by"));
  EXPECT_THAT(fault("rules: {a: {value: x, above: 1}}\nsilences: [{rule: b, from: 2025-01-01T00:00:00Z, "
                    "until: 2025-01-02T00:00:00Z}]"),
              HasSubstr("silences: there is no rule 'b'"));
  EXPECT_THAT(fault("rules: {a: {value: x, above: 1}}\nby: [x]"),
              HasSubstr("by: column 'x' is float64, which names nothing"));
  EXPECT_THAT(
      fault("rules: {a: {value: x, above: 1}}\nby: [state]", "t: timestamp, state: string, x: float64"),
      HasSubstr("by: a notice has a column 'state' of its own"));
}

TEST(Alert, KeepsThePromisesOfEveryComponent) {
  const std::string options = R"(by: [host]
rules:
  slow: {value: x, above: 10, clear: 8, for: 1m}
  grown: {value: x, change_over: 2m, above: 0.5}
  silent: {absent: 4m}
silences: [{rule: grown, from: 2025-01-01T00:00:00Z, until: 2025-01-01T00:04:00Z}])";
  for (const char* delay : {"0s", "2m", "1h"}) {
    Settings settings = in_time();
    settings.max_delay = delay;
    expect_conforms(
        transform("alert", options, kColumns, settings),
        {.rows = rows({row(0, "a", "1.0"), row(0, "b", "20.0"), row(1, "a", "11.0"), row(2, "a", "12.0"),
                       row(1, "b", "9.0"), row(3, "a", "13.0"), row(4, "a", "7.0"), row(9, "b", "30.0"),
                       row(7, "a", "7.0"), row(10, "b", "30.0"), row(15, "a", "1.0")}),
         .bad_options = {{"rules: {a: {value: z, above: 1}}", "'z'"}}});
  }
}

}  // namespace
}  // namespace weir::test::alert_test
