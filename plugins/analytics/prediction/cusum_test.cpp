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
