#pragma once
// A pipeline whose every node has met its component and knows the columns it gets and gives.
#include <weir/abi.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <weir/schema.hpp>

namespace weir {

/// The number of the errors port, which every node has beside its component's outputs.
inline constexpr uint32_t kErrorsPort = std::numeric_limits<uint32_t>::max();

/// Owns one node object of a component. Destroyed before the values that its options point into.
class NodeObject {
 public:
  NodeObject(const weir_component* component, weir_node* node) : component_(component), node_(node) {}
  NodeObject(const NodeObject&) = delete;
  NodeObject& operator=(const NodeObject&) = delete;
  ~NodeObject() {
    if (node_ != nullptr && component_->destroy != nullptr) component_->destroy(node_);
  }
  const weir_component* component() const { return component_; }
  weir_node* get() const { return node_; }

 private:
  const weir_component* component_;
  weir_node* node_;
};

/// Where event time comes from, on the node that declares it.
struct EventTime {
  uint32_t column = 0;                   ///< Index in the node's first output.
  std::optional<int64_t> max_delay_us;   ///< None: the watermark moves only at the end (bounded sources).
  std::optional<int64_t> idle_after_us;  ///< None: a silent partition is waited for.
};

/// What becomes of a node's rejected rows when nothing reads its errors port.
struct ErrorPolicy {
  enum class Kind { kDeadLetter, kDrop, kFail };
  Kind kind = Kind::kDeadLetter;
  std::optional<double> max_share;   ///< Of the last 10,000 rows.
  std::optional<int64_t> max_count;  ///< Of the whole run.
};

/// How a sink that cannot take a batch now is asked again.
struct RetryPolicy {
  int64_t initial_us = 100'000;  ///< After the first failure.
  int64_t max_us = 30'000'000;   ///< The longest wait between two tries.
  double multiplier = 2;
  double jitter = 0.2;                   ///< Each wait is longer or shorter by up to this share.
  int64_t max_elapsed_us = 600'000'000;  ///< Then the rows are rejected.
  int64_t open_after = 5;                ///< So many failures in a row: one try at a time for all copies.
};

/// How much is handed on at once, and how long rows wait for more.
struct BatchLimits {
  int64_t rows = 8192;
  int64_t bytes = 1 << 20;
  int64_t timeout_us = 50'000;
};

/// What the inputs of a node may hold.
struct BufferLimits {
  enum class Kind { kMemory, kDisk };
  enum class WhenFull { kBlock, kDropNewest, kDropOldest, kDeadLetter };
  Kind kind = Kind::kMemory;
  int64_t bytes = 0;
  WhenFull when_full = WhenFull::kBlock;
};

/// The decoder of a byte source, bound.
struct BoundFormat {
  std::shared_ptr<NodeObject> node;
  const weir_binding* binding = nullptr;  ///< The node's; one output port.
  std::string inferred;                   ///< What bind inferred; kept in checkpoints.
};

struct BoundNode {
  std::string name;
  std::string component_name;
  std::shared_ptr<NodeObject> node;
  const weir_binding* binding = nullptr;  ///< Null for byte sources (the format's counts) only.
  std::shared_ptr<const void> options;    ///< Keeps the weir_value tree and compiled handles alive.
  std::vector<std::string> input_ports;   ///< By ABI port index.
  std::vector<Schema> inputs;             ///< By port.
  std::vector<std::string> output_ports;  ///< Data outputs; `errors` is beside.
  std::vector<Schema> outputs;            ///< By port, with labels carried.
  std::string revised_by;  ///< The node whose later rows replace earlier ones in output 0; empty: none.
  std::optional<BoundFormat> format;  ///< Byte sources.
  std::optional<EventTime> event_time;
  ErrorPolicy errors;
  RetryPolicy retry;                   ///< Sinks.
  std::optional<BatchLimits> batch;    ///< As declared.
  std::optional<int64_t> parallelism;  ///< As declared.
  std::optional<BufferLimits> buffer;  ///< As declared.
  /// Its inputs are a durable edge.
  bool has_disk_buffer() const { return buffer && buffer->kind == BufferLimits::Kind::kDisk; }
  bool needs_row_watermark = false;  ///< A window behind it decides lateness by the row.
  bool is_bounded = true;            ///< Every source above it ends by itself.
  /// Its output is no longer the rows of one source, each partition's in their order.
  bool is_mixed = false;
  uint64_t work_bytes = 0;            ///< What an instance wants to hold beside its states ("weir.memory/1").
  bool announces_partitions = false;  ///< A source: a node behind it takes event time from its rows.
  std::optional<int64_t> announced_idle_after_us;  ///< The smallest idle_after of such nodes.

  weir_kind kind() const { return static_cast<weir_kind>(node->component()->kind); }
};

/// Rows flow from an output port to an input port. Several links into one port are a union.
struct BoundLink {
  size_t from = 0;
  uint32_t from_port = 0;  ///< kErrorsPort for `node.errors`.
  size_t to = 0;
  uint32_t to_port = 0;
  std::vector<uint32_t>
      column_map;  ///< For unions: input column i is the sender's column_map[i]. Empty: as is.
};

struct BoundPipeline {
  std::string name;
  std::string directory;         ///< Of the file that declares it; state lies under it by default.
  std::string fingerprint;       ///< Changes when the meaning of the plan does.
  std::vector<BoundNode> nodes;  ///< In topological order.
  std::vector<BoundLink> links;
  std::optional<int64_t> checkpoint_every_us;
  std::optional<int64_t> memory_bytes;
};

/// The fixed schema of every errors port: time, run, node, port, component, code, message, partition, offset,
/// column, raw.
Schema errors_schema();

/// The same with labels: of a node that has personal columns, what it says of a row and the row itself are as
/// personal.
Schema errors_schema_of(const BoundNode& node);

}  // namespace weir
