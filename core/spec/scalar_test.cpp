#include "spec/scalar.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace weir {
namespace {

template <class T>
std::string fault_of(const Result<T>& result) {
  return result.is_ok() ? "fine" : std::string(result.status().message());
}

TEST(Scalar, BoolIsTrueOrFalse) {
  EXPECT_TRUE(*parse_bool("true"));
  EXPECT_FALSE(*parse_bool("False"));
  EXPECT_EQ(fault_of(parse_bool("yes")), "expected true or false, found 'yes'\nwrite 'true'");
  EXPECT_EQ(fault_of(parse_bool("NO")), "expected true or false, found 'NO'\nwrite 'false'");
  EXPECT_EQ(fault_of(parse_bool("ture")), "expected true or false, found 'ture'");
}

TEST(Scalar, WholeNumbers) {
  EXPECT_EQ(*parse_int64("1_000_000"), 1000000);
  EXPECT_EQ(*parse_int64("-7"), -7);
  EXPECT_EQ(*parse_int64("+7"), 7);
  EXPECT_EQ(*parse_int64("9223372036854775807"), INT64_MAX);
  for (const char* wrong : {"", "1.5", "ten", "0x10", "1__0", "_1", "1_", "+-1", "1e3", " 1"})
    EXPECT_EQ(fault_of(parse_int64(wrong)),
              "expected a whole number such as 1000, found '" + std::string(wrong) + "'");
  EXPECT_EQ(fault_of(parse_int64("9223372036854775808")),
            "expected a whole number that fits 64 bits, found '9223372036854775808'");
}

TEST(Scalar, Numbers) {
  EXPECT_EQ(*parse_float64("0.5"), 0.5);
  EXPECT_EQ(*parse_float64("1e3"), 1000.0);
  EXPECT_EQ(*parse_float64("-.5"), -0.5);
  EXPECT_TRUE(std::isinf(*parse_float64("-inf")));
  EXPECT_TRUE(std::isnan(*parse_float64(".nan")));
  EXPECT_EQ(fault_of(parse_float64("1,5")),
            "expected a number such as 0.5, found '1,5'\nwrite a point, not a comma, before decimals");
  for (const char* wrong : {"", "x", "infinity", "1e999", "1.5x"})
    EXPECT_FALSE(parse_float64(wrong).is_ok()) << wrong;
}

TEST(Scalar, Durations) {
  using namespace std::chrono_literals;
  EXPECT_EQ(*parse_duration("50ms"), 50ms);
  EXPECT_EQ(*parse_duration("1h30m"), 90min);
  EXPECT_EQ(*parse_duration("1h 30m"), 90min);
  EXPECT_EQ(*parse_duration("2.5s"), 2500ms);
  EXPECT_EQ(*parse_duration("1w2d"), 9 * 24h);
  EXPECT_EQ(*parse_duration("0"), 0s);
  const std::string wants = "expected a duration such as 30s, 5m or 1h30m, found ";
  EXPECT_EQ(fault_of(parse_duration("10")), wants + "'10'\nadd a unit: '10s' or '10ms'");
  EXPECT_EQ(fault_of(parse_duration("5 min")), wants + "'5 min'\nwrite '5m'");
  EXPECT_EQ(fault_of(parse_duration("5M")), wants + "'5M'\nwrite '5m' for minutes");
  EXPECT_EQ(fault_of(parse_duration("10ns")), wants + "'10ns'\nthe units are ms, s, m, h, d and w");
  EXPECT_EQ(fault_of(parse_duration("30m1h")),
            wants + "'30m1h'\nwrite the largest unit first, and each once");
  EXPECT_EQ(fault_of(parse_duration("-5s")), wants + "'-5s'\na duration is not negative");
  EXPECT_EQ(fault_of(parse_duration("soon")), wants + "'soon'");
  EXPECT_EQ(fault_of(parse_duration("99999999w")),
            "expected a duration below 290,000 years, found '99999999w'");
}

TEST(Scalar, Sizes) {
  EXPECT_EQ(*parse_bytes("4096"), 4096);
  EXPECT_EQ(*parse_bytes("64MB"), 64'000'000);
  EXPECT_EQ(*parse_bytes("64MiB"), 67'108'864);
  EXPECT_EQ(*parse_bytes("1.5 KiB"), 1536);
  EXPECT_EQ(*parse_bytes("512B"), 512);
  const std::string wants = "expected a size such as 64MB or 64MiB, found ";
  EXPECT_EQ(fault_of(parse_bytes("5M")),
            wants + "'5M'\nwrite '5MB' (powers of 1,000) or '5MiB' (powers of 1,024)");
  EXPECT_EQ(fault_of(parse_bytes("5kb")),
            wants + "'5kb'\nwrite '5KB' (powers of 1,000) or '5KiB' (powers of 1,024)");
  EXPECT_EQ(fault_of(parse_bytes("5 apples")), wants +
                                                   "'5 apples'\nthe units are B, KB, MB, GB, TB (powers of "
                                                   "1,000), KiB, MiB, GiB and TiB (powers of 1,024)");
  EXPECT_EQ(fault_of(parse_bytes("big")), wants + "'big'");
  EXPECT_EQ(fault_of(parse_bytes("9000000TiB")), "expected a size below 8 EiB, found '9000000TiB'");
}

TEST(Scalar, Times) {
  EXPECT_EQ(parse_timestamp("1970-01-01")->count(), 0);
  EXPECT_EQ(parse_timestamp("2025-01-01T00:00:01Z")->count(), 1735689601000000);
  EXPECT_EQ(parse_timestamp("2025-01-01T02:00:01.25+02:00")->count(), 1735689601250000);
  EXPECT_EQ(parse_timestamp("2024-02-29 12:00:00z")->count(), 1709208000000000);
  const std::string wants =
      "expected a time such as 2025-01-31T12:00:00Z, or a date such as 2025-01-31, found ";
  EXPECT_EQ(fault_of(parse_timestamp("2025-01-01T00:00:01")),
            wants + "'2025-01-01T00:00:01'\nsay the time zone: put 'Z' or '+02:00' behind it");
  for (const char* wrong :
       {"", "2025-02-30", "2025-1-1", "2025-01-01T25:00:00Z", "2025-01-01T00:00:00.Z", "yesterday"})
    EXPECT_EQ(fault_of(parse_timestamp(wrong)), wants + "'" + wrong + "'");
}

TEST(Scalar, Shares) {
  EXPECT_DOUBLE_EQ(*parse_percent("1%"), 0.01);
  EXPECT_EQ(fault_of(parse_percent("1")), "expected a share such as 1%, found '1'");
}

YamlValue scalar(std::string text) {
  YamlValue value;
  value.kind = YamlValue::Kind::kScalar;
  value.text = std::move(text);
  return value;
}

TEST(ScalarOfValue, NorwayStaysAText) {
  FaultList faults;
  EXPECT_EQ(to_text(scalar("NO"), "'country'", faults), "NO");
  EXPECT_TRUE(faults.empty());
}

TEST(ScalarOfValue, TellsWhatItWasAskedFor) {
  FaultList faults;
  EXPECT_FALSE(to_int64(scalar("ten"), "option 'rows'", faults));
  EXPECT_FALSE(to_bool(YamlValue(), "option 'header'", faults));
  EXPECT_EQ(render_text(faults),
            "error: option 'rows': expected a whole number such as 1000, found 'ten' [wrong-type]\n"
            "error: option 'header': expected true or false, found nothing [wrong-type]\n");
}

TEST(ScalarOfValue, NeverShowsASecret) {
  FaultList faults;
  YamlValue secret = scalar("hunter2");
  secret.is_secret = true;
  EXPECT_FALSE(to_duration(secret, "option 'every'", faults));
  EXPECT_EQ(
      render_text(faults),
      "error: option 'every': expected a duration such as 30s, 5m or 1h30m, found a secret [wrong-type]\n");
}

TEST(ScalarOfValue, IsSilentAboutWhatWasToldBefore) {
  FaultList faults;
  YamlValue faulty = scalar("ten");
  faulty.is_faulty = true;
  EXPECT_FALSE(to_int64(faulty, "option 'rows'", faults));
  EXPECT_TRUE(faults.empty());
}

}  // namespace
}  // namespace weir
