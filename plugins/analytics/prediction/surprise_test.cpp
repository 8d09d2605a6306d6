#include "surprise.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace weir::prediction::surprise_test {
namespace {

constexpr int64_t kMinute = 60'000'000;
constexpr int64_t kDay = 24 * 60 * kMinute;

/// One series, looked at value by value.
class Watch {
 public:
  explicit Watch(std::vector<int64_t> seasons = {kDay, 7 * kDay})
      : profiles_(std::move(seasons), 30 * kMinute), places_(profiles_.place_count()) {}
  Surprise see(int64_t time, double value) { return observe(state_, places_, profiles_, time, value); }

 private:
  SeasonProfiles profiles_;
  std::vector<ProfilePlace> places_;
  SurpriseState state_{};
};

double wave(int64_t time) {
  return 100 + 40 * std::sin(6.283185307179586 * static_cast<double>(time % kDay) / kDay);
}
double noise(int64_t i) { return std::sin(static_cast<double>(i) * 12.9898) * 3; }

// Made with a numpy implementation of the same recursions (x = 100 + 40 sin(2 pi t / day) + 3 sin(12.9898 i),
// t = 10 i minutes, i < 1500; the value of i = 1400 is 30 higher).
TEST(Surprise, AgreesWithAnIndependentImplementation) {
  Watch watch;
  for (int64_t i = 0; i < 1500; ++i) {
    const int64_t time = 10 * i * kMinute;
    const Surprise found = watch.see(time, wave(time) + noise(i) + (i == 1400 ? 30 : 0));
    if (i == 1000) {
      EXPECT_NEAR(found.expected, 86.22042812576805, 1e-6);
    }
    if (i == 1400) {
      EXPECT_NEAR(found.expected, 60.90850202437743, 1e-6);
      EXPECT_NEAR(-std::log10(found.probability), 10.01416480750269, 1e-6);
    }
  }
}

TEST(Surprise, ExpectsWhatIsUsualAtThisHour) {
  Watch watch;
  Surprise last{};
  for (int64_t i = 0; i < 6 * 24 * 30; ++i)
    last = watch.see(10 * i * kMinute, wave(10 * i * kMinute) + noise(i));
  EXPECT_NEAR(last.expected, wave(10 * (6 * 24 * 30 - 1) * kMinute), 4);
}

TEST(Surprise, TheFirstStepOfAConstantSeriesIsOne) {
  Watch watch(std::vector<int64_t>{});
  for (int64_t i = 0; i < 300; ++i) EXPECT_EQ(score_of(watch.see(i * kMinute, 7).probability), 0);
  EXPECT_EQ(score_of(watch.see(300 * kMinute, 7.1).probability), 1);
}

TEST(Surprise, TheScoreIsTheLogarithmOfTheProbability) {
  EXPECT_EQ(score_of(1), 0);
  EXPECT_NEAR(score_of(std::pow(10, -2.75)), 0.5, 1e-12);
  EXPECT_EQ(score_of(1e-9), 1);
}

TEST(Surprise, PlacesCountFromTheSeasonsBegin) {
  const SeasonProfiles profiles({kDay, 7 * kDay}, 30 * kMinute);
  EXPECT_EQ(profiles.place_count(), 48U + 336U);
  EXPECT_EQ(profiles.place_of(0, -kMinute), 47U);
  EXPECT_EQ(profiles.place_of(1, 0), 48U);
  EXPECT_EQ(profiles.place_of(1, 7 * kDay - 1), 48U + 335U);
}

}  // namespace
}  // namespace weir::prediction::surprise_test
