#include "telemetry/figures.hpp"

#include <cstdint>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Figures, SeparateThousands) {
  EXPECT_EQ(with_separators(0), "0");
  EXPECT_EQ(with_separators(999), "999");
  EXPECT_EQ(with_separators(1000), "1,000");
  EXPECT_EQ(with_separators(1234567), "1,234,567");
}

TEST(Figures, ShortenCountsToThreeDigits) {
  EXPECT_EQ(short_count(999), "999");
  EXPECT_EQ(short_count(1000), "1.00 k");
  EXPECT_EQ(short_count(12'345'678), "12.3 M");
  EXPECT_EQ(short_count(999'499), "999 k");
  EXPECT_EQ(short_count(999'500), "1.00 M");
  EXPECT_EQ(short_count(UINT64_MAX), "18.4 E");
}

TEST(Figures, ShortenBytes) {
  EXPECT_EQ(short_bytes(0), "0 B");
  EXPECT_EQ(short_bytes(1'234), "1.2 kB");
  EXPECT_EQ(short_bytes(240'000'000), "240 MB");
  EXPECT_EQ(short_bytes(9'960'000), "10 MB");
  EXPECT_EQ(short_bytes(999'600'000), "1.0 GB");
}

TEST(Figures, ShortenBudgets) {
  EXPECT_EQ(short_mib(uint64_t{1} << 18), "0.2 MiB");
  EXPECT_EQ(short_mib(uint64_t{8} << 20), "8 MiB");
  EXPECT_EQ(short_mib((uint64_t{9} << 20) / 2), "4.5 MiB");
  EXPECT_EQ(short_mib((uint64_t{33} << 20) / 2), "16 MiB");
  EXPECT_EQ(short_mib(uint64_t{3} << 29), "1.5 GiB");
}

TEST(Figures, ShortenDurations) {
  EXPECT_EQ(short_duration(0), "0s");
  EXPECT_EQ(short_duration(59), "59s");
  EXPECT_EQ(short_duration(185), "3m05s");
  EXPECT_EQ(short_duration(7'620), "2h07m");
}

}  // namespace
}  // namespace weir
