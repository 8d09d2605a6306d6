#include <gmock/gmock.h>

#include "expr/expr_harness.hpp"

namespace weir::expr {
namespace {

using testing::ElementsAre;

TEST(Eval, Literals) {
  EXPECT_EQ(evaluate("1"), "1");
  EXPECT_EQ(evaluate("1 + 2 * 3"), "7");
  EXPECT_EQ(evaluate("'it''s'"), "it's");
  EXPECT_EQ(evaluate("NULL"), "NULL");
  EXPECT_EQ(evaluate("2147483647 + 1"), "overflow: overflow in adding two int32: 2147483647 + 1");
  EXPECT_EQ(evaluate("7 / 2"), "3.5");
  EXPECT_EQ(evaluate("-7 // 2"), "-3");
  EXPECT_EQ(evaluate("1 / 0"), "NULL");
  EXPECT_EQ(evaluate("1.10 + 2.205"), "3.305");
  EXPECT_EQ(evaluate("'a' LIKE '%a'"), "true");
}

}  // namespace
}  // namespace weir::expr
