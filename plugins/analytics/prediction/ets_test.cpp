// Constants of additive errors were made with statsmodels 0.15.0, ETSModel(...,
// initialization_method='known') .smooth(parameters) on the first 68 quarters of Australian visitor nights
// (austourists, Hyndman & Athanasopoulos): llf, forecast, and forecast_variance of
// get_prediction(method='exact'). Those of multiplicative errors: llf and forecasts the same for the
// seasonless and additive ones; the deviations, and all of a multiplicative season, are numpy's, from the
// recursions of Hyndman et al. (2008) and 2,000,000 simulated paths. (statsmodels moves a multiplicative
// season by the level after the step, the book by the one before it.)
#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <vector>

#include "ets_fit.hpp"

namespace weir::prediction::ets_test {
namespace {

const std::vector<double> kNights = {
    30.052513,   19.148496,   25.317692,   27.591437,   32.076456,   23.487961,   28.47594,    35.123753,
    36.838485,   25.007017,   30.72223,    28.693759,   36.640986,   23.824609,   29.311683,   31.770309,
    35.177877,   19.775244,   29.60175,    34.538842,   41.273599,   26.655862,   28.279859,   35.191153,
    42.20566386, 24.64917133, 32.66733514, 37.25735401, 45.24246027, 29.35048127, 36.34420728, 41.78208136,
    49.27659843, 31.27540139, 37.85062549, 38.83704413, 51.23690034, 31.83855162, 41.32342126, 42.79900337,
    55.70835836, 33.40714492, 42.31663797, 45.15712257, 59.57607996, 34.83733016, 44.84168072, 46.9712496,
    60.01903094, 38.37117851, 46.97586413, 50.73379646, 61.64687319, 39.29956937, 52.67120908, 54.33231689,
    66.83435838, 40.87118847, 51.82853579, 57.49190993, 65.25146985, 43.06120822, 54.76075713, 59.83447494,
    73.25702747, 47.69662373, 61.09776802, 66.05576122};

Ets model(const char* form, EtsParameters parameters, double level, double growth,
          std::vector<double> season) {
  Ets made;
  made.form = *EtsForm::find(form);
  made.parameters = parameters;
  made.level = level;
  made.growth = growth;
  made.season = std::move(season);
  return made;
}

struct Known {
  const char* form;
  EtsParameters parameters;
  double level, growth;
  std::vector<double> season;
  double log_likelihood;
  std::array<double, 4> mean, deviation;  // 1, 2, 4 and 8 steps ahead.
  double tolerance;                       // Of the deviations, as a share.
};

const std::vector<double> kAdditive = {9, -8, -3, 2};
const std::vector<double> kRatio = {1.25, 0.77, 1.02, 0.96};

const std::vector<Known> kKnown = {
    {"ANN",
     {0.4, 0, 0, 1},
     30,
     0,
     {},
     -244.74810865650585,
     {61.5262083960706, 61.5262083960706, 61.5262083960706, 61.5262083960706},
     {8.848946025844436, 9.530606543722039, 10.765207463727576, 12.884259894491924},
     1e-9},
    {"AAN",
     {0.3, 0.1, 0, 1},
     28,
     0.5,
     {},
     -244.10523838320236,
     {63.41362231934273, 64.643872094684, 67.10437164536653, 72.02537074673158},
     {8.765682520503434, 9.440929003985834, 11.66198209520831, 19.0237526565271},
     1e-9},
    {"ANA",
     {0.3, 0, 0.2, 1},
     28,
     0,
     kAdditive,
     -170.8817131031836,
     {73.10524830764764, 49.80743846840332, 63.73258724451535, 63.73258724451535},
     {2.9862781195639694, 3.1177658889100868, 3.3653645269689396, 3.995367823270076},
     1e-9},
    {"AAdA",
     {0.3, 0.1, 0.2, 0.9},
     28,
     0.5,
     kAdditive,
     -165.02246932483055,
     {75.5655226386274, 52.96354829235828, 68.36235713221056, 70.69135005045078},
     {2.7397385229832456, 2.9407235846866415, 3.5402767302320344, 5.400192031051073},
     1e-9},
    {"MNN",
     {0.4, 0, 0, 1},
     30,
     0,
     {},
     -239.43613723439833,
     {61.5262083960706, 61.5262083960706, 61.5262083960706, 61.5262083960706},
     {13.0593, 14.1185, 16.0354, 19.3613},
     4e-3},
    {"MAN",
     {0.3, 0.1, 0, 1},
     28,
     0.5,
     {},
     -239.47091731205876,
     {63.41362231934273, 64.643872094684, 67.10437164536653, 72.02537074673158},
     {13.1426, 14.4284, 18.364, 30.9587},
     4e-3},
    {"MAdA",
     {0.3, 0.1, 0.2, 0.9},
     28,
     0.5,
     kAdditive,
     -173.44002663848312,
     {75.5655226386274, 52.96354829235828, 68.36235713221056, 70.69135005045078},
     {6.0527, 4.8591, 7.0068, 10.7864},
     4e-3},
};

TEST(Ets, AgreesWithOtherSoftwareStepForStep) {
  const std::array<size_t, 4> ahead = {0, 1, 3, 7};
  for (const Known& known : kKnown) {
    SCOPED_TRACE(known.form);
    Ets made = model(known.form, known.parameters, known.level, known.growth, known.season);
    EXPECT_NEAR(log_likelihood(made, kNights, &made.variance), known.log_likelihood, 1e-8);
    for (const double value : kNights) ASSERT_TRUE(made.observe(value).is_sound);
    std::array<double, 8> mean{}, deviation{};
    made.forecast(mean, deviation);
    for (size_t i = 0; i < ahead.size(); ++i) {
      EXPECT_NEAR(mean[ahead[i]], known.mean[i], 1e-8);
      EXPECT_NEAR(deviation[ahead[i]] / known.deviation[i], 1, known.tolerance);
    }
  }
}

// Beyond one season the formula is the book's approximation.
TEST(Ets, AMultiplicativeSeasonSpreadsAsSimulatedPathsDo) {
  const std::array<size_t, 4> ahead = {0, 1, 3, 7};
  const std::vector<Known> known = {
      {"MAM", {0.2, 0.04, 0.1, 1}, 28, 0.5, kRatio, 0, {}, {5.7719, 3.7497, 5.5451, 7.3421}, 2e-2},
      {"MAdM", {0.2, 0.04, 0.1, 0.95}, 28, 0.5, kRatio, 0, {}, {5.8128, 3.7698, 5.5099, 7.0288}, 2e-2}};
  for (const Known& each : known) {
    SCOPED_TRACE(each.form);
    Ets made = model(each.form, each.parameters, each.level, each.growth, each.season);
    log_likelihood(made, kNights, &made.variance);
    for (const double value : kNights) made.observe(value);
    std::array<double, 8> mean{}, deviation{};
    made.forecast(mean, deviation);
    for (size_t i = 0; i < ahead.size(); ++i)
      EXPECT_NEAR(deviation[ahead[i]] / each.deviation[i], 1, each.tolerance);
  }
}

// statsmodels' ETSModel(...).fit(): ANN llf -240.53516546740553, aicc 487.44533; AAA llf -150.4798, AAdA
// -152.6268, where it moves the season's first states too, which here are put by decomposition.
TEST(EtsFit, FindsTheLargestLikelihood) {
  const std::optional<EtsFit> simple = fit_ets(*EtsForm::find("ANN"), kNights, 4);
  ASSERT_TRUE(simple);
  EXPECT_NEAR(simple->log_likelihood, -240.535165, 1e-4);
  EXPECT_NEAR(simple->aicc, 487.44533, 1e-3);
  EXPECT_NEAR(simple->start.parameters.alpha, 0.1964, 1e-3);
  const std::optional<EtsFit> seasonal = fit_ets(*EtsForm::find("AAA"), kNights, 4);
  ASSERT_TRUE(seasonal);
  EXPECT_NEAR(seasonal->log_likelihood, -150.4798, 0.2);
  const std::optional<EtsFit> damped = fit_ets(*EtsForm::find("AAdA"), kNights, 4);
  ASSERT_TRUE(damped);
  EXPECT_NEAR(damped->log_likelihood, -152.6268, 0.2);
  EXPECT_EQ(choose_ets(kNights, 4)->start.form.name(), "AAA");
}

TEST(EtsFit, KnowsWhatItCannotFit) {
  EXPECT_FALSE(fit_ets(*EtsForm::find("ANN"), std::vector<double>(9, 1.0), 1));
  EXPECT_FALSE(fit_ets(*EtsForm::find("ANA"), std::vector<double>(11, 1.0), 4));
  std::vector<double> with_zero(40, 1.0);
  with_zero[7] = 0;
  EXPECT_FALSE(fit_ets(*EtsForm::find("MNN"), with_zero, 1));
  EXPECT_FALSE(choose_ets(std::vector<double>(50, kMissing), 4));
  EXPECT_TRUE(choose_ets(std::vector<double>(50, 3.0), 4));  // Nothing moves: still a forecast.
}

TEST(EtsFit, AGapSaysNothing) {
  std::vector<double> gappy = kNights;
  for (size_t i = 5; i < gappy.size(); i += 7) gappy[i] = kMissing;
  const std::optional<EtsFit> fit = fit_ets(*EtsForm::find("AAA"), gappy, 4);
  ASSERT_TRUE(fit);
  EXPECT_NEAR(fit->start.level, 24.3, 1.0);
  EXPECT_NEAR(fit->start.growth, 0.57, 0.1);
}

}  // namespace
}  // namespace weir::prediction::ets_test
