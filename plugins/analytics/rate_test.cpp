#include <weir/test/conformance.hpp>

namespace weir::test::rate_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, host: string, n: int64";
constexpr const char* kOptions = "by: [host]\nrates: {per_s: n}\nincreases: {more: n}";

Settings in_time() {
  Settings settings;
  settings.outputs = {"out", "out_of_order"};
  settings.event_time = "t";
  return settings;
}

// The reset is Prometheus' rule: from 130 to 20 the counter grew by 20 (promql/functions.go, extrapolatedRate
// adds the value before each drop).
TEST(Rate, ComparesEachSampleWithTheOneBeforeAndSeesResets) {
  NodeHarness node("rate", kOptions, kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "a", 100], ["2025-01-01T00:00:10Z", "a", 130],
                ["2025-01-01T00:00:20Z", "a", 20], ["2025-01-01T00:00:25Z", "b", 7]])");
  node.push(R"([["2025-01-01T00:00:30Z", "a", null], ["2025-01-01T00:00:40Z", "a", 60]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "a", 100, null, null],
      ["2025-01-01T00:00:10Z", "a", 130, 3.0, 30.0], ["2025-01-01T00:00:20Z", "a", 20, 2.0, 20.0],
      ["2025-01-01T00:00:25Z", "b", 7, null, null],
      ["2025-01-01T00:00:30Z", "a", null, null, null], ["2025-01-01T00:00:40Z", "a", 60, 2.0, 40.0]])"));
}

TEST(Rate, PutsAsideWhatIsNotLaterThanTheRowBefore) {
  NodeHarness node("rate", kOptions, kColumns, in_time());
  node.push(R"([["2025-01-01T00:00:10Z", "a", 100], ["2025-01-01T00:00:10Z", "a", 110],
                ["2025-01-01T00:00:05Z", "a", 90], ["2025-01-01T00:00:20Z", "a", 150]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:10Z", "a", 100, null, null],
                                       ["2025-01-01T00:00:20Z", "a", 150, 5.0, 50.0]])"));
  EXPECT_THAT(node.pull("out_of_order"),
              IsBatch(R"([["2025-01-01T00:00:10Z", "a", 110], ["2025-01-01T00:00:05Z", "a", 90]])"));
}

TEST(Rate, DoesNotCompareAcrossALongGap) {
  NodeHarness node("rate", "rates: {per_s: n}\nmax_gap: 1m", kColumns, in_time());
  node.push(R"([["2025-01-01T00:00:00Z", "a", 0], ["2025-01-01T00:01:00Z", "a", 60],
                ["2025-01-01T00:02:00.000001Z", "a", 120]])");
  EXPECT_THAT(node.pull(),
              IsBatch(R"([["2025-01-01T00:00:00Z", "a", 0, null], ["2025-01-01T00:01:00Z", "a", 60, 1.0],
                                       ["2025-01-01T00:02:00.000001Z", "a", 120, null]])"));
}

// The key is forgotten when a timer comes, sooner or later: what a row gives does not depend on it.
TEST(Rate, ComparesWhatIsAsFarApartAsTheGapThoughATimerCame) {
  for (const bool is_timer_first : {false, true}) {
    NodeHarness node("rate", "by: [host]\nrates: {per_s: n}\nmax_gap: 1m", kColumns, in_time());
    node.push(R"([["2025-01-01T00:00:00Z", "a", 0]])");
    node.pull();
    if (is_timer_first) {
      node.push(R"([["2025-01-01T00:01:00Z", "b", 8]])");
      node.pull();
    }
    node.push(R"([["2025-01-01T00:01:00Z", "a", 60]])");
    EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:01:00Z", "a", 60, 1.0]])")) << is_timer_first;
  }
}

TEST(Rate, KeepsEveryDigitOfALargeCounter) {
  NodeHarness node("rate", "increases: {more: n}", "t: timestamp, n: uint64", in_time());
  node.push(
      R"([["2025-01-01T00:00:00Z", 18446744073709551610], ["2025-01-01T00:00:01Z", 18446744073709551613]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", 18446744073709551610, null],
                                       ["2025-01-01T00:00:01Z", 18446744073709551613, 3.0]])"));
}

TEST(Rate, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("rate", "by: [host]", kColumns, in_time()).fault(),
              HasSubstr("rates: at least one is needed"));
  EXPECT_THAT(NodeHarness("rate", "rates: {x: host}", kColumns, in_time()).fault(),
              HasSubstr("rates: column 'host' is string, a counter is an integer or a float"));
  EXPECT_THAT(NodeHarness("rate", "rates: {n: n}", kColumns, in_time()).fault(),
              HasSubstr("rates: its input has a column 'n' already; choose another name"));
  EXPECT_THAT(NodeHarness("rate", "rates: {x: n}", kColumns).fault(),
              HasSubstr("its input carries no event time"));
}

TEST(Rate, KeepsThePromisesOfEveryComponent) {
  expect_conforms(transform("rate", kOptions, kColumns, in_time()),
                  {.rows = R"([["2025-01-01T00:00:00Z", "a", 1], ["2025-01-01T00:00:01Z", "b", 5],
                               ["2025-01-01T00:00:02Z", "a", 4], ["2025-01-01T00:00:02Z", "a", 9],
                               ["2025-01-01T00:00:03Z", "a", 2], ["2025-01-01T00:00:09Z", "b", 6]])",
                   .bad_options = {{"rates: {x: z}", "'z'"}}});
}

}  // namespace
}  // namespace weir::test::rate_test
