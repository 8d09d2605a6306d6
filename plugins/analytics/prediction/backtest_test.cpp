#include "backtest.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace weir::prediction::backtest_test {
namespace {

constexpr Method kNaiveMethod = {Method::Kind::kSeasonalNaive, {}};

std::vector<double> waves(size_t count) {
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(100 + 10 * std::sin(static_cast<double>(i % 7)) + static_cast<double>(i * i % 11));
  return values;
}

TEST(Backtest, ForecastsFromTheOriginsThatWereAskedFor) {
  const std::vector<Trial> trials = back_test(kNaiveMethod, waves(60), 7, 3, {4, 5});
  ASSERT_EQ(trials.size(), 12U);
  EXPECT_EQ(trials.front().origin, 42U);
  EXPECT_EQ(trials.back().origin, 57U);
  const std::vector<double> values = waves(60);
  for (const Trial& trial : trials) {
    EXPECT_EQ(trial.actual, values[trial.origin + trial.step - 1]);
    EXPECT_EQ(trial.naive, values[trial.origin + trial.step - 8]);
    EXPECT_EQ(trial.predicted.mean, trial.naive);
  }
}

TEST(Backtest, LooksAtNothingBehindAnOrigin) {
  std::vector<double> values = waves(80);
  const Method method = {Method::Kind::kEts, {}};
  const std::vector<Trial> before = back_test(method, values, 7, 3, {2, 10});
  for (size_t i = 70; i < values.size(); ++i) values[i] = 1e6;
  const std::vector<Trial> after = back_test(method, values, 7, 3, {2, 10});
  ASSERT_EQ(before.front().origin, 67U);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(before[i].predicted.mean, after[i].predicted.mean);
    EXPECT_EQ(before[i].predicted.half, after[i].predicted.half);
    EXPECT_EQ(before[i].unit, after[i].unit);
  }
}

TEST(Backtest, LeavesOutOriginsWithTooShortAHistory) {
  EXPECT_TRUE(back_test(kNaiveMethod, waves(16), 7, 3, {9, 1}).empty());
  EXPECT_EQ(back_test(kNaiveMethod, waves(19), 7, 3, {9, 1}).size(), 9U);  // Three origins: 14, 15 and 16.
}

// By hand: |10 - 8|, |0 - 0|, |4 - 6|; sMAPE (200 * 2 / 18 + 0 + 200 * 2 / 10) / 3, MASE (2 + 0 + 2) / 2 / 3.
TEST(Backtest, ScoresAsTheMeasuresSay) {
  const std::vector<Trial> trials = {{20, 1, 10, {8, {1, 3}}, 9, 2},
                                     {20, 2, 0, {0, {1, 3}}, 1, 2},
                                     {20, 3, 4, {6, {1, 3}}, 4, 2},
                                     {20, 4, kMissing, {6, {1, 3}}, 4, 2}};
  const Scores scores = score(trials);
  EXPECT_EQ(scores.scored, 3U);
  EXPECT_DOUBLE_EQ(scores.model.smape, (400.0 / 18 + 400.0 / 10) / 3);
  EXPECT_DOUBLE_EQ(scores.model.mase, 4.0 / 2 / 3);
  EXPECT_DOUBLE_EQ(scores.naive.smape, (200.0 / 19 + 200.0) / 3);
  EXPECT_DOUBLE_EQ(scores.naive.mase, 2.0 / 2 / 3);
  EXPECT_DOUBLE_EQ(scores.coverage[0], 1.0 / 3);
  EXPECT_DOUBLE_EQ(scores.coverage[1], 1);
  EXPECT_TRUE(std::isnan(score({}).model.mase));
}

TEST(Predictor, GivesWayToTheSeasonalNaiveForecastWhereThatIsNearer) {
  std::vector<double> saw;  // A season of 30 that ETS must learn slowly and that repeats to the last digit.
  for (size_t i = 0; i < 240; ++i) saw.push_back(static_cast<double>(i * i % 30 * 7 % 31));
  EXPECT_EQ(Predictor::fit({Method::Kind::kAutomatic, {}}, saw, 30, 5).name(), "seasonal_naive");
  EXPECT_NE(Predictor::fit({Method::Kind::kEts, {}}, saw, 30, 5).name(), "seasonal_naive");
  EXPECT_EQ(Predictor::fit({Method::Kind::kEts, {}}, {saw.data(), 5}, 30, 5).name(), "seasonal_naive");
}

/// waves() with steps that are seldom alike, so that each share of them is another value.
std::vector<double> rough_waves(size_t count) {
  std::vector<double> values;
  for (size_t i = 0; i < count; ++i)
    values.push_back(100 + 10 * std::sin(static_cast<double>(i % 7)) +
                     static_cast<double>(i * i * 7919 % 1000) / 50);
  return values;
}

// numpy: the root mean square of y[7:] - y[:-7], and sqrt(2) of it in the second season (Hyndman &
// Athanasopoulos, "Forecasting: Principles and Practice", section 5.5: sigma sqrt(k + 1)). 1e-12 of it.
TEST(SeasonalNaive, SpreadsByTheRootOfTheSeasonsAhead) {
  const std::vector<double> values = rough_waves(120);
  size_t origins = 0;
  Predictor::fit(kNaiveMethod, values, 7, 10)
      .replay(values, values.size(), 10,
              [&](size_t, std::span<const double> mean, std::span<const double> deviation) {
                ++origins;
                for (size_t i = 0; i < 10; ++i) {
                  EXPECT_EQ(mean[i], values[113 + i % 7]);
                  EXPECT_NEAR(deviation[i] / (i < 7 ? 8.322943871627725 : 11.770420102125966), 1, 1e-12);
                }
              });
  EXPECT_EQ(origins, 1U);
}

// numpy: each forecast's errors by its deviation, then quantile(ratios, p * (1 + 1 / C),
// method='inverted_cdf', weights=0.5^(age / 22.5)), age in origins before the newest that is wholly known and
// C = sum(w)^2 / sum(w^2). 1e-12 of each.
TEST(PastErrors, WidthsAreWeightedConformalQuantiles) {
  const std::vector<double> values = rough_waves(120);
  const Predictor naive = Predictor::fit(kNaiveMethod, values, 7, 10);
  const Widths all = PastErrors(naive, values, 7, 10).widths(120);  // The last 90 origins.
  EXPECT_NEAR(all[0] / 1.3536964014769324, 1, 1e-12);
  EXPECT_NEAR(all[1] / 2.1058073481870543, 1, 1e-12);
  const Widths earlier = PastErrors(naive, values, 14, 7, 10).widths(80);  // All 57 that there are by then.
  EXPECT_NEAR(earlier[0] / 1.4209078198539304, 1, 1e-12);
  EXPECT_NEAR(earlier[1] / 2.3188062583831184, 1, 1e-12);
}

TEST(PastErrors, OfTooFewSaysWhatTheNormalDistributionDoes) {
  const Predictor naive = Predictor::fit(kNaiveMethod, waves(20), 7, 3);
  // scipy.stats.norm.ppf(0.9), norm.ppf(0.975)
  EXPECT_NEAR(PastErrors(naive, waves(20), 7, 3).widths(20)[0], 1.2815515655446004, 1e-12);
  EXPECT_NEAR(PastErrors(naive, waves(20), 7, 3).widths(20)[1], 1.959963984540054, 1e-12);
}

}  // namespace
}  // namespace weir::prediction::backtest_test
