#pragma once
// Counters that the hot path writes and everybody else reads as plain numbers.
#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weir {

/// A number that tasks count up and a reader looks at now and then. All accesses are relaxed: readers want
/// a recent value of each, not one moment of all.
class Counter {
 public:
  Counter() = default;
  explicit Counter(uint64_t first) : value_(first) {}
  /// Threads: any, at once.
  void add(uint64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
  /// Needs: no more was added than is there. Threads: any, at once.
  void subtract(uint64_t n) { value_.fetch_sub(n, std::memory_order_relaxed); }
  /// As add(), several times cheaper. Threads: one writer at a time, as the calls on one instance are.
  void add_alone(uint64_t n) { set(get() + n); }
  void set(uint64_t n) { value_.store(n, std::memory_order_relaxed); }
  uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

/// What one instance of a node counts. On cache lines of its own, so that instances do not slow each other.
struct alignas(64) NodeMetrics {
  Counter rows_in;
  Counter rows_out;
  Counter rows_rejected;
  Counter rows_late;
  Counter bytes_in;
  Counter bytes_out;
  Counter batches_in;
  Counter batches_out;
  Counter busy_ns;      ///< Time spent in calls on the instance.
  Counter state_bytes;  ///< Now held, not added up over time.
  /// The event time up to which it has passed rows on [us since 1970], as an int64_t; kNoWatermark: nowhere.
  Counter watermark_us = Counter(kNoWatermark);
  static constexpr uint64_t kNoWatermark = uint64_t{1} << 63;
};

struct NodeSnapshot {
  std::string name;
  size_t instances = 0;
  uint64_t rows_in = 0;
  uint64_t rows_out = 0;
  uint64_t rows_rejected = 0;
  uint64_t rows_late = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
  uint64_t batches_in = 0;
  uint64_t batches_out = 0;
  uint64_t busy_ns = 0;
  uint64_t state_bytes = 0;
  std::optional<int64_t> watermark_us = {};  ///< The lowest of its instances that have one.
};

struct EdgeSnapshot {
  std::string from;  ///< As "node" or "node.port".
  std::string to;
  uint64_t queued_bytes = 0;  ///< Waiting now.
};

struct MetricsSnapshot {
  std::vector<NodeSnapshot> nodes;  ///< In the order in which their first instances were added.
  std::vector<EdgeSnapshot> edges;  ///< Between the same two, summed up.
};

/// Owns the counters of a run. They stay where they are until it is destroyed.
///
/// Threads: any, at once.
class MetricsRegistry {
 public:
  /// Makes the counters of one more instance of node `name`. Borrows: valid while the registry lives.
  NodeMetrics& add_node(std::string_view name);
  /// Returns the sums over the instances of each node; no edges.
  MetricsSnapshot snapshot() const;

 private:
  mutable std::mutex mutex_;  // Guards the lists; the counters in them are atomics.
  std::deque<std::pair<std::string, NodeMetrics>> nodes_;
};

}  // namespace weir
