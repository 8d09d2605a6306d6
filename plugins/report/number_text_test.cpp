#include "number_text.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace weir::report {
namespace {

TEST(NumberText, GroupsThousandsAndKeepsTheDigitsThatHelp) {
  EXPECT_EQ(number_text(69659, Format::kNumber, "orders"), "69,659 orders");
  EXPECT_EQ(number_text(0, Format::kNumber, ""), "0");
  EXPECT_EQ(number_text(-1234567.8, Format::kNumber, ""),
            "\xE2\x88\x92"
            "1,234,568");
  EXPECT_EQ(number_text(35.8932, Format::kNumber, ""), "35.89");
  EXPECT_EQ(number_text(999.96, Format::kNumber, ""), "1,000");
  EXPECT_EQ(number_text(0.5, Format::kNumber, "%"), "0.5%");
  EXPECT_EQ(number_text(0.000582, Format::kNumber, ""), "0.000582");
  EXPECT_EQ(number_text(0.0000123, Format::kNumber, ""), "0.0000123");
  EXPECT_EQ(number_text(0.000000123, Format::kNumber, ""), "1.23e-07");
}

TEST(NumberText, WritesMoneyPercentAndBytes) {
  EXPECT_EQ(number_text(2500.1, Format::kMoney, ""), "$2,500.10");
  EXPECT_EQ(number_text(-2500315.63, Format::kMoney, "\xE2\x82\xAC"),
            "\xE2\x88\x92\xE2\x82\xAC"
            "2,500,316");
  EXPECT_EQ(number_text(0.125, Format::kPercent, ""), "12.5%");
  EXPECT_EQ(number_text(1234567890, Format::kBytes, ""), "1.2 GB");
  EXPECT_EQ(number_text(17, Format::kBytes, ""), "17 B");
}

TEST(NumberText, AChangeForTheBetterIsPositiveBelowZeroToo) {
  EXPECT_EQ(relative_change(-50, -100), 0.5);
  EXPECT_EQ(relative_change(50, -100), 1.5);
  EXPECT_EQ(relative_change(50, 100), -0.5);
}

TEST(NumberText, WritesASmallShareAsMoreThanNone) {
  EXPECT_EQ(number_text(0.0001, Format::kPercent, ""), "0.01%");
  EXPECT_EQ(number_text(-0.000052, Format::kPercent, ""),
            "\xE2\x88\x92"
            "0.0052%");
  EXPECT_EQ(number_text(0.0005, Format::kPercent, ""), "0.1%");
  EXPECT_EQ(number_text(0, Format::kPercent, ""), "0.0%");
}

TEST(NumberText, TellsBytesFromBitsUpToYotta) {
  EXPECT_EQ(number_text(1.5e6, Format::kBytes, ""), "1.5 MB");
  EXPECT_EQ(number_text(1.5e6, Format::kBits, ""), "1.5 Mb");
  EXPECT_EQ(number_text(2e21, Format::kBytes, ""), "2 ZB");
  EXPECT_EQ(number_text(3e27, Format::kBytes, ""), "3000 YB");
  EXPECT_EQ(number_text(999'960, Format::kBytes, ""), "1 MB");
  EXPECT_EQ(number_text(0, Format::kBits, ""), "0 b");
}

TEST(NumberText, WritesUnitsWithPrefixesAndTimesInTheirOwnUnits) {
  EXPECT_EQ(number_text(12345, Format::kSi, "W"), "12.3 kW");
  EXPECT_EQ(number_text(0.5, Format::kSi, "W"), "0.5 W");
  EXPECT_EQ(number_text(27.54, Format::kSeconds, ""), "27.5 s");
  EXPECT_EQ(number_text(0.25, Format::kSeconds, ""), "0.25 s");
  EXPECT_EQ(number_text(150, Format::kSeconds, ""), "2 min 30 s");
  EXPECT_EQ(number_text(3900, Format::kSeconds, ""), "1 h 5 min");
  EXPECT_EQ(number_text(3599.9, Format::kSeconds, ""), "1 h");
  EXPECT_EQ(number_text(86400 * 3 + 3600 * 2 + 59, Format::kSeconds, ""), "3 d 2 h");
}

TEST(FormatWord, GoesBothWays) {
  EXPECT_EQ(format_word(Format::kSeconds), "seconds");
  EXPECT_EQ(format_named("bits"), Format::kBits);
  EXPECT_EQ(format_named("dollars"), std::nullopt);
}

TEST(NumberText, NamesWhatIsNoNumber) {
  EXPECT_EQ(number_text(std::numeric_limits<double>::quiet_NaN(), Format::kMoney, ""), "not a number");
  EXPECT_EQ(raw_number(std::numeric_limits<double>::infinity()), "null");
}

TEST(NumberText, AlwaysSignsAChange) {
  EXPECT_EQ(signed_text(0.0449, Format::kPercent, ""), "+4.5%");
  EXPECT_EQ(signed_text(-3.1, Format::kMoney, ""), "\xE2\x88\x92$3.10");
  EXPECT_EQ(signed_text(0, Format::kNumber, ""), "0");
}

TEST(RawNumber, ReadsBackAsTheSameNumber) {
  EXPECT_EQ(raw_number(0.1), "0.1");
  EXPECT_EQ(raw_number(25835.319217495024), "25835.319217495024");
}

TEST(MomentText, WritesUtcBeforeAndAfter1970) {
  EXPECT_EQ(moment_text(Moment{0}), "1970-01-01 00:00 UTC");
  EXPECT_EQ(clock_text(Moment{-1000000}), "1969-12-31 23:59:59");
  EXPECT_EQ(moment_iso(Moment{852076800LL * 1000000}), "1997-01-01T00:00:00Z");
  EXPECT_EQ(moment_iso(Moment{1500000}), "1970-01-01T00:00:01.5Z");
}

}  // namespace
}  // namespace weir::report
