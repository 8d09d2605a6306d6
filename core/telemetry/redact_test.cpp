#include "telemetry/redact.hpp"

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Redactor, HidesEverySecretWhereverItStands) {
  Redactor secrets;
  EXPECT_EQ(secrets.redact("hunter2"), "hunter2");
  secrets.add("hunter2");
  secrets.add("");
  EXPECT_EQ(secrets.redact("hunter2 and xhunter2x"), "*** and x***x");
  EXPECT_EQ(secrets.redact(""), "");
}

TEST(Redactor, HidesTheLongestOfTwoThatBeginAlike) {
  Redactor secrets;
  secrets.add("abc");
  secrets.add("abcdef");
  secrets.add("*");
  EXPECT_EQ(secrets.redact("abcdef abcd"), "*** ***d");
  EXPECT_EQ(secrets.redact("a*c"), "a***c");
}

}  // namespace
}  // namespace weir
