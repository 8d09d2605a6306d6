#include "rfm_scores.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace weir::behaviour {
namespace {

template <class Number>
FifthScores<Number> scores_of(std::vector<Number> numbers) {
  return FifthScores<Number>(std::span<Number>(numbers));
}

TEST(FifthScores, FiveNumbersHaveFiveScores) {
  const auto scores = scores_of<int64_t>({50, 10, 40, 30, 20});
  for (const int64_t number : {10, 20, 30, 40, 50}) EXPECT_EQ(scores.of(number), number / 10);
}

TEST(FifthScores, EqualNumbersShareTheLowestOfTheirScores) {
  // The places 2, 4, 6 and 8 of ten hold 1, 1, 1 and 3.
  const auto scores = scores_of<int64_t>({1, 5, 1, 1, 4, 1, 1, 3, 1, 2});
  EXPECT_EQ(scores.of(1), 1);
  EXPECT_EQ(scores.of(2), 4);
  EXPECT_EQ(scores.of(3), 4);
  EXPECT_EQ(scores.of(4), 5);
  EXPECT_EQ(scores.of(5), 5);
}

TEST(FifthScores, FewNumbers) {
  EXPECT_EQ(scores_of<int64_t>({7}).of(7), 1);
  // Both below 0.6: the places of two are 1, 1, 2 and 2.
  const auto two = scores_of<double>({2.5, 1.5});
  EXPECT_EQ(two.of(1.5), 1);
  EXPECT_EQ(two.of(2.5), 3);
}

// numpy: 1 + the number of quantile(amounts, [0.2, 0.4, 0.6, 0.8], method='inverted_cdf') below each, those
// being 30, 46, 64.5 and 82 (type 1 of Hyndman and Fan).
TEST(FifthScores, AgreesWithNumpysQuantilesOfType1) {
  const std::vector<double> amounts = {0,  37.5, 48, 30, 87.5, 17, 19, 96.5, 46, 68, 64.5, 34,
                                       76, 92.5, 82, 43, 79.5, 89, 70, 25.5, 55, 56, 31.5};
  const std::vector<int64_t> wanted = {1, 2, 3, 1, 5, 1, 1, 5, 2, 4, 3, 2, 4, 5, 4, 2, 4, 5, 4, 1, 3, 3, 2};
  const auto scores = scores_of(amounts);
  for (size_t i = 0; i < amounts.size(); ++i) EXPECT_EQ(scores.of(amounts[i]), wanted[i]) << amounts[i];
}

/// The same in other words: the fifth in which those below end.
TEST(FifthScores, AgreesWithCountingThoseBelow) {
  uint64_t state = 7;
  for (size_t size = 1; size <= 60; ++size) {
    std::vector<int64_t> numbers;
    for (size_t i = 0; i < size; ++i) {
      state = state * 6'364'136'223'846'793'005U + 1'442'695'040'888'963'407U;
      numbers.push_back(static_cast<int64_t>(state >> 33) % static_cast<int64_t>(1 + size % 17 * 3));
    }
    const auto scores = scores_of(numbers);
    for (const int64_t number : numbers) {
      const int64_t below =
          std::ranges::count_if(numbers, [number](int64_t other) { return other < number; });
      EXPECT_EQ(scores.of(number), 1 + 5 * below / static_cast<int64_t>(size)) << size << " " << number;
    }
  }
}

TEST(RfmSegment, EveryPairOfScoresHasOne) {
  std::map<std::string, std::set<int>> cells;
  for (int recency = 1; recency <= 5; ++recency)
    for (int frequency = 1; frequency <= 5; ++frequency)
      cells[std::string(rfm_segment(recency, frequency))].insert(recency * 10 + frequency);
  const std::map<std::string, std::set<int>> expected = {{"hibernating", {11, 12, 21, 22}},
                                                         {"at_risk", {13, 14, 23, 24}},
                                                         {"cannot_lose", {15, 25}},
                                                         {"about_to_sleep", {31, 32}},
                                                         {"need_attention", {33}},
                                                         {"loyal_customers", {34, 35, 44, 45}},
                                                         {"promising", {41}},
                                                         {"new_customers", {51}},
                                                         {"potential_loyalists", {42, 43, 52, 53}},
                                                         {"champions", {54, 55}}};
  EXPECT_EQ(cells, expected);
}

}  // namespace
}  // namespace weir::behaviour
