#include <weir/date_text.hpp>

#include <gtest/gtest.h>

#include <cstdint>

namespace weir {
namespace {

TEST(DateText, YearsOfFourDigitsHaveNoSign) {
  EXPECT_EQ(date_text(0), "1970-01-01");
  EXPECT_EQ(date_text(-1), "1969-12-31");
  EXPECT_EQ(date_text(19782), "2024-02-29");
  EXPECT_EQ(date_text(-719528), "0000-01-01");
  EXPECT_EQ(date_text(2932896), "9999-12-31");
}

TEST(DateText, OtherYearsHaveTheirSignAndAllTheirDigits) {
  EXPECT_EQ(date_text(-719529), "-0001-12-31");
  EXPECT_EQ(date_text(2932897), "+10000-01-01");
  EXPECT_EQ(date_text(19675925), "+55840-11-08");
  EXPECT_EQ(date_text(INT32_MAX), "+5881580-07-11");
  EXPECT_EQ(date_text(INT32_MIN), "-5877641-06-23");
}

}  // namespace
}  // namespace weir
