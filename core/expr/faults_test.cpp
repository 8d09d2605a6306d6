// What people get wrong, and what they are told. Every message by its text.
#include <gmock/gmock.h>

#include "expr/aggregate.hpp"
#include "expr/expr_harness.hpp"

namespace weir::expr {
namespace {

using testing::ElementsAre;

const TestRows& rows() {
  static const TestRows kRows(
      "id: int64, price: float64, user: string, ts: timestamp, ok: bool, amount: decimal(10,2), small: int8",
      {{"1", "2", "u", "2025-01-01", "true", "1", "1"}});
  return kRows;
}

std::string fault(const std::string& text) {
  std::string out;
  for (const std::string& one : evaluate(text, rows())) out += (out.empty() ? "" : "\n") + one;
  return out;
}

TEST(Faults, Names) {
  EXPECT_EQ(fault("prise > 1"),
            "unknown-column@0+5: no column 'prise' in the input (id, price, user, ts, ok, amount, small) | "
            "did you mean 'price'?");
  EXPECT_EQ(fault("zzzzzz"),
            "unknown-column@0+6: no column 'zzzzzz' in the input (id, price, user, ts, ok, amount, small)");
  EXPECT_EQ(fault("now"),
            "unknown-column@0+3: no column 'now' in the input (id, price, user, ts, ok, amount, small) | "
            "The function is called with parentheses: now()");
  EXPECT_EQ(
      fault("usr.name"),
      "unknown-column@0+8: no column 'usr.name' in the input (id, price, user, ts, ok, amount, small) | "
      "did you mean 'user'?");
  EXPECT_EQ(fault("user.name"), "wrong-type@5+4: only a struct has fields; this is string");
  EXPECT_EQ(fault("lenght(user)"), "unknown-function@0+6: no function 'lenght' | did you mean 'length'?");
  EXPECT_EQ(fault("CAST(id AS strng)"), "unknown-type@11+5: no type 'strng' | did you mean 'string'?");
  EXPECT_EQ(fault("id::decimal(40,2)"),
            "unknown-type@4+13: no type 'decimal(40,2)' | decimal(digits, digits after the point) has 1 to "
            "38 digits");
  EXPECT_EQ(evaluate("a"), "unknown-column@0+1: no column 'a' in the input (no columns)");
}

TEST(Faults, Types) {
  EXPECT_EQ(fault("id = user"),
            "wrong-type@5+4: comparing int64 and string do not go together | CAST one of them to the type of "
            "the other");
  EXPECT_EQ(fault("id = '12a'"), "bad-literal@5+5: '12a' is not an int64");
  EXPECT_EQ(fault("ts > '2025-13-01'"), "bad-literal@5+12: '2025-13-01' is not a timestamp");
  EXPECT_EQ(fault("user + 1"), "wrong-type@0+4: '+' takes numbers, found string | Texts are joined by ||");
  EXPECT_EQ(fault("user * 2"), "wrong-type@0+4: '*' takes numbers, found string | CAST the text to a number");
  EXPECT_EQ(fault("ok + 1"), "wrong-type@0+2: '+' takes numbers, found bool");
  EXPECT_EQ(fault("id AND ok"), "wrong-type@0+2: AND takes a bool, found int64 | Compare it: <> 0");
  EXPECT_EQ(fault("NOT user"), "wrong-type@4+4: NOT takes a bool, found string");
  EXPECT_EQ(fault("-user"), "wrong-type@1+4: a sign takes a number, found string");
  EXPECT_EQ(fault("id LIKE 'a'"), "wrong-type@0+2: LIKE takes strings, found int64");
  EXPECT_EQ(fault("price // 2"),
            "wrong-type@6+2: '//' takes integers, found float64 and int32 | Use floor(a / b)");
  EXPECT_EQ(fault("ts + 5"),
            "wrong-type@3+1: '+' does not take timestamp and int32 | Times take intervals: ts + INTERVAL '5 "
            "minutes'");
  EXPECT_EQ(fault("ts - ts"),
            "wrong-type@0+7: an interval cannot be a column | Use epoch(...) for its seconds");
  EXPECT_EQ(fault("CASE WHEN ok THEN 1 ELSE user END"),
            "wrong-type@18+1: the values of CASE: string and int32 do not go together | CAST one of them to "
            "the type of the other");
  EXPECT_EQ(fault("CASE WHEN id THEN 1 END"),
            "wrong-type@10+2: WHEN takes a bool, found int64 | Compare it: <> 0");
  EXPECT_EQ(fault("CAST(ts AS int64)"),
            "wrong-type@11+5: no cast from timestamp to int64 | Use epoch(), epoch_ms() or epoch_us()");
  EXPECT_EQ(fault("CAST(id AS timestamp)"),
            "wrong-type@11+9: no cast from int64 to timestamp | Use to_timestamp(seconds) or "
            "epoch_ms(milliseconds)");
  EXPECT_EQ(fault("price & 1"), "wrong-type@0+5: '&' takes integers up to int64, found float64");
  EXPECT_EQ(
      fault("user IN (1, 2)"),
      "wrong-type@9+1: IN: string and int32 do not go together | CAST one of them to the type of the other");
}

TEST(Faults, Literals) {
  EXPECT_EQ(fault("DATE '2025-02-30'"),
            "bad-literal@0+17: '2025-02-30' is not a date | Write for example DATE '2025-01-31'");
  EXPECT_EQ(
      fault("TIMESTAMP 'noon'"),
      "bad-literal@0+16: 'noon' is not a timestamp | Write for example TIMESTAMP '2025-01-31 10:20:30'");
  EXPECT_EQ(fault("ts + INTERVAL '5 mintes'"),
            "bad-literal@5+19: '5 mintes' is not an interval | Write for example INTERVAL '5 minutes'");
  EXPECT_EQ(fault("1e999"), "bad-literal@0+5: the number 1e999 is outside float64");
  EXPECT_EQ(fault("1" + std::string(40, '0')),
            "bad-literal@0+41: the number has more than 38 digits | Write it with an exponent: 1e40");
}

TEST(Faults, Arguments) {
  EXPECT_EQ(fault("substr(user)"),
            "wrong-arguments@0+6: substr takes (string, int64[, int64]), found (string)");
  EXPECT_EQ(fault("upper(id)"), "wrong-arguments@0+5: upper takes (string), found (int64)");
  EXPECT_EQ(fault("nullif(id)"), "wrong-arguments@0+6: nullif takes (any, any), found (int64)");
  EXPECT_EQ(fault("date_trunc('huor', ts)"),
            "wrong-arguments@11+6: date_trunc: 'huor' is not a part of a time; did you mean 'hour'?");
  EXPECT_EQ(fault("date_trunc(user, ts)"),
            "wrong-arguments@0+20: date_trunc: the part of a time must be a constant text such as 'hour'");
  EXPECT_EQ(fault("regexp_matches(user, '(')"),
            "wrong-arguments@21+3: regexp_matches: '(' is not a pattern: missing ): (");
  EXPECT_EQ(
      fault("regexp_matches(user, 'a', 'q')"),
      "wrong-arguments@26+3: regexp_matches: unknown option 'q' of a pattern; known are c, g, i, l, m and s");
  EXPECT_EQ(fault("json_extract(user, '$a')"),
            "wrong-arguments@19+4: json_extract: '$a' is not a JSON path: expected . or [ after $");
  EXPECT_EQ(fault("timezone('Mars/Base', ts)"),
            "wrong-arguments@9+11: timezone: no time zone 'Mars/Base'; names are as in Europe/Berlin");
  EXPECT_EQ(fault("strftime(ts, '%Q')"), "wrong-arguments@13+4: strftime: '%Q' has an unknown directive %Q");
  EXPECT_EQ(fault("user LIKE 'a!' ESCAPE '!'"),
            "bad-pattern@22+3: the pattern of LIKE ends with its escape character");
  EXPECT_EQ(fault("upper(*)"), "wrong-arguments@6+1: * stands only in count(*)");
  EXPECT_EQ(fault("upper(DISTINCT user)"),
            "not-allowed@0+5: DISTINCT belongs to aggregates; 'upper' is a function");
}

TEST(Faults, AllAtOnceAndNoneAConsequence) {
  EXPECT_THAT(
      evaluate("prise + 1 > lenght(user) AND usr = 'x' AND id = user", rows()),
      ElementsAre(testing::StartsWith("unknown-column@0+5"), testing::StartsWith("unknown-function@12+6"),
                  testing::StartsWith("unknown-column@29+3"), testing::StartsWith("wrong-type@48+4")));
}

TEST(Faults, Condition) {
  const auto compiled = compile_condition("price + 1", rows().schema(), test_functions());
  ASSERT_EQ(compiled.faults.size(), 1U);
  EXPECT_EQ(compiled.status("price + 1").message(),
            "the condition must be a bool, found float64\n  price + 1\n  ^^^^^^^^^");
}

TEST(Faults, CaretUnderTheRightLetters) {
  const std::string text = "'ñ' = prise";
  const auto compiled = compile(text, rows().schema(), test_functions());
  EXPECT_EQ(describe(compiled.faults[0], text),
            "no column 'prise' in the input (id, price, user, ts, ok, amount, small); did you mean 'price'?\n"
            "  'ñ' = prise\n"
            "        ^^^^^");
}

}  // namespace
}  // namespace weir::expr
