// Random pipelines under random crashes, a seed each: what comes out is what one undisturbed run gives.
//
//   WEIR_SEEDS=10000     how many seeds, in two halves that may run at once
//   WEIR_SEED=4711       one seed alone
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "sim/trial.hpp"

namespace weir::simulated::random_dag_test {
namespace {

#ifdef WEIR_SIM_FEW_SEEDS
constexpr uint64_t kSeeds = 100;
#else
constexpr uint64_t kSeeds = 10'000;
#endif

uint64_t number_from(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

/// Runs one seed. What is wrong with it is a failure that says how to repeat it.
bool is_right(uint64_t seed, TrialCounts& counts) {
  Trial trial(seed);
  const std::optional<std::string> wrong = trial.judge(counts);
  if (!wrong) return true;
  ADD_FAILURE() << *wrong << "\nrepeat it with WEIR_SEED=" << seed << "\n" << trial.history() << trial.yaml();
  return false;
}

class RandomDag : public testing::TestWithParam<uint64_t> {};

TEST_P(RandomDag, GivesWhatTheUndisturbedRunGives) {
  TrialCounts counts;
  if (const uint64_t only = number_from("WEIR_SEED", 0); only != 0) {
    if (only % 2 == GetParam()) is_right(only, counts);
    std::fputs(counts.text().c_str(), stdout);
    return;
  }
  const uint64_t seeds = number_from("WEIR_SEEDS", kSeeds);
  int wrong = 0;
  for (uint64_t seed = 2 - GetParam(); seed <= seeds && wrong < 5; seed += 2) {
    if (!is_right(seed, counts)) ++wrong;
  }
  std::fputs(counts.text().c_str(), stdout);
  EXPECT_GE(counts.crashes, counts.seeds);
  EXPECT_GE(counts.after_checkpoint * 4, counts.crashes);
  EXPECT_GE(counts.spilled * 20, counts.seeds);
  // Of few seeds chance decides what share has little memory, and which points are reached.
  if (counts.seeds * 2 < kSeeds || kSeeds < 10'000) return;
  EXPECT_GE(counts.spilled * 10, counts.seeds);
  for (const auto& [point, hits] : counts.hits) EXPECT_GE(hits, 100U) << point;
}

INSTANTIATE_TEST_SUITE_P(Odd, RandomDag, testing::Values(1));
INSTANTIATE_TEST_SUITE_P(Even, RandomDag, testing::Values(0));

}  // namespace
}  // namespace weir::simulated::random_dag_test
