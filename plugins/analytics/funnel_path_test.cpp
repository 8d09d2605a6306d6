#include "funnel_path.hpp"

#include <gtest/gtest.h>

#include <random>

namespace weir::behaviour::funnel_path_test {
namespace {

FunnelRules rules(size_t steps, int64_t within = 1000) {
  FunnelRules made;
  made.step_count = steps;
  made.within = within;
  return made;
}
/// One event for each letter: 'a' is the first step, 'A' to 'D' exclusions 0 to 3, '.' neither; times 0, 1, 2
/// ...
std::vector<FunnelEvent> events(const std::string& letters) {
  std::vector<FunnelEvent> made;
  for (size_t i = 0; i < letters.size(); ++i) {
    const char c = letters[i];
    uint32_t marks = 0;
    if (c >= 'a') marks = uint32_t{1} << (c - 'a');
    if (c >= 'A' && c <= 'D') marks = uint32_t{1} << (kMaxSteps + static_cast<size_t>(c - 'A'));
    made.push_back({static_cast<int64_t>(i), marks, 0});
  }
  return made;
}
/// Where each step was taken.
std::vector<int64_t> path(FunnelRules given, const std::string& letters) {
  AttemptFinder finder(std::move(given));
  const auto all = events(letters);
  const Attempt best = finder.best(all, INT64_MIN, INT64_MAX);
  return {best.times.begin(), best.times.begin() + static_cast<ptrdiff_t>(best.reached)};
}
using Times = std::vector<int64_t>;

TEST(FunnelPath, TakesEachStepAtItsFirstRowBehindTheOneBefore) {
  EXPECT_EQ(path(rules(3), "b.a.c.b.b.c.c"), (Times{2, 6, 10}));
  EXPECT_EQ(path(rules(3), "bc"), Times{});
  EXPECT_EQ(path(rules(3), "acb"), (Times{0, 2}));
}

TEST(FunnelPath, OfAttemptsThatGetEquallyFarTheEarliestCounts) {
  EXPECT_EQ(path(rules(2), "aab"), (Times{0, 2}));
}

TEST(FunnelPath, ALaterAttemptCountsWhereItGetsFurther) {
  EXPECT_EQ(path(rules(2, 3), "a..a..b"), (Times{3, 6}));  // The first has run out of time.
  EXPECT_EQ(path(rules(2, 2), "a..a..b"), Times{0});
  EXPECT_EQ(path(rules(2, 6), "a..a..b"), (Times{0, 6}));  // The time is inclusive.
}

TEST(FunnelPath, StrictTakesNoRowBetweenTwoSteps) {
  FunnelRules strict = rules(3);
  strict.is_strict = true;
  EXPECT_EQ(path(strict, "ab.abc"), (Times{3, 4, 5}));
  EXPECT_EQ(path(strict, "aab"), (Times{1, 2}));
  EXPECT_EQ(path(strict, "a.bc"), Times{0});
}

TEST(FunnelPath, AnExclusionEndsTheAttemptsBetweenItsSteps) {
  FunnelRules excluding = rules(3);
  excluding.exclusions = {{1, 2}};
  EXPECT_EQ(path(excluding, "aAbc"), (Times{0, 2, 3}));  // Before its steps.
  EXPECT_EQ(path(excluding, "abAc"), (Times{0, 1}));
  EXPECT_EQ(path(excluding, "abAcabc"), (Times{4, 5, 6}));
  excluding.exclusions = {{0, 2}};
  EXPECT_EQ(path(excluding, "aAbc"), Times{0});
}

TEST(FunnelPath, OneRowTakesOneStep) {
  const std::vector<FunnelEvent> both = {{0, 3, 0}, {1, 3, 0}};
  AttemptFinder finder(rules(2));
  EXPECT_EQ(finder.best(both, INT64_MIN, INT64_MAX).reached, 2U);
  EXPECT_EQ(finder.best(std::span(both).first(1), INT64_MIN, INT64_MAX).reached, 1U);
}

TEST(FunnelPath, RowsOfOneTimeLieInTheOrderOfTheSteps) {
  std::vector<FunnelEvent> rows = {{5, 0, 0}, {5, 4, 0}, {5, 1, 0}, {5, 2, 0}, {4, 0, 0}};
  std::ranges::sort(rows, comes_before);
  std::vector<uint32_t> marks;
  for (const FunnelEvent& row : rows) marks.push_back(row.marks);
  EXPECT_EQ(marks, (std::vector<uint32_t>{0, 1, 2, 4, 0}));
}

/// The definition, word by word: every first step, each further one by looking through all rows.
Attempt slow_best(const FunnelRules& given, const std::vector<FunnelEvent>& all) {
  Attempt best;
  for (size_t first = 0; first < all.size(); ++first) {
    if ((all[first].marks & 1) == 0) continue;
    Attempt made;
    made.reached = 1;
    made.times[0] = all[first].time;
    size_t at = first;
    for (size_t row = first + 1; row < all.size() && made.reached < given.step_count; ++row) {
      if (all[row].time - made.times[0] > given.within) break;
      if ((all[row].marks >> made.reached & 1) != 0 && (!given.is_strict || row == at + 1)) {
        made.times[made.reached++] = all[row].time;
        at = row;
        continue;
      }
      bool is_over = false;
      for (size_t x = 0; x < given.exclusions.size(); ++x) {
        const bool is_between =
            made.reached - 1 >= given.exclusions[x].after && made.reached - 1 < given.exclusions[x].before;
        is_over = is_over || (is_between && (all[row].marks >> (kMaxSteps + x) & 1) != 0);
      }
      if (is_over) break;
    }
    if (made.reached > best.reached) best = made;
  }
  return best;
}

TEST(FunnelPath, FindsWhatTheDefinitionSays) {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    FunnelRules given = rules(2 + random() % 3, static_cast<int64_t>(random() % 12));
    given.is_strict = random() % 4 == 0;
    for (size_t x = random() % 3; x > 0; --x) {
      const size_t after = random() % (given.step_count - 1);
      given.exclusions.push_back({after, after + 1 + random() % (given.step_count - 1 - after)});
    }
    std::vector<FunnelEvent> all(random() % 16);
    for (FunnelEvent& event : all) {
      const uint32_t steps = random() % 3 == 0 ? random() & 15 : uint32_t{1} << random() % 4;
      const uint32_t exclusions = random() % 4 == 0 ? random() & 3 : 0;
      event = {static_cast<int64_t>(random() % 12), steps | exclusions << kMaxSteps, 0};
    }
    std::ranges::sort(all, comes_before);
    const Attempt wanted = slow_best(given, all);
    AttemptFinder finder(given);
    const Attempt found = finder.best(all, INT64_MIN, INT64_MAX);
    ASSERT_EQ(found.reached, wanted.reached) << "round " << round;
    ASSERT_EQ(found.times, wanted.times) << "round " << round;
  }
}

}  // namespace
}  // namespace weir::behaviour::funnel_path_test
