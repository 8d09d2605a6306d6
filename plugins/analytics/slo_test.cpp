#include <weir/test/conformance.hpp>

#include <cmath>
#include <cstdio>
#include <string>

namespace weir::test::slo_test {
namespace {

using testing::HasSubstr;

constexpr const char* kColumns = "t: timestamp, service: string, good: int64, total: int64";

Settings in_time() {
  Settings settings;
  settings.outputs = {"out", "out_of_order"};
  settings.event_time = "t";
  return settings;
}

// Objective 0.75, so that 1 - objective = 0.25 and every figure is exact in binary:
// minute 0: 0 of 8 bad; minute 1: 4 of 8 bad; minute 2: 2 of 8 bad.
//   burn_2m at minute 1: (4/16)/0.25 = 1; at minute 2: (6/16)/0.25 = 1.5
//   sli over 3 minutes at minute 2: 18/24 = 0.75, budget_left = 1 - 0.25/0.25 = 0
// minute 4: 0 of 8 bad; 3 minutes hold minutes 2 and 4: sli = 14/16, budget_left = 1 - 0.125/0.25 = 0.5
//   burn_2m holds minute 4 alone: 0
TEST(Slo, CountsBudgetAndBurnRates) {
  NodeHarness node(
      "slo",
      "by: [service]\ngood: good\ntotal: total\nobjective: 0.75\nwindow: 3m\nburn_rates: {burn_2m: 2m}",
      kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:00:00Z", "a", 8, 8], ["2025-01-01T00:01:00Z", "a", 4, 8],
                ["2025-01-01T00:02:00Z", "a", 6, 8], ["2025-01-01T00:04:00Z", "a", 8, 8],
                ["2025-01-01T00:04:00Z", "b", 0, 0]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([
      ["2025-01-01T00:00:00Z", "a", 8, 8, 1.0, 1.0, null], ["2025-01-01T00:01:00Z", "a", 4, 8, 0.75, 0.0, 1.0],
      ["2025-01-01T00:02:00Z", "a", 6, 8, 0.75, 0.0, 1.5], ["2025-01-01T00:04:00Z", "a", 8, 8, 0.875, 0.5, 0.0],
      ["2025-01-01T00:04:00Z", "b", 0, 0, null, null, null]])"));
}

/// Hours of 30 days with 100,000 events each; in each of the last `hours`, `bad` of them are bad.
std::string thirty_days(int hours, int bad) {
  std::string rows;
  for (int hour = 0; hour < 720; ++hour) {
    char time[32];
    std::snprintf(time, sizeof(time), "2025-01-%02dT%02d:00:00Z", 1 + hour / 24, hour % 24);
    rows += std::string(rows.empty() ? "" : ", ") + "[\"" + time + "\", \"a\", " +
            std::to_string(hour < 720 - hours ? 100'000 : 100'000 - bad) + ", 100000]";
  }
  return "[" + rows + "]";
}

// The workbook's table 5-8: of the budget of 30 days, a burn of 14.4 for an hour spends 2 %, one of 6 for six
// hours 5 %, one of 1 for three days 10 %. Against 99.9 %, in a history that is otherwise good: 1e-9.
TEST(Slo, SpendsWhatTheWorkbookSaysAtItsBurnRates) {
  struct Published {
    int hours;
    double burn, spent;
  };
  for (const Published& each : {Published{1, 14.4, 0.02}, Published{6, 6, 0.05}, Published{72, 1, 0.1}}) {
    NodeHarness node("slo",
                     "good: good\ntotal: total\nobjective: 0.999\nresolution: 1h\nburn_rates: {burn: " +
                         std::to_string(each.hours) + "h}",
                     kColumns, in_time());
    node.push(thirty_days(each.hours, static_cast<int>(std::lround(100 * each.burn))));
    const Rows out = node.pull();
    ASSERT_EQ(out.size(), 720U);
    EXPECT_NEAR(out.batch.column<double>(5)[719], 1 - each.spent, 1e-9) << each.burn;  // budget_left
    EXPECT_NEAR(out.batch.column<double>(6)[719], each.burn, 1e-9);                    // burn
  }
}

// The key is forgotten when a timer comes, sooner or later: what a row gives does not depend on it.
TEST(Slo, BeginsAnewAfterSilence) {
  for (const bool is_timer_first : {false, true}) {
    NodeHarness node(
        "slo",
        "by: [service]\ngood: good\ntotal: total\nobjective: 0.75\nwindow: 3m\nburn_rates: {burn_2m: 2m}",
        kColumns, in_time());
    ASSERT_EQ(node.fault(), "");
    node.push(R"([["2025-01-01T00:00:00Z", "a", 4, 8], ["2025-01-01T00:03:00Z", "a", 4, 8]])");
    EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:00:00Z", "a", 4, 8, 0.5, -1.0, null],
                                         ["2025-01-01T00:03:00Z", "a", 4, 8, 0.5, -1.0, 2.0]])"));
    if (is_timer_first) {
      node.push(R"([["2025-01-01T00:07:00Z", "b", 8, 8]])");
      node.pull();
    }
    node.push(R"([["2025-01-01T00:07:00Z", "a", 8, 8], ["2025-01-01T00:08:00Z", "a", 6, 8]])");
    EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:07:00Z", "a", 8, 8, 1.0, 1.0, null],
                                         ["2025-01-01T00:08:00Z", "a", 6, 8, 0.875, 0.5, 0.5]])"))
        << is_timer_first;
  }
}

TEST(Slo, PutsAsideOldRowsAndRefusesWrongCounts) {
  NodeHarness node("slo", "good: good\ntotal: total\nobjective: 0.5\nburn_rates: {}", kColumns, in_time());
  ASSERT_EQ(node.fault(), "");
  node.push(R"([["2025-01-01T00:02:00Z", "a", 1, 2], ["2025-01-01T00:01:59Z", "a", 1, 2],
                ["2025-01-01T00:02:59Z", "a", 2, 2], ["2025-01-01T00:03:00Z", "a", 3, 2],
                ["2025-01-01T00:03:00Z", "a", null, 2]])");
  EXPECT_THAT(node.pull(), IsBatch(R"([["2025-01-01T00:02:00Z", "a", 1, 2, 0.5, 0.0],
                                       ["2025-01-01T00:02:59Z", "a", 2, 2, 0.75, 0.5]])"));
  EXPECT_THAT(node.pull("out_of_order"), IsBatch(R"([["2025-01-01T00:01:59Z", "a", 1, 2]])"));
  const auto rejected = node.pull_errors();
  ASSERT_EQ(rejected.size(), 2U);
  EXPECT_EQ(rejected[0].message, "the counts must be 0 <= good <= total and not null");
}

TEST(Slo, SaysWhatItCannotDo) {
  const std::string counts = "good: good\ntotal: total\n";
  EXPECT_THAT(NodeHarness("slo", counts + "objective: 1", kColumns, in_time()).fault(),
              HasSubstr("objective: is a share between 0 and 1, both excluded"));
  EXPECT_THAT(NodeHarness("slo", counts + "objective: 0.9\nresolution: 1s", kColumns, in_time()).fault(),
              HasSubstr("resolution: 1s makes more than a million buckets of 30d"));
  EXPECT_THAT(
      NodeHarness("slo", counts + "objective: 0.9\nburn_rates: {x: 90s}", kColumns, in_time()).fault(),
      HasSubstr("burn_rates: x is no multiple of the resolution, 1m"));
  EXPECT_THAT(NodeHarness("slo", "good: service\ntotal: total\nobjective: 0.9", kColumns, in_time()).fault(),
              HasSubstr("good: column 'service' is string, expected a number"));
}

TEST(Slo, KeepsThePromisesOfEveryComponent) {
  expect_conforms(
      transform(
          "slo",
          "by: [service]\ngood: good\ntotal: total\nobjective: 0.75\nwindow: 3m\nburn_rates: {burn_2m: 2m}",
          kColumns, in_time()),
      {.rows = R"([["2025-01-01T00:00:00Z", "a", 8, 8], ["2025-01-01T00:01:00Z", "a", 4, 8],
                   ["2025-01-01T00:02:00Z", "b", 6, 8], ["2025-01-01T00:02:00Z", "a", 6, 8],
                   ["2025-01-01T00:03:00Z", "a", 1, 8], ["2025-01-01T00:01:00Z", "a", 1, 8],
                   ["2025-01-01T00:04:00Z", "b", 8, 8]])",
       .bad_options = {{"good: good\ntotal: total\nobjective: 2", "objective"}}});
}

}  // namespace
}  // namespace weir::test::slo_test
