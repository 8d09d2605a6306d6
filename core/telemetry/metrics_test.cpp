#include "telemetry/metrics.hpp"

#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(MetricsRegistry, SumsTheInstancesOfANode) {
  MetricsRegistry registry;
  NodeMetrics& first = registry.add_node("sane");
  NodeMetrics& other = registry.add_node("events");
  NodeMetrics& second = registry.add_node("sane");
  first.rows_in.add_alone(10);
  second.rows_in.add(5);
  first.state_bytes.set(100);
  second.state_bytes.set(20);
  other.rows_out.add(7);
  const MetricsSnapshot all = registry.snapshot();
  ASSERT_EQ(all.nodes.size(), 2U);
  EXPECT_EQ(all.nodes[0].name, "sane");
  EXPECT_EQ(all.nodes[0].instances, 2U);
  EXPECT_EQ(all.nodes[0].rows_in, 15U);
  EXPECT_EQ(all.nodes[0].state_bytes, 120U);
  EXPECT_EQ(all.nodes[1].name, "events");
  EXPECT_EQ(all.nodes[1].rows_out, 7U);
}

TEST(MetricsRegistry, EveryCounterArrivesInItsOwnField) {
  MetricsRegistry registry;
  NodeMetrics& node = registry.add_node("n");
  node.rows_in.set(1);
  node.rows_out.set(2);
  node.rows_rejected.set(3);
  node.rows_late.set(4);
  node.bytes_in.set(5);
  node.bytes_out.set(6);
  node.batches_in.set(7);
  node.batches_out.set(8);
  node.busy_ns.set(9);
  node.state_bytes.set(10);
  const NodeSnapshot got = registry.snapshot().nodes.at(0);
  EXPECT_EQ(got.rows_in, 1U);
  EXPECT_EQ(got.rows_out, 2U);
  EXPECT_EQ(got.rows_rejected, 3U);
  EXPECT_EQ(got.rows_late, 4U);
  EXPECT_EQ(got.bytes_in, 5U);
  EXPECT_EQ(got.bytes_out, 6U);
  EXPECT_EQ(got.batches_in, 7U);
  EXPECT_EQ(got.batches_out, 8U);
  EXPECT_EQ(got.busy_ns, 9U);
  EXPECT_EQ(got.state_bytes, 10U);
}

TEST(MetricsRegistry, AWatermarkIsTheLowestOfTheInstancesThatHaveOne) {
  MetricsRegistry registry;
  NodeMetrics& first = registry.add_node("a");
  EXPECT_EQ(registry.snapshot().nodes[0].watermark_us, std::nullopt);
  first.watermark_us.set(static_cast<uint64_t>(int64_t{-7}));
  registry.add_node("a").watermark_us.set(5);
  registry.add_node("a");
  EXPECT_EQ(registry.snapshot().nodes[0].watermark_us, -7);
}

TEST(MetricsRegistry, CountsWhileItIsReadAndGrows) {
  MetricsRegistry registry;
  NodeMetrics& node = registry.add_node("n");
  std::thread writer([&] {
    for (int i = 0; i < 10'000; ++i) node.rows_in.add(1);
  });
  for (int i = 0; i < 100; ++i) {
    registry.add_node("other");
    EXPECT_LE(registry.snapshot().nodes[0].rows_in, 10'000U);
  }
  writer.join();
  EXPECT_EQ(registry.snapshot().nodes[0].rows_in, 10'000U);
}

static_assert(alignof(NodeMetrics) == 64 && sizeof(NodeMetrics) % 64 == 0);

}  // namespace
}  // namespace weir
