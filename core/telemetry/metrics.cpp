#include "telemetry/metrics.hpp"

#include <algorithm>
#include <tuple>

namespace weir {
namespace {

void add_to(NodeSnapshot& sum, const NodeMetrics& metrics) {
  sum.instances += 1;
  sum.rows_in += metrics.rows_in.get();
  sum.rows_out += metrics.rows_out.get();
  sum.rows_rejected += metrics.rows_rejected.get();
  sum.rows_late += metrics.rows_late.get();
  sum.bytes_in += metrics.bytes_in.get();
  sum.bytes_out += metrics.bytes_out.get();
  sum.batches_in += metrics.batches_in.get();
  sum.batches_out += metrics.batches_out.get();
  sum.busy_ns += metrics.busy_ns.get();
  sum.state_bytes += metrics.state_bytes.get();
  if (const uint64_t time = metrics.watermark_us.get(); time != NodeMetrics::kNoWatermark) {
    const auto time_us = static_cast<int64_t>(time);
    sum.watermark_us = std::min(time_us, sum.watermark_us.value_or(time_us));
  }
}

}  // namespace

NodeMetrics& MetricsRegistry::add_node(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return nodes_.emplace_back(std::piecewise_construct, std::tuple(name), std::tuple()).second;
}

MetricsSnapshot MetricsRegistry::snapshot() const {
  const std::lock_guard lock(mutex_);
  MetricsSnapshot all;
  for (const auto& [name, metrics] : nodes_) {
    auto sum = std::ranges::find(all.nodes, name, &NodeSnapshot::name);
    if (sum == all.nodes.end()) {
      sum = all.nodes.insert(sum, NodeSnapshot{});
      sum->name = name;
    }
    add_to(*sum, metrics);
  }
  return all;
}

}  // namespace weir
