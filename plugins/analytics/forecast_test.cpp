#include <weir/test/conformance.hpp>
#include <weir/test/node_harness.hpp>

#include <array>
#include <cmath>
#include <cstdio>
#include <string>

namespace weir::test::forecast_test {
namespace {

using testing::HasSubstr;

constexpr const char* kForecastColumns = "t: timestamp, shop: string, x: float64";

Settings timed_forecast(bool is_endless = false) {
  Settings settings;
  settings.outputs = {"out", "backtest", "late"};
  settings.event_time = "t";
  settings.is_endless = is_endless;
  if (!is_endless) settings.max_delay = "30d";
  return settings;
}

std::string hour_text(int i) {
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return "2025-01-" + two(1 + i / 24) + "T" + two(i % 24) + ":00:00Z";
}

/// Hours from..to of a shop: 10, 20, 30, 10, ...; without those of which `leaves_out` is true.
template <class LeavesOut>
std::string hours_of(const std::string& shop, int from, int to, LeavesOut leaves_out) {
  std::string rows;
  for (int i = from; i < to; ++i)
    if (!leaves_out(i))
      rows += (rows.empty() ? "[\"" : ", [\"") + hour_text(i) + "\", \"" + shop + "\", " +
              std::to_string(10 * (i % 3 + 1)) + ".0]";
  return "[" + rows + "]";
}
std::string hours_of(const std::string& shop, int from, int to) {
  return hours_of(shop, from, to, [](int) { return false; });
}

/// Of each row: the time, the forecast.
std::vector<std::string> forecasts_of(const Rows& rows) {
  std::vector<std::string> found;
  if (rows.size() == 0) return found;
  const auto origins = rows.batch.column<int64_t>(*rows.schema.find("origin"));
  const auto times = rows.batch.column<int64_t>(*rows.schema.find("t"));
  const auto means = rows.batch.column<double>(*rows.schema.find("forecast"));
  constexpr int64_t kFirst = 1'735'689'600'000'000;
  for (size_t row = 0; row < rows.size(); ++row)
    found.push_back(std::to_string((origins[row] - kFirst) / 3'600'000'000) + " " +
                    std::to_string((times[row] - kFirst) / 3'600'000'000) + " " +
                    (means.is_null(row) ? "null" : std::to_string(static_cast<int>(means[row] + 0.5))));
  return found;
}

constexpr const char* kNaiveOptions =
    "value: x\nby: [shop]\nstep: 1h\nseason: 3\nhorizon: 4\nmodel: seasonal_naive";

TEST(Forecast, GivesTheNextStepsOfEachKeyAtTheEnd) {
  NodeHarness node("forecast", kNaiveOptions, kForecastColumns, timed_forecast());
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(
      node.columns().to_string(),
      "shop: string, origin: timestamp, t: timestamp, step: int64, forecast: float64, lower_80: float64, "
      "upper_80: float64, lower_95: float64, upper_95: float64, naive: float64, model: string, scored: "
      "int64, "
      "smape: float64, naive_smape: float64, mase: float64, naive_mase: float64, coverage_80: float64, "
      "coverage_95: float64");
  node.push(hours_of("a", 0, 30));
  EXPECT_EQ(node.pull().size(), 0U);
  node.end();
  EXPECT_EQ(forecasts_of(node.pull()),
            (std::vector<std::string>{"30 30 10", "30 31 20", "30 32 30", "30 33 10"}));
  EXPECT_GT(node.pull("backtest").size(), 0U);
}

/// Hours of a shop: 100 + 10 sin(i mod 7) + (i^2 * 7919 mod 1000) / 50.
std::string rough_hours(int count) {
  std::string rows;
  for (int i = 0; i < count; ++i) {
    char value[32];
    std::snprintf(value, sizeof(value), "%.17g", 100 + 10 * std::sin(i % 7) + i * i * 7919 % 1000 / 50.0);
    rows += (rows.empty() ? "[\"" : ", [\"") + hour_text(i) + "\", \"a\", " + value + "]";
  }
  return "[" + rows + "]";
}

/// Of step `step`: forecast, lower_80, upper_80, lower_95, upper_95.
void expect_interval(const Rows& rows, size_t step, const std::array<double, 5>& wanted) {
  const std::array names = {"forecast", "lower_80", "upper_80", "lower_95", "upper_95"};
  for (size_t i = 0; i < names.size(); ++i)
    EXPECT_NEAR(rows.batch.column<double>(*rows.schema.find(names[i]))[step - 1], wanted[i], 1e-9)
        << names[i] << " of step " << step;
}

// numpy: sigma is the root mean square of y[7:] - y[:-7], in the second season sqrt(2) of it. After 24 hours
// widths are norm.ppf(0.9) and norm.ppf(0.975); after 120 the quantile(method='inverted_cdf') of p (1 + 1 /
// C) of |error| / sigma from the last 90 origins, weights 0.5^(age / 22.5), C = sum(w)^2 / sum(w^2).
TEST(Forecast, IntervalsAreThoseOfTheSeriesOwnErrors) {
  const auto forecast = [](int hours) {
    NodeHarness node("forecast", "value: x\nstep: 1h\nseason: 7\nhorizon: 10\nmodel: seasonal_naive",
                     kForecastColumns, timed_forecast());
    node.push(rough_hours(hours));
    node.end();
    return node.pull();
  };
  const Rows few = forecast(24);
  ASSERT_EQ(few.size(), 10U);
  expect_interval(
      few, 1,
      {113.23120008059868, 104.60708224505412, 121.85531791614325, 100.04175003383922, 126.42065012735814});
  expect_interval(
      few, 10,
      {105.59075725336862, 93.39441284683778, 117.78710165989946, 86.93805811699895, 124.2434563897383});
  const Rows many = forecast(120);
  ASSERT_EQ(many.size(), 10U);
  expect_interval(
      many, 1,
      {122.63470984807897, 111.36797067936203, 133.9014490167959, 105.1081934846569, 140.16122621150106});
  expect_interval(
      many, 10,
      {116.91120008059868, 100.97762474447902, 132.84477541671833, 92.1249629382932, 141.69743722290414});
}

TEST(Forecast, TheOrderOfTheRowsDoesNotMatter) {
  std::vector<std::string> found;
  for (const bool is_reversed : {false, true}) {
    NodeHarness node("forecast", "value: x\nstep: 1h\nseason: 3\nhorizon: 4", kForecastColumns,
                     timed_forecast());
    node.push(is_reversed ? hours_of("a", 20, 40) : hours_of("a", 0, 20));
    node.push(is_reversed ? hours_of("a", 0, 20) : hours_of("a", 20, 40));
    node.end();
    found.push_back(node.pull().to_json());
  }
  EXPECT_EQ(found[0], found[1]);
  EXPECT_FALSE(found[0].empty());
}

TEST(Forecast, AGapIsNothingKnownOrZero) {
  const auto every_third = [](int i) { return i % 3 == 1; };
  NodeHarness node("forecast", kNaiveOptions, kForecastColumns, timed_forecast());
  node.push(hours_of("a", 0, 30, every_third));
  node.end();
  // No value was ever seen at this place.
  EXPECT_EQ(forecasts_of(node.pull()),
            (std::vector<std::string>{"30 30 10", "30 31 null", "30 32 30", "30 33 10"}));
  NodeHarness zero("forecast", std::string(kNaiveOptions) + "\ngaps: zero", kForecastColumns,
                   timed_forecast());
  zero.push(hours_of("a", 0, 30, every_third));
  zero.end();
  EXPECT_EQ(forecasts_of(zero.pull()),
            (std::vector<std::string>{"30 30 10", "30 31 0", "30 32 30", "30 33 10"}));
}

TEST(Forecast, AStreamForecastsAtEachOriginTheSameAsHistory) {
  const std::string options = std::string(kNaiveOptions) + "\nevery: 12h";
  std::vector<std::string> stream;
  NodeHarness node("forecast", options, kForecastColumns, timed_forecast(true));
  ASSERT_EQ(node.fault(), "");
  for (int i = 0; i < 40; i += 5) {
    node.push(hours_of("a", i, i + 5));
    for (const std::string& row : forecasts_of(node.pull())) stream.push_back(row);
    if (i == 15) {
      ASSERT_TRUE(node.checkpoint());
      node.restart();
      node.pull();
    }
  }
  EXPECT_EQ(stream, (std::vector<std::string>{"12 12 10", "12 13 20", "12 14 30", "12 15 10", "24 24 10",
                                              "24 25 20", "24 26 30", "24 27 10", "36 36 10", "36 37 20",
                                              "36 38 30", "36 39 10"}));
  node.push(hours_of("a", 10, 11));
  EXPECT_EQ(node.pull("late").size(), 1U);

  NodeHarness history("forecast", options, kForecastColumns, timed_forecast());
  history.push(hours_of("a", 20, 40));
  history.push(hours_of("a", 0, 20));
  history.end();
  std::vector<std::string> all = forecasts_of(history.pull());
  ASSERT_EQ(all.size(), 16U);  // And from 48, behind the last row, for which eight steps are gaps.
  all.resize(stream.size());
  EXPECT_EQ(all, stream);
}

TEST(Forecast, AWindowIsKnownWhenItIsOver) {
  Settings settings = timed_forecast(true);
  settings.event_time = "window_start";
  NodeHarness node("forecast", "value: x\nstep: 1h\nhorizon: 1\nevery: 2h\nmodel: seasonal_naive",
                   "window_start: timestamp, window_end: timestamp, x: int64", settings);
  ASSERT_EQ(node.fault(), "");
  node.push(
      R"([["2025-01-01T00:00:00Z", "2025-01-01T01:00:00Z", 1], ["2025-01-01T01:00:00Z", "2025-01-01T02:00:00Z", 2]])");
  EXPECT_EQ(node.pull().size(), 0U);
  node.push(R"([["2025-01-01T02:00:00Z", "2025-01-01T03:00:00Z", 3]])");
  const Rows rows = node.pull();
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_THAT(rows.to_json(), HasSubstr("2025-01-01T02:00:00Z"));
  EXPECT_EQ(rows.batch.column<double>(3)[0], 2);
}

TEST(Forecast, ADayOf25HoursIsADay) {
  NodeHarness node("forecast", "value: x\nstep: 1d\nhorizon: 1\nmodel: seasonal_naive\nhistory: 10",
                   kForecastColumns, timed_forecast());
  node.push(
      R"([["2025-10-24T22:00:00Z", "a", 1.0], ["2025-10-25T22:00:00Z", "a", 2.0], ["2025-10-26T23:00:00Z", "a", 3.0],
                ["2025-10-27T23:00:00Z", "a", 4.0]])");
  node.end();
  EXPECT_THAT(node.pull().to_json(), HasSubstr("2025-10-28T22:00:00Z"));
}

TEST(Forecast, SaysWhatItCannotDo) {
  EXPECT_THAT(NodeHarness("forecast", kNaiveOptions, kForecastColumns, timed_forecast(true)).fault(),
              HasSubstr("every: is needed, because its input never ends"));
  EXPECT_THAT(
      NodeHarness("forecast", std::string(kNaiveOptions) + "\nevery: 90m", kForecastColumns, timed_forecast())
          .fault(),
      HasSubstr("every: is not a multiple of step"));
  EXPECT_THAT(NodeHarness("forecast", "value: x\nstep: 1h\nhorizon: 2\nmodel: AAA", kForecastColumns,
                          timed_forecast())
                  .fault(),
              HasSubstr("model: AAA has a season, but season is 1; say how many steps it has"));
  EXPECT_THAT(NodeHarness("forecast", std::string(kNaiveOptions) + "\nhistory: 10\n", kForecastColumns,
                          timed_forecast())
                  .fault(),
              "");
  EXPECT_THAT(NodeHarness("forecast", "value: x\nstep: 1h\nseason: 7\nhorizon: 7\nhistory: 20",
                          kForecastColumns, timed_forecast())
                  .fault(),
              HasSubstr("history: is less than two seasons and the horizon; make it at least 21"));
  EXPECT_THAT(NodeHarness("forecast", "value: shop\nstep: 1h\nhorizon: 2", kForecastColumns, timed_forecast())
                  .fault(),
              HasSubstr("value: column 'shop' is string, expected a number"));
  EXPECT_THAT(NodeHarness("forecast", "value: x\nby: [step]\nstep: 1h\nhorizon: 2",
                          "t: timestamp, step: string, x: float64", timed_forecast())
                  .fault(),
              HasSubstr("by: two columns of its output would be called 'step'"));
}

TEST(Forecast, KeepsThePromisesOfEveryComponent) {
  expect_conforms(
      transform("forecast", kNaiveOptions, kForecastColumns, timed_forecast()),
      {.rows = hours_of("a", 0, 30), .bad_options = {{"value: x\nstep: 1h\nhorizon: 0", "horizon"}}});
}

}  // namespace
}  // namespace weir::test::forecast_test
