#include "cusum.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace weir::prediction::cusum_test {
namespace {

// Flow of the Nile at Aswan 1871-1970 (statsmodels.datasets.nile); its one change is after 1898, where every
// published analysis puts it (Cobb 1978: 1097.8 before, 850.0 after).
const std::vector<double> kNile = {
    1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935,  1110, 994, 1020, 960,  1180,
    799,  958,  1140, 1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874, 694,  940,  833,
    701,  916,  692,  1020, 1050, 969,  831,  726,  456,  824,  702,  1120, 1100, 832, 764,  821,  768,
    845,  864,  862,  698,  845,  744,  796,  1040, 759,  781,  865,  845,  944,  984, 897,  822,  1010,
    771,  676,  649,  846,  812,  742,  801,  1040, 860,  874,  848,  890,  744,  749, 838,  1050, 918,
    986,  797,  923,  975,  815,  1020, 906,  901,  1170, 912,  746,  919,  718,  714, 740};

std::vector<Change> changes_of(const std::vector<double>& values, const CusumLimits& limits,
                               int64_t first = 0) {
  CusumState state{};
  std::vector<Change> found;
  for (size_t i = 0; i < values.size(); ++i) {
    Change change{};
    if (observe(state, limits, first + static_cast<int64_t>(i), values[i], &change)) found.push_back(change);
  }
  return found;
}

// numpy: z by mean() and std(ddof=1) of all years before each, clipped at 3.5; the lower sum is 5.94 in 1902,
// the first above 5. Then mean and std of 1871 to 1898, and the mean of 1899 to 1902: 1e-9.
TEST(Cusum, FindsTheChangeOfTheNile) {
  const std::vector<Change> found = changes_of(kNile, {0.5, 5, 20}, 1871);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].began_us, 1899);
  EXPECT_EQ(found[0].count, 4);
  EXPECT_NEAR(found[0].before, 1097.75, 1e-9);
  EXPECT_NEAR(found[0].deviation, 134.99619336196938, 1e-9);
  EXPECT_NEAR(found[0].after, 795.5, 1e-9);
}

// Montgomery, "Introduction to Statistical Quality Control", example 9.1 and its table: mean 10 and standard
// deviation 1 are known, k 0.5, h 5. The upper sum is 5.28 at value 29, the first above 5, and began at
// value 23.
TEST(Cusum, FollowsMontgomerysTable) {
  const std::vector<double> values = {9.45,  7.99,  9.29,  11.66, 12.16, 10.18, 8.04,  11.46, 9.20,  10.34,
                                      9.03,  11.47, 10.51, 9.40,  10.08, 9.37,  10.62, 10.31, 8.52,  10.84,
                                      10.90, 9.33,  12.29, 11.50, 10.60, 11.08, 10.38, 11.62, 11.31, 10.52};
  const double many = 1e12;  // So that the segment stays what is known.
  CusumState state{{many, 10, many - 1}, {}, {}};
  for (size_t i = 0; i < values.size(); ++i) {
    Change change{};
    const bool is_seen = observe(state, {0.5, 5, 30}, static_cast<int64_t>(i + 1), values[i], &change);
    EXPECT_EQ(is_seen, i + 1 == 29) << i + 1;
    if (i + 1 == 28) {
      EXPECT_NEAR(state.up.sum, 4.47, 1e-6);
    }
    if (!is_seen) continue;
    EXPECT_EQ(change.began_us, 23);
    EXPECT_EQ(change.count, 7);
    EXPECT_NEAR(change.before, 10, 1e-6);
    break;
  }
}

TEST(Cusum, ALoneValueIsNoChange) {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(i % 5);
  values[100] = 1e9;
  EXPECT_TRUE(changes_of(values, {}).empty());
}

// The mean rises from 2 to 7, that is by 3.5 deviations; a lone 1e9 before does not hide it.
TEST(Cusum, ALoneValueHidesNoChange) {
  std::vector<double> values;
  for (int i = 0; i < 200; ++i) values.push_back(i % 5 + (i >= 150 ? 5 : 0));
  values[100] = 1e9;
  const std::vector<Change> found = changes_of(values, {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].began_us, 148);  // The sum had begun with the 3 and the 4 before.
  EXPECT_EQ(found[0].after, (3 + 4 + 5 + 6 + 7 + 8) / 6.0);
  EXPECT_NEAR(found[0].before, 2, 0.01);
  EXPECT_NEAR(found[0].deviation, 1.414, 0.01);
}

// It is the first of those by which a change is seen, and no part of what the next one is measured by.
TEST(Cusum, ALoneValueAtAChangeHidesNoLaterOne) {
  std::vector<double> values;
  for (int i = 0; i < 300; ++i) values.push_back(i % 5 + (i >= 200 ? 500 : i > 40 ? 7 : 0));
  values[40] = 1e9;
  const std::vector<Change> found = changes_of(values, {});
  ASSERT_EQ(found.size(), 2U);
  EXPECT_NEAR(found[1].before, 9, 0.1);
  EXPECT_EQ(found[1].after, (10 + 11 + 500 + 501 + 502) / 5.0);  // The sum had begun with two values before.
  EXPECT_NEAR(found[1].deviation, 1.4, 0.2);
}

// A rare event is 4.4 deviations out, and all that there is to learn from.
TEST(Cusum, RareEventsArePartOfTheMean) {
  std::vector<double> values;
  for (int i = 0; i < 1000; ++i) values.push_back(i % 20 == 7 ? 1 : 0);
  EXPECT_TRUE(changes_of(values, {}).empty());
  for (int i = 0; i < 40; ++i) values.push_back(i % 2);
  const std::vector<Change> found = changes_of(values, {});
  ASSERT_FALSE(found.empty());
  EXPECT_NEAR(found[0].before, 0.05, 0.001);
}

TEST(Cusum, GoesOnFromWhatTheVersionBeforeKept) {
  struct Side1 {
    double sum;
    int64_t began_us;
    Moments since;
  };
  struct Version1 {
    Moments segment;
    Side1 up;
    Side1 down;
  };
  Moments segment{};
  for (int i = 0; i < 40; ++i) segment.add(i % 5);
  Moments since{};
  for (const double value : {3, 4}) since.add(value), segment.add(value);
  const Version1 old{segment, {0.25, 40, since}, {}};
  CusumState state{};
  ASSERT_TRUE(read_cusum_version_1(&old, sizeof(old), state));
  Change change{};
  for (int64_t time = 42; !observe(state, {}, time, 7, &change); ++time) ASSERT_LT(time, 60);
  EXPECT_EQ(change.began_us, 40);
  EXPECT_NEAR(change.before, 2, 1e-9);
  EXPECT_FALSE(read_cusum_version_1(&old, sizeof(old) + 8, state));
}

TEST(Cusum, AStepOfAConstantSeriesIsSeen) {
  std::vector<double> values(60, 7.0);
  values.resize(90, 8.0);
  const std::vector<Change> found = changes_of(values, {});
  ASSERT_FALSE(found.empty());
  EXPECT_EQ(found[0].began_us, 60);
  EXPECT_EQ(found[0].before, 7);
  EXPECT_EQ(found[0].after, 8);
  EXPECT_EQ(found[0].deviation, 0);
}

}  // namespace
}  // namespace weir::prediction::cusum_test
