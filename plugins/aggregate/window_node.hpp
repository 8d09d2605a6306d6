#pragma once
// What the tests of windows share.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "node_harness/node_harness.hpp"

namespace weir::test {

inline constexpr int64_t kMinute = 60'000'000;

/// The rows of `node`, whose column t is its event time.
struct WindowNode {
  NodeHarness node;
  explicit WindowNode(const std::string& options, const std::string& columns = "t: timestamp, k: string",
                      HarnessSettings settings = {})
      : node("aggregate", options, columns, with_time(std::move(settings))) {
    EXPECT_EQ(node.fault(), "");
  }
  static HarnessSettings with_time(HarnessSettings settings) {
    settings.event_time = "t";
    return settings;
  }
  /// A row of key `k` at `minutes` after 1970.
  static std::vector<Cell> at(const std::string& time, const std::string& k) {
    return {"1970-01-01T" + time + "Z", k};
  }
};

}  // namespace weir::test
