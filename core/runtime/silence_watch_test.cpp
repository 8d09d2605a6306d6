#include "runtime/silence_watch.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
using Partitions = std::vector<uint32_t>;

TEST(SilenceWatch, APartitionIsSilentOnceWhenItHadNothingForSoLong) {
  SilenceWatch watch(10'000'000, 0);
  watch.heard(1);
  watch.heard(2);
  EXPECT_EQ(watch.next_deadline_ns(), 10 * kSecond);
  watch.asked(5 * kSecond, SilenceWatch::kNever);
  watch.heard(2);
  watch.asked(10 * kSecond, SilenceWatch::kNever);
  EXPECT_EQ(watch.take_silent(), (Partitions{1}));
  EXPECT_EQ(watch.take_silent(), Partitions{});
  EXPECT_EQ(watch.next_deadline_ns(), 15 * kSecond);
  watch.heard(1);
  watch.asked(16 * kSecond, SilenceWatch::kNever);
  EXPECT_EQ(watch.take_silent(), (Partitions{2}));
}

TEST(SilenceWatch, ASourceWithoutPartitionsIsSilentItself) {
  SilenceWatch watch(10'000'000, 0);
  watch.asked(10 * kSecond, SilenceWatch::kNever);
  EXPECT_EQ(watch.take_silent(), (Partitions{SilenceWatch::kItself}));
}

TEST(SilenceWatch, TimeInWhichNobodyTookRowsCountsForNoPartition) {
  SilenceWatch watch(10'000'000, 0);
  watch.heard(1);
  watch.asked(60 * kSecond, 0);
  EXPECT_EQ(watch.take_silent(), Partitions{});
  watch.asked(65 * kSecond, 60 * kSecond);
  watch.asked(70 * kSecond, 65 * kSecond);
  EXPECT_EQ(watch.take_silent(), (Partitions{SilenceWatch::kItself, 1}));
}

TEST(SilenceWatch, NorDoesTimeAfterTheOneThatTheSourceNamed) {
  SilenceWatch watch(10'000'000, 0);
  watch.heard(1);
  watch.asked(1 * kSecond, 0);
  watch.asked(60 * kSecond, 4 * kSecond);  // It had nothing, and wanted to be asked again at 4 s.
  EXPECT_EQ(watch.take_silent(), Partitions{});
  watch.asked(66 * kSecond, 66 * kSecond);
  EXPECT_EQ(watch.take_silent(), (Partitions{SilenceWatch::kItself, 1})) << "4 s before, and 6 since";
}

TEST(SilenceWatch, APartitionThatEndedIsNeverSilent) {
  SilenceWatch watch(10'000'000, 0);
  watch.heard(1);
  watch.ended(1);
  watch.asked(20 * kSecond, SilenceWatch::kNever);
  EXPECT_EQ(watch.take_silent(), (Partitions{SilenceWatch::kItself}));
}

}  // namespace
}  // namespace weir
