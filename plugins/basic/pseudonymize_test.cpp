#include <gtest/gtest.h>

#include "node_harness/node_harness.hpp"

namespace weir::test {
namespace {

constexpr const char* kKey = "key: 0123456789abcdef";

TEST(Pseudonymize, GivesTheFirstDigitsOfHmacSha256) {
  NodeHarness node("pseudonymize", std::string("{columns: [user], ") + kKey + "}", "user: string, n: int64");
  ASSERT_EQ(node.fault(), "");
  EXPECT_EQ(node.columns(), "user: string, n: int64");
  node.push({{"alice", "1"}, {std::nullopt, "2"}, {"alice", "3"}, {"", "4"}});
  // printf alice | openssl dgst -sha256 -hmac 0123456789abcdef
  EXPECT_EQ(node.take(),
            (Rows{"fdbf8b1cacd3d578 | 1", "null | 2", "fdbf8b1cacd3d578 | 3", "496dc93fa2d26eae | 4"}));
}

TEST(Pseudonymize, NumbersAreHashedAsTheirText) {
  NodeHarness texts("pseudonymize", std::string("{columns: [v], ") + kKey + "}", "v: string");
  texts.push({{"7"}, {"0.5"}});
  NodeHarness whole("pseudonymize", std::string("{columns: [v], ") + kKey + "}", "v: int32");
  whole.push({{"7"}});
  NodeHarness real("pseudonymize", std::string("{columns: [v], ") + kKey + "}", "v: float64");
  real.push({{"0.5"}});
  const Rows expected = texts.take();
  EXPECT_EQ(whole.take(), Rows{expected[0]});
  EXPECT_EQ(real.take(), Rows{expected[1]});
}

TEST(Pseudonymize, LengthAndEncodingAreTheAuthors) {
  NodeHarness node("pseudonymize", std::string("{columns: [v], length: 51, encoding: base32, ") + kKey + "}",
                   "v: string");
  node.push({{"alice"}});
  EXPECT_EQ(node.take()[0].size(), 51U);
}

TEST(Pseudonymize, SaysThatLabelsAreTakenAway) {
  NodeHarness node("pseudonymize", std::string("{columns: [v], ") + kKey + "}", "v: string, w: string");
  EXPECT_EQ(node.binding().outputs[0].columns[0].derivation, uint32_t{WEIR_DERIVED_PSEUDONYMISED});
  EXPECT_EQ(node.binding().outputs[0].columns[1].derivation, uint32_t{WEIR_DERIVED_SAME});
}

TEST(Pseudonymize, AKeyThatCanBeGuessedIsRefused) {
  EXPECT_EQ(NodeHarness("pseudonymize", "{columns: [v], key: short}", "v: string").fault(),
            "key: it has 5 bytes, at least 16 are needed; 'weir new key FILE' makes one");
  EXPECT_EQ(NodeHarness("pseudonymize", "{columns: [v], key: \"\"}", "v: string").fault(),
            "key: it has 0 bytes, at least 16 are needed; 'weir new key FILE' makes one");
}

TEST(Pseudonymize, OtherTypesAreRefused) {
  EXPECT_EQ(NodeHarness("pseudonymize", std::string("{columns: [t], ") + kKey + "}", "t: timestamp").fault(),
            "columns: 't' is timestamp; texts, numbers and bools can be pseudonymised");
}

}  // namespace
}  // namespace weir::test
