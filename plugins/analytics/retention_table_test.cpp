#include "retention_table.hpp"

#include <cstdlib>
#include <cstring>
#include <memory>

#include <gtest/gtest.h>

namespace weir::behaviour::retention_table_test {
namespace {

/// What version 1 kept of a key.
struct VisitsBefore {
  weir_block* seen;
  uint64_t seen_count;
  int64_t first_time;
  uint32_t has_first;
  uint32_t cohort;
};

constexpr int64_t kDay = 86'400'000'000;

TEST(RetentionTable, ReadsWhatTheVersionBeforeKept) {
  const int64_t days[] = {20'000, 20'001, 20'003};
  const auto block = std::unique_ptr<weir_block, decltype(&std::free)>(
      static_cast<weir_block*>(std::malloc(sizeof(weir_block) + sizeof(days))), &std::free);
  block->size = sizeof(days);
  std::memcpy(block->data, days, sizeof(days));
  const VisitsBefore old{block.get(), 3, 20'000 * kDay + 5, 1, 7};
  Visits visits{};
  ASSERT_EQ(Visits::migrate(1, &old, sizeof(old), &visits, nullptr), WEIR_CODE_OK);
  EXPECT_EQ(visits.cohort, 7U);
  EXPECT_EQ(visits.has_first, 1U);
  // One that the block has too, and two that it has not.
  for (const int64_t day : {20'001, 20'002, 20'005}) EXPECT_TRUE(visits.note_near(day));
  RetentionPeriods periods(RetentionKind::kNDay, CalendarUnit::kDay,
                           CivilPeriods::make(CalendarUnit::kDay, "UTC").value(), 6);
  std::vector<uint8_t> retained;
  periods.retained(visits, retained);
  EXPECT_EQ(retained, (std::vector<uint8_t>{0, 1, 1, 1, 0, 1, 0}));
  EXPECT_EQ(Visits::migrate(0, &old, sizeof(old), &visits, nullptr), WEIR_CODE_UNSUPPORTED);
}

TEST(RetentionTable, HasABitForEachOf64NeighbouringPeriods) {
  Visits visits{};
  EXPECT_TRUE(visits.note_near(100));
  EXPECT_TRUE(visits.note_near(163));
  EXPECT_FALSE(visits.note_near(164));
  EXPECT_FALSE(visits.note_near(99)) << "100 and 163 take all of them";
  EXPECT_EQ(visits.near, uint64_t{1} << 63 | 1);
  visits = {};
  EXPECT_TRUE(visits.note_near(100));
  EXPECT_TRUE(visits.note_near(37)) << "nothing lies above 100 yet";
  EXPECT_FALSE(visits.note_near(36));
  EXPECT_FALSE(visits.note_near(101));
  EXPECT_EQ(visits.near_from, 37);
  EXPECT_EQ(visits.near, uint64_t{1} << 63 | 1);
}

}  // namespace
}  // namespace weir::behaviour::retention_table_test
