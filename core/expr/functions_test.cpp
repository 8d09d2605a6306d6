// Every example of every function is a test.
#include <gmock/gmock.h>

#include "expr/expr_harness.hpp"

namespace weir::expr {
namespace {

TEST(Functions, ExamplesGiveTheirResults) {
  size_t count = 0;
  for (const Function* function : test_functions().functions()) {
    EXPECT_FALSE(function->examples.empty()) << function->name;
    for (const std::string& example : function->examples) {
      const size_t arrow = example.rfind(" => ");
      ASSERT_NE(arrow, std::string::npos) << example;
      EXPECT_EQ(evaluate(example.substr(0, arrow)), example.substr(arrow + 4)) << example;
      ++count;
    }
  }
  EXPECT_GE(test_functions().functions().size(), 40U);
  EXPECT_GE(count, test_functions().functions().size());
}

TEST(Functions, AreDocumented) {
  for (const Function* function : test_functions().functions()) {
    EXPECT_FALSE(function->doc.empty()) << function->name;
    EXPECT_EQ(function->doc.back(), '.') << function->name << ": the sentence ends with a full stop";
    EXPECT_FALSE(function->theme.empty()) << function->name;
    EXPECT_EQ(function->signature.front(), '(') << function->name;
  }
}

}  // namespace
}  // namespace weir::expr
