#include "world/random.hpp"

#include <array>
#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(SimRandom, ASeedGivesTheSameNumbersEverywhere) {
  SimRandom random(0);
  const std::vector<uint64_t> got{random.next(), random.next(), random.next()};
  EXPECT_EQ(got, (std::vector<uint64_t>{0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0}));
  EXPECT_NE(SimRandom(1).next(), SimRandom(2).next());
}

TEST(SimRandom, FillsEveryByteOfAnOddSize) {
  std::array<unsigned char, 13> first{};
  std::array<unsigned char, 13> second{};
  SimRandom(7).fill(first.data(), first.size());
  SimRandom(7).fill(second.data(), second.size());
  EXPECT_EQ(first, second);
  EXPECT_NE(first[12], 0);
}

TEST(Random, BelowReachesEveryNumberUnderItsBoundAndNoOther) {
  SimRandom random(3);
  std::set<uint64_t> seen;
  for (int i = 0; i < 200; ++i) seen.insert(random.below(5));
  EXPECT_EQ(seen, (std::set<uint64_t>{0, 1, 2, 3, 4}));
}

TEST(RealRandom, DoesNotRepeatItself) {
  RealRandom random;
  EXPECT_NE(random.next(), random.next());
}

}  // namespace
}  // namespace weir
