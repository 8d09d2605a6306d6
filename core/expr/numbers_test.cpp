// Arithmetic, casts and comparisons, by type.
#include <gmock/gmock.h>

#include "expr/expr_harness.hpp"
#include "expr/text_search.hpp"

namespace weir::expr {
namespace {

using testing::ElementsAre;

std::string type_of(const std::string& text, const std::string& schema = "") {
  const auto compiled = compile(text, Schema::parse(schema).value(), test_functions());
  return compiled.is_ok() ? compiled->field().type.to_string() : compiled.faults[0].message;
}

struct Width {
  const char* type;
  const char* low;
  const char* high;
};

class IntegerWidths : public testing::TestWithParam<Width> {};

TEST_P(IntegerWidths, OverflowIsARowFault) {
  const auto& [type, low, high] = GetParam();
  const std::string name = type;
  const TestRows rows("low: " + name + ", high: " + name, {{low, high}});
  const std::string l = low;
  const std::string h = high;
  EXPECT_THAT(evaluate("high + 1", rows),
              ElementsAre("overflow: overflow in adding two " + name + ": " + h + " + 1"));
  EXPECT_THAT(evaluate("low - 1", rows),
              ElementsAre("overflow: overflow in subtracting two " + name + ": " + l + " - 1"));
  EXPECT_THAT(evaluate("high * 2", rows),
              ElementsAre("overflow: overflow in multiplying two " + name + ": " + h + " * 2"));
  EXPECT_THAT(evaluate("high - 1 + 1", rows), ElementsAre(h));
  EXPECT_THAT(evaluate("low % 10 IS NULL", rows), ElementsAre("false"));
  EXPECT_THAT(evaluate("high // 0", rows), ElementsAre("NULL"));
  EXPECT_THAT(evaluate("high % 0", rows), ElementsAre("NULL"));
  EXPECT_THAT(evaluate("high / 0", rows), ElementsAre("NULL"));
  EXPECT_THAT(evaluate("low < high AND low = low AND high >= low AND NOT high <= low AND low <> high", rows),
              ElementsAre("true"));
  if (low[0] == '-') {
    EXPECT_THAT(evaluate("-low", rows), ElementsAre("overflow: overflow in negating " + name + " " + l));
    EXPECT_THAT(evaluate("abs(low)", rows), ElementsAre("overflow: overflow in abs of " + name + " " + l));
    EXPECT_THAT(evaluate("low // -1", rows),
                ElementsAre("overflow: overflow in dividing two " + name + ": " + l + " // -1"));
    EXPECT_THAT(evaluate("low % -1", rows), ElementsAre("0"));
  }
}

INSTANTIATE_TEST_SUITE_P(All, IntegerWidths,
                         testing::Values(Width{"int8", "-128", "127"}, Width{"int16", "-32768", "32767"},
                                         Width{"int32", "-2147483648", "2147483647"},
                                         Width{"int64", "-9223372036854775808", "9223372036854775807"},
                                         Width{"uint8", "0", "255"}, Width{"uint16", "0", "65535"},
                                         Width{"uint32", "0", "4294967295"},
                                         Width{"uint64", "0", "18446744073709551615"}));

TEST(Numbers, TypesOfResults) {
  const std::string s =
      "i8: int8, i32: int32, i64: int64, u32: uint32, u64: uint64, f32: float32, f64: float64, d: "
      "decimal(10,2)";
  EXPECT_EQ(type_of("1"), "int32");
  EXPECT_EQ(type_of("3000000000"), "int64");
  EXPECT_EQ(type_of("1.50"), "decimal(3,2)");
  EXPECT_EQ(type_of("1e3"), "float64");
  EXPECT_EQ(type_of("i8 + 1", s), "int8");
  EXPECT_EQ(type_of("i8 + 1000", s), "int32");
  EXPECT_EQ(type_of("i32 + i64", s), "int64");
  EXPECT_EQ(type_of("i32 + u32", s), "int64");
  EXPECT_EQ(type_of("i64 + u64", s), "decimal(21,0)");
  EXPECT_EQ(type_of("u64 - 5", s), "uint64");
  EXPECT_EQ(type_of("i32 / 2", s), "float64");
  EXPECT_EQ(type_of("f32 + f32", s), "float32");
  EXPECT_EQ(type_of("f32 + 1", s), "float64");
  EXPECT_EQ(type_of("d + 1", s), "decimal(13,2)");
  EXPECT_EQ(type_of("d * d", s), "decimal(20,4)");
  EXPECT_EQ(type_of("d * f64", s), "float64");
  EXPECT_EQ(type_of("round(d, 1)", s), "decimal(10,1)");
  EXPECT_EQ(type_of("coalesce(i32, 2.5)", s), "decimal(11,1)");
  EXPECT_EQ(type_of("NULL"), "int32");
}

TEST(Numbers, DecimalsAreExact) {
  EXPECT_EQ(evaluate("0.1 + 0.2"), "0.3");
  EXPECT_EQ(evaluate("1.10 * 2.5"), "2.750");
  EXPECT_EQ(evaluate("7.5 % 2"), "1.5");
  EXPECT_EQ(evaluate("1 / 3.0"), "0.3333333333333333");
  EXPECT_EQ(evaluate("CAST(1.255 AS decimal(10,2))"), "1.26");
  EXPECT_EQ(evaluate("CAST(-1.255 AS decimal(10,2))"), "-1.26");
  EXPECT_EQ(evaluate("CAST('12.345' AS decimal(10,2))"), "12.35");
  EXPECT_EQ(evaluate("CAST(12345 AS decimal(4,0))"), "bad-cast: cannot cast 12345 to decimal(4,0)");
  EXPECT_EQ(evaluate("99999999999999999999999999999999999999 + 1"),
            "overflow: overflow in adding two decimal(38,0): 99999999999999999999999999999999999999 + 1");
  EXPECT_EQ(evaluate("9223372036854775807 < 9223372036854775808"), "true");
}

TEST(Numbers, CastsAsDuckDbDoes) {
  EXPECT_EQ(evaluate("CAST(1.5 AS int32)"), "2");
  EXPECT_EQ(evaluate("CAST(2.5 AS int32)"), "3");
  EXPECT_EQ(evaluate("CAST(-1.5 AS int32)"), "-2");
  EXPECT_EQ(evaluate("CAST(2.5e0 AS int32)"), "2");
  EXPECT_EQ(evaluate("CAST('1.5' AS int32)"), "2");
  EXPECT_EQ(evaluate("CAST(' 12 ' AS int32)"), "12");
  EXPECT_EQ(evaluate("CAST('1e3' AS int32)"), "1000");
  EXPECT_EQ(evaluate("CAST('' AS int32)"), "bad-cast: cannot cast '' to int32");
  EXPECT_EQ(evaluate("CAST(300 AS int8)"), "bad-cast: cannot cast 300 to int8");
  EXPECT_EQ(evaluate("CAST(CAST('nan' AS float64) AS int64)"), "bad-cast: cannot cast nan to int64");
  EXPECT_EQ(evaluate("CAST(9.3e18 AS int64)"), "bad-cast: cannot cast 9.3e+18 to int64");
  EXPECT_EQ(evaluate("CAST('yes' AS bool)"), "true");
  EXPECT_EQ(evaluate("CAST('maybe' AS bool)"), "bad-cast: cannot cast 'maybe' to bool");
  EXPECT_EQ(evaluate("CAST(true AS int8)"), "1");
  EXPECT_EQ(evaluate("2::bool"), "true");
  EXPECT_EQ(evaluate("CAST(1e0 AS string)"), "1.0");
  EXPECT_EQ(evaluate("CAST(1e16 AS string)"), "1e+16");
  EXPECT_EQ(evaluate("CAST(0.0001e0 AS string)"), "0.0001");
  EXPECT_EQ(evaluate("CAST(1e-7 AS string)"), "1e-07");
  EXPECT_EQ(evaluate("CAST('2025-01-01T10:00:00Z' AS timestamp)"), "2025-01-01 10:00:00");
  EXPECT_EQ(evaluate("CAST('2025-01-01 10:00:00+02' AS timestamp)"), "2025-01-01 08:00:00");
  EXPECT_EQ(evaluate("CAST('2025-02-30' AS date)"), "bad-cast: cannot cast '2025-02-30' to date32");
  EXPECT_EQ(evaluate("CAST(repeat('x', 100) AS int64)"),
            "bad-cast: cannot cast '" + std::string(60, 'x') + "...' to int64");
}

TEST(Numbers, NanHasAPlaceInTheOrder) {
  const TestRows rows("x: float64", {{"nan"}, {"inf"}, {"1"}, {"-inf"}, {"-0.0"}});
  EXPECT_THAT(evaluate("x = CAST('nan' AS float64)", rows),
              ElementsAre("true", "false", "false", "false", "false"));
  EXPECT_THAT(evaluate("x > 1", rows), ElementsAre("true", "true", "false", "false", "false"));
  EXPECT_THAT(evaluate("x <= 1", rows), ElementsAre("false", "false", "true", "true", "true"));
  EXPECT_THAT(evaluate("CAST('nan' AS float64) > x", rows),
              ElementsAre("false", "true", "true", "true", "true"));
  EXPECT_THAT(evaluate("x = 0", rows), ElementsAre("false", "false", "false", "false", "true"));
}

TEST(Texts, EqualityOfShortAndLongOnes) {
  const TestRows rows("a: string, b: string", {{"", ""},
                                               {"abcd", "abcd"},
                                               {"abcd", "abce"},
                                               {"abcdefghijklm", "abcdefghijklm"},
                                               {"abcdefghijklm", "abcdefghijkln"},
                                               {"abcdefghijkl", "abcdefghijkl"},
                                               {"ab", "abc"},
                                               {std::nullopt, "a"}});
  EXPECT_THAT(evaluate("a = b", rows),
              ElementsAre("true", "true", "false", "true", "false", "true", "false", "NULL"));
  EXPECT_THAT(evaluate("a < b", rows),
              ElementsAre("false", "false", "true", "false", "true", "false", "true", "NULL"));
  EXPECT_THAT(evaluate("a = 'abcdefghijklm'", rows),
              ElementsAre("false", "false", "false", "true", "true", "false", "false", "NULL"));
  EXPECT_THAT(evaluate("a", rows), ElementsAre("", "abcd", "abcd", "abcdefghijklm", "abcdefghijklm",
                                               "abcdefghijkl", "ab", "NULL"));
}

TEST(Texts, Like) {
  for (const auto& [text, pattern, wanted] :
       std::vector<std::tuple<std::string, std::string, bool>>{{"hello", "h%", true},
                                                               {"hello", "%o", true},
                                                               {"hello", "%ell%", true},
                                                               {"hello", "hello", true},
                                                               {"hello", "h_llo", true},
                                                               {"hello", "h__lo", true},
                                                               {"hello", "_", false},
                                                               {"", "%", true},
                                                               {"", "_", false},
                                                               {"hello", "%l%l%", true},
                                                               {"hello", "%l%l%l%", false},
                                                               {"ñandú", "_and_", true},
                                                               {"abab", "%ab", true},
                                                               {"aXbXc", "a%X_", true},
                                                               {"hello", "", false}}) {
    EXPECT_EQ(evaluate("'" + text + "' LIKE '" + pattern + "'"), wanted ? "true" : "false")
        << text << " " << pattern;
  }
  EXPECT_EQ(evaluate("'a%c' LIKE 'a!%c' ESCAPE '!'"), "true");
  EXPECT_EQ(evaluate("'abc' LIKE 'a!%c' ESCAPE '!'"), "false");
  EXPECT_EQ(evaluate("'STRASSE' ILIKE 'stra%'"), "true");
  EXPECT_EQ(evaluate("'ÄB' ILIKE 'ä_'"), "true");
  EXPECT_EQ(evaluate("'a' NOT LIKE 'b'"), "true");
  EXPECT_EQ(evaluate("NULL LIKE 'b'"), "NULL");
  const TestRows rows("s: string, p: string", {{"abc", "a%"}, {"abc", "b%"}, {"abc", std::nullopt}});
  EXPECT_THAT(evaluate("s LIKE p", rows), ElementsAre("true", "false", "NULL"));
}

TEST(Texts, AreFoundAtEveryPlace) {
  for (size_t size = 0; size < 70; ++size) {
    for (size_t part_size = 1; part_size < 5; ++part_size) {
      const std::string part = std::string("xyzw").substr(0, part_size);
      EXPECT_EQ(find_text(std::string(size, 'x') + "y", "q" + part), std::string_view::npos);
      for (size_t at = 0; at + part_size <= size; ++at) {
        std::string text(size, '.');
        text.replace(at, part_size, part);
        ASSERT_EQ(find_text(text, part), at) << text;
      }
    }
  }
}

TEST(Times, Arithmetic) {
  EXPECT_EQ(evaluate("TIMESTAMP '2025-01-01' + INTERVAL '1 month 2 days'"), "2025-02-03 00:00:00");
  EXPECT_EQ(evaluate("DATE '2025-01-31' + INTERVAL 1 MONTH"), "2025-02-28 00:00:00");
  EXPECT_EQ(evaluate("DATE '2025-01-31' + 1"), "2025-02-01");
  EXPECT_EQ(evaluate("DATE '2025-01-03' - DATE '2025-01-01'"), "2");
  EXPECT_EQ(evaluate("epoch(TIMESTAMP '2025-01-03 10:00:00' - TIMESTAMP '2025-01-01 09:00:00')"), "176400.0");
  EXPECT_EQ(evaluate("TIMESTAMP '2025-01-01 00:05:00' - TIMESTAMP '2025-01-01' > INTERVAL '4 minutes'"),
            "true");
  EXPECT_EQ(evaluate("DATE '2025-01-02' > '2025-01-01'"), "true");
  EXPECT_EQ(evaluate("INTERVAL '90 minutes' * 2 = INTERVAL 3 HOURS"), "true");
  EXPECT_EQ(evaluate("TIMESTAMP '290000-01-01' + INTERVAL '10000 years'"),
            "overflow: the time is outside what a timestamp can hold");
}

}  // namespace
}  // namespace weir::expr
