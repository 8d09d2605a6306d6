// Three-valued logic, and which faults count.
#include <gmock/gmock.h>

#include <array>

#include "expr/expr_harness.hpp"

namespace weir::expr {
namespace {

using testing::ElementsAre;

enum Truth { kFalse = 0, kNull = 1, kTrue = 2 };

std::string text_of(int truth) { return truth == kFalse ? "false" : truth == kTrue ? "true" : "NULL"; }

// All nine pairs, as columns and as constants. False < null < true: AND is the smaller, OR the larger.
TEST(Logic, TruthTablesOfColumns) {
  std::vector<std::vector<Cell>> cells;
  std::vector<std::string> conjunction;
  std::vector<std::string> disjunction;
  const auto cell = [](int t) { return t == kNull ? Cell() : Cell(text_of(t)); };
  for (int a = kFalse; a <= kTrue; ++a)
    for (int b = kFalse; b <= kTrue; ++b) {
      cells.push_back({cell(a), cell(b)});
      conjunction.push_back(text_of(std::min(a, b)));
      disjunction.push_back(text_of(std::max(a, b)));
    }
  const TestRows rows("a: bool, b: bool", cells);
  EXPECT_EQ(evaluate("a AND b", rows), conjunction);
  EXPECT_EQ(evaluate("a OR b", rows), disjunction);
  EXPECT_EQ(evaluate("NOT (a AND b)", rows), evaluate("NOT a OR NOT b", rows));
  EXPECT_EQ(evaluate("NOT (a OR b)", rows), evaluate("NOT a AND NOT b", rows));
}

TEST(Logic, TruthTablesOfConstants) {
  for (int a = kFalse; a <= kTrue; ++a)
    for (int b = kFalse; b <= kTrue; ++b) {
      EXPECT_EQ(evaluate(text_of(a) + " AND " + text_of(b)), text_of(std::min(a, b)));
      EXPECT_EQ(evaluate(text_of(a) + " OR " + text_of(b)), text_of(std::max(a, b)));
    }
  EXPECT_EQ(evaluate("NOT NULL"), "NULL");
}

TEST(Logic, TestsThatAreNeverNull) {
  const TestRows rows("a: bool", {{"true"}, {"false"}, {std::nullopt}});
  EXPECT_THAT(evaluate("a IS TRUE", rows), ElementsAre("true", "false", "false"));
  EXPECT_THAT(evaluate("a IS NOT TRUE", rows), ElementsAre("false", "true", "true"));
  EXPECT_THAT(evaluate("a IS FALSE", rows), ElementsAre("false", "true", "false"));
  EXPECT_THAT(evaluate("a IS NOT FALSE", rows), ElementsAre("true", "false", "true"));
  EXPECT_THAT(evaluate("a IS NULL", rows), ElementsAre("false", "false", "true"));
  EXPECT_THAT(evaluate("a IS NOT NULL", rows), ElementsAre("true", "true", "false"));
  EXPECT_THAT(evaluate("a IS UNKNOWN", rows), ElementsAre("false", "false", "true"));
  EXPECT_THAT(evaluate("a IS DISTINCT FROM NULL", rows), ElementsAre("true", "true", "false"));
  EXPECT_THAT(evaluate("a IS NOT DISTINCT FROM true", rows), ElementsAre("true", "false", "false"));
}

TEST(Logic, InAndBetweenWithNulls) {
  EXPECT_EQ(evaluate("NULL IN (1, 2)"), "NULL");
  EXPECT_EQ(evaluate("1 IN (1, NULL)"), "true");
  EXPECT_EQ(evaluate("3 IN (1, NULL)"), "NULL");
  EXPECT_EQ(evaluate("3 NOT IN (1, 2)"), "true");
  EXPECT_EQ(evaluate("2 BETWEEN 1 AND 3"), "true");
  EXPECT_EQ(evaluate("2 BETWEEN NULL AND 1"), "false");
  EXPECT_EQ(evaluate("2 NOT BETWEEN NULL AND 3"), "NULL");
  const TestRows rows("n: int64, s: string", {{"1", "a"}, {"5", "b"}, {std::nullopt, std::nullopt}});
  EXPECT_THAT(evaluate("n IN (1, 2)", rows), ElementsAre("true", "false", "NULL"));
  EXPECT_THAT(evaluate("s IN ('b', 'c')", rows), ElementsAre("false", "true", "NULL"));
}

TEST(Masks, AFaultRightOfAFalseAndDoesNotCount) {
  const TestRows rows("ok: bool, s: string",
                      {{"true", "1"}, {"false", "x"}, {"true", "x"}, {std::nullopt, "x"}});
  EXPECT_THAT(evaluate("ok AND CAST(s AS int64) = 1", rows),
              ElementsAre("true", "false", "bad-cast: cannot cast 'x' to int64",
                          "bad-cast: cannot cast 'x' to int64"));
  EXPECT_THAT(evaluate("NOT ok OR CAST(s AS int64) = 1", rows),
              ElementsAre("true", "true", "bad-cast: cannot cast 'x' to int64",
                          "bad-cast: cannot cast 'x' to int64"));
}

TEST(Masks, AFaultInABranchNotTakenDoesNotCount) {
  const TestRows rows("k: string, s: string", {{"n", "1"}, {"t", "x"}, {"n", "x"}});
  EXPECT_THAT(evaluate("CASE k WHEN 'n' THEN CAST(s AS int64) ELSE -1 END", rows),
              ElementsAre("1", "-1", "bad-cast: cannot cast 'x' to int64"));
  EXPECT_THAT(evaluate("CASE WHEN k = 't' THEN 0 WHEN CAST(s AS int64) = 1 THEN 1 END", rows),
              ElementsAre("1", "0", "bad-cast: cannot cast 'x' to int64"));
  EXPECT_THAT(evaluate("if(k = 'n', 0, CAST(s AS int64))", rows),
              ElementsAre("0", "bad-cast: cannot cast 'x' to int64", "0"));
  EXPECT_THAT(evaluate("coalesce(nullif(k, 't'), CAST(CAST(s AS int64) AS string))", rows),
              ElementsAre("n", "bad-cast: cannot cast 'x' to int64", "n"));
}

TEST(Masks, TryMakesFaultsNullAlsoWhereTheSameTextCounts) {
  const TestRows rows("s: string", {{"1"}, {"x"}});
  EXPECT_THAT(evaluate("try(CAST(s AS int64))", rows), ElementsAre("1", "NULL"));
  EXPECT_THAT(evaluate("TRY_CAST(s AS int64)", rows), ElementsAre("1", "NULL"));
  EXPECT_THAT(evaluate("try(CAST(s AS int64)) IS NULL AND CAST(s AS int64) = 1", rows),
              ElementsAre("false", "bad-cast: cannot cast 'x' to int64"));
}

TEST(Masks, OneFaultARow) {
  const TestRows rows("a: string, b: string", {{"x", "y"}});
  EXPECT_THAT(evaluate("CAST(a AS int64) + CAST(b AS int64)", rows),
              ElementsAre("bad-cast: cannot cast 'x' to int64"));
}

TEST(Masks, AFaultThatIsConstantCountsForEveryWantedRow) {
  const TestRows rows("ok: bool", {{"true"}, {"false"}});
  EXPECT_THAT(evaluate("if(ok, 2147483647 + 1, 0)", rows),
              ElementsAre("overflow: overflow in adding two int32: 2147483647 + 1", "0"));
}

// Words of 64 rows and what is left over.
TEST(Masks, ManyRows) {
  std::vector<std::vector<Cell>> cells;
  for (int i = 0; i < 1000; ++i) cells.push_back({i % 7 == 0 ? Cell() : Cell(std::to_string(i))});
  const TestRows rows("n: int64", cells);
  const std::vector<std::string> got = evaluate("n % 3 = 0 AND n > 500 OR n IS NULL", rows);
  const std::vector<std::string> chosen = evaluate(
      "CASE WHEN n > 900 THEN 'a long text that lies in a heap' WHEN n > 500 THEN CAST(n AS string) END",
      rows);
  for (int i = 0; i < 1000; ++i) {
    const bool want = i % 7 == 0 || (i % 3 == 0 && i > 500);
    EXPECT_EQ(got[static_cast<size_t>(i)], want ? "true" : "false") << i;
    const std::string text = i % 7 == 0 || i <= 500 ? "NULL"
                             : i > 900              ? "a long text that lies in a heap"
                                                    : std::to_string(i);
    EXPECT_EQ(chosen[static_cast<size_t>(i)], text) << i;
  }
}

TEST(Selection, RowsThatAreTrue) {
  std::vector<std::vector<Cell>> cells;
  for (int i = 0; i < 200; ++i) cells.push_back({i % 5 == 0 ? Cell() : Cell(std::to_string(i))});
  const TestRows rows("n: int64", cells);
  const auto condition = compile_condition("n % 2 = 0", rows.schema(), test_functions());
  RowFaults faults;
  const Column column = condition->evaluate(*rows.batch(), faults).value();
  std::array<uint32_t, 200> selected;
  const size_t count = to_selection(*column.get(), selected.data());
  std::vector<uint32_t> wanted;
  for (uint32_t i = 0; i < 200; ++i)
    if (i % 5 != 0 && i % 2 == 0) wanted.push_back(i);
  EXPECT_EQ(std::vector<uint32_t>(selected.begin(), selected.begin() + static_cast<ptrdiff_t>(count)),
            wanted);
}

}  // namespace
}  // namespace weir::expr
