// Trees, their canonical text, faults of syntax, and garbage.
#include <gmock/gmock.h>

#include <random>

#include "expr/expr_harness.hpp"
#include "expr/parser.hpp"

namespace weir::expr {
namespace {

std::string canonical(const std::string& text) {
  ExprFaults faults;
  const AstPtr ast = parse(text, faults);
  if (ast) return print(*ast);
  const ExprFault& f = faults.at(0);
  return f.code + "@" + std::to_string(f.offset) + "+" + std::to_string(f.length) + ": " + f.message +
         (f.hint.empty() ? "" : " | " + f.hint);
}

TEST(Parser, BindsAsPostgresDoes) {
  EXPECT_EQ(canonical("a OR b AND NOT c = d"), R"(("a" OR ("b" AND (NOT ("c" = "d")))))");
  EXPECT_EQ(canonical("1 + 2 * 3 - 4"), "((1 + (2 * 3)) - 4)");
  EXPECT_EQ(canonical("-2 ^ 2"), "(-2 ^ 2)");
  EXPECT_EQ(canonical("-x::int8"), R"((- CAST("x" AS int8)))");
  EXPECT_EQ(canonical("a || b + 1"), R"(("a" || ("b" + 1)))");
  EXPECT_EQ(canonical("a = b IS NULL"), R"((("a" = "b") IS NULL))");
  EXPECT_EQ(canonical("a BETWEEN 1 AND 2 AND b"), R"((("a" BETWEEN 1 AND 2) AND "b"))");
  EXPECT_EQ(canonical("a not in (1,2) or b not like 'x' escape '!'"),
            R"(((NOT ("a" IN (1, 2))) OR (NOT ("b" LIKE 'x' ESCAPE '!'))))");
  EXPECT_EQ(canonical("a != b"), canonical("a <> b"));
  EXPECT_EQ(canonical("a and b and c"), R"(("a" AND "b" AND "c"))");
  EXPECT_EQ(canonical("(a and b) and c"), R"((("a" AND "b") AND "c"))");
  EXPECT_EQ(canonical("case when a then 1 else 2 end"), R"(CASE WHEN "a" THEN 1 ELSE 2 END)");
  EXPECT_EQ(canonical("case a when 1 then 'x' when 2 then 'y' end"),
            R"(CASE "a" WHEN 1 THEN 'x' WHEN 2 THEN 'y' END)");
  EXPECT_EQ(canonical("extract(hour from ts)"), R"(date_part('hour', "ts"))");
  EXPECT_EQ(canonical("ts at time zone 'UTC'"), R"(timezone('UTC', "ts"))");
  EXPECT_EQ(canonical("count(distinct x) filter (where y > 0)"),
            R"(count(DISTINCT "x") FILTER (WHERE ("y" > 0)))");
  EXPECT_EQ(canonical("try_cast(a.b as decimal(10, 2))"), R"(TRY_CAST("a"."b" AS decimal(10,2)))");
  EXPECT_EQ(canonical("interval 5 minute"), "INTERVAL '5 minute'");
  EXPECT_EQ(canonical("1_000 -- thousand\n /* and */ + .5"), "(1000 + .5)");
  EXPECT_EQ(canonical("\"odd \"\" name\" = 'it''s'"), R"(("odd "" name" = 'it''s'))");
}

TEST(Parser, CanonicalTextParsesToItself) {
  for (const char* text :
       {"a OR b AND NOT c = d", "- -1", "-(-1)", "+x", "f(a, g()) % -2", "a IS NOT DISTINCT FROM b",
        "x.y.z::string", "CASE a WHEN 1 THEN 2 END", "a -> 'b' ->> 'c'", "-(1)", "-(1.5)", "f((distinct(x)))",
        "DATE '2025-01-01' + INTERVAL '1 day'", "!~", "a !~ 'b'"}) {
    const std::string once = canonical(text);
    if (once.find("syntax@") != std::string::npos) continue;
    EXPECT_EQ(canonical(once), once) << text;
  }
}

TEST(Parser, SaysWhatItExpectedAndFound) {
  EXPECT_EQ(canonical(""), "syntax@0+0: expected an expression, found the end");
  EXPECT_EQ(canonical("a +"), "syntax@3+0: expected an expression, found the end");
  EXPECT_EQ(canonical("a b"), "syntax@2+1: expected an operator or the end, found 'b'");
  EXPECT_EQ(canonical("(a"), "syntax@2+0: expected ')', found the end");
  EXPECT_EQ(canonical("a > > b"), "syntax@4+1: expected an expression, found '>'");
  EXPECT_EQ(canonical("end > 1"),
            "syntax@0+3: expected an expression, found 'end' | To name a column, quote it: \"end\"");
  EXPECT_EQ(canonical("a in 1"), "syntax@5+1: expected '(', found '1'");
  EXPECT_EQ(canonical("a between 1 or 2"),
            "syntax@12+2: expected AND of BETWEEN, found 'or' | To name a column, quote it: \"or\"");
  EXPECT_EQ(canonical("case when a 1 end"), "syntax@12+1: expected THEN, found '1'");
  EXPECT_EQ(canonical("case a end"),
            "syntax@7+3: expected WHEN, found 'end' | To name a column, quote it: \"end\"");
  EXPECT_EQ(canonical("cast(a int)"), "syntax@7+3: expected AS and a type, found 'int'");
  EXPECT_EQ(canonical("a is b"),
            "syntax@5+1: expected NULL, TRUE, FALSE or DISTINCT FROM after IS, found 'b'");
  EXPECT_EQ(canonical("a not b"), "syntax@6+1: expected IN, BETWEEN, LIKE or ILIKE after NOT, found 'b'");
  EXPECT_EQ(canonical("interval 5"), "syntax@10+0: expected a unit such as MINUTE, found the end");
  EXPECT_EQ(canonical("'abc"), "syntax@0+1: this text has no closing ' | A ' inside a text is written twice");
  EXPECT_EQ(canonical("\"abc"),
            "syntax@0+1: this name has no closing \" | A \" inside a name is written twice");
  EXPECT_EQ(canonical("a /* b"), "syntax@2+2: this comment has no end | Close it with */");
  EXPECT_EQ(canonical("12ab"),
            "syntax@0+4: '12ab' is not a number | A name that begins with a digit needs double quotes");
  EXPECT_EQ(canonical("`a`"),
            "syntax@0+1: '`' does not belong into an expression | Names are quoted with \"");
  EXPECT_EQ(canonical("!a"),
            "syntax@0+1: '!' does not belong into an expression | Write NOT, or <> for unequal");
  EXPECT_EQ(canonical("${x}"),
            "syntax@0+1: '$' does not belong into an expression | Write ${name} for a variable of the "
            "pipeline, $$ for a $");
  EXPECT_EQ(canonical("a; b"), "syntax@1+1: ';' does not belong into an expression");
}

TEST(Parser, BoundsDepthAndSize) {
  EXPECT_EQ(canonical(std::string(5000, '(') + "1"),
            "too-deep@401+1: the expression is nested deeper than 200 levels");
  std::string sum = "1";
  for (int i = 0; i < 5000; ++i) sum += "+1";
  EXPECT_THAT(canonical(sum), testing::HasSubstr("too-deep@"));
  std::string chain = "a = 0";
  for (int i = 1; i < 2000; ++i) chain += " OR a = " + std::to_string(i);
  EXPECT_THAT(canonical(chain), testing::StartsWith("((\"a\" = 0) OR"));
  EXPECT_EQ(canonical(std::string(70'000, '1')),
            "too-long@0+1: the expression has 70000 bytes; at most 65536 are taken");
}

TEST(Parser, CanonicalTextOfTheDeepestTreesParsesToItself) {
  std::string nots;
  std::string negative = "x";
  for (int i = 0; i < 199; ++i) {
    nots += "NOT ";
    negative.insert(0, "- ");
  }
  for (const std::string& text : {nots + "x", negative}) {
    const std::string once = canonical(text);
    EXPECT_THAT(once, testing::Not(testing::HasSubstr("too-deep")));
    EXPECT_EQ(canonical(once), once);
  }
}

TEST(Parser, ALongSumIsPrintedInNoTime) {
  std::string sum = "x";
  for (int i = 0; i < 199; ++i) sum += " - x";
  EXPECT_THAT(canonical(sum), testing::EndsWith(R"( - "x") - "x"))"));
}

TEST(Parser, AMemberOfACallThatIsTooDeepIsAFault) {
  std::string sum = "1";
  for (int i = 0; i < 199; ++i) sum += "+1";
  EXPECT_EQ(canonical("abs(" + sum + ").x"), "too-deep@0+3: the expression is nested deeper than 200 levels");
}

// Nothing here may crash, hang or answer without a fault or a value.
TEST(Parser, SurvivesGarbage) {
  const TestRows rows("a: int64, s: string, t: timestamp, b: bool, d: decimal(10,2)",
                      {{"1", "x", "2025-01-01", "true", "1.5"},
                       {std::nullopt, std::nullopt, std::nullopt, std::nullopt, std::nullopt}});
  const std::vector<std::string> words = {"a",
                                          "s",
                                          "t",
                                          "b",
                                          "d",
                                          "(",
                                          ")",
                                          "+",
                                          "-",
                                          "*",
                                          "/",
                                          "//",
                                          "%",
                                          "||",
                                          "=",
                                          "<",
                                          "AND",
                                          "OR",
                                          "NOT",
                                          "IS",
                                          "NULL",
                                          "IN",
                                          "BETWEEN",
                                          "LIKE",
                                          "'x'",
                                          "'2025-01-01'",
                                          "1",
                                          "2.5",
                                          "1e3",
                                          "CASE",
                                          "WHEN",
                                          "THEN",
                                          "ELSE",
                                          "END",
                                          "CAST(",
                                          "AS",
                                          "int8",
                                          "::",
                                          ",",
                                          ".",
                                          "coalesce(",
                                          "substr(",
                                          "date_trunc('day',",
                                          "INTERVAL '1 day'",
                                          "TRUE",
                                          "~",
                                          "->",
                                          "round(",
                                          "concat(",
                                          "DISTINCT",
                                          "FROM",
                                          "[",
                                          "\"",
                                          "'"};
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    const bool is_bytes = round % 4 == 0;
    const size_t length = random() % 14;
    for (size_t i = 0; i < length; ++i) {
      if (is_bytes) {
        text += static_cast<char>(random() % 256);
      } else {
        text += words[random() % words.size()] + " ";
      }
    }
    const auto compiled = compile(text, rows.schema(), test_functions());
    ASSERT_NE(compiled.is_ok(), !compiled.faults.empty()) << text;
    for (const ExprFault& fault : compiled.faults) {
      ASSERT_LE(fault.offset + fault.length, text.size()) << text << ": " << fault.message;
      ASSERT_FALSE(describe(fault, text).empty());
    }
    if (!compiled.is_ok()) continue;
    RowFaults faults;
    const Result<Column> column = compiled->evaluate(*rows.batch(), faults);
    ASSERT_TRUE(column.is_ok()) << text;
    ASSERT_EQ((*column).get()->row_count, 2) << text;
    ASSERT_EQ((*column).get()->type, static_cast<uint8_t>(compiled->field().type.type)) << text;
  }
}

}  // namespace
}  // namespace weir::expr
