#pragma once
// Where rows or bytes come from.
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "weir/batch.hpp"
#include "weir/node.hpp"
#include "weir/progress.hpp"
#include "weir/registration.hpp"
#include "weir/shim.hpp"

namespace weir {

/// A place in a partition: the position orders and is printed, the token alone is given back at restore.
struct Offset {
  int64_t position = 0;
  std::string token = {};
};

/// Where to go on in a partition, by its stable name.
struct PartitionOffset {
  std::string partition;
  Offset offset;
};

namespace detail {
inline std::vector<PartitionOffset> to_offsets(const weir_partition_offset* offsets, size_t count) {
  std::vector<PartitionOffset> made;
  for (size_t i = 0; i < count; ++i)
    made.push_back({std::string(as_view(offsets[i].partition)),
                    {offsets[i].offset.position, std::string(as_view(offsets[i].offset.token))}});
  return made;
}
}  // namespace detail

/// What a source gives during one poll.
class SourceOutput {
 public:
  SourceOutput(weir_context* context, int64_t budget_bytes) : context_(context), left_(budget_bytes) {}
  /// Announces a partition, also again after a restart. Returns its number in this run.
  uint32_t partition_found(std::string_view name) { return host()->partition_found(context_, as_str(name)); }
  void partition_ended(uint32_t partition) { event(partition, WEIR_PARTITION_ENDED); }
  void partition_idle(uint32_t partition) { event(partition, WEIR_PARTITION_IDLE); }
  void partition_taken(uint32_t partition) { event(partition, WEIR_PARTITION_TAKEN); }
  /// After partition_ended(): it never comes back, and its place need not be kept.
  void partition_gone(uint32_t partition) { event(partition, WEIR_PARTITION_GONE); }
  bool has_room() const { return left_ > 0; }

 protected:
  void event(uint32_t partition, uint32_t what) { host()->partition_event(context_, partition, what); }
  weir_context* context_;
  int64_t left_;
};

class RowOutput : public SourceOutput {
 public:
  using SourceOutput::SourceOutput;
  /// Takes the rows, which begin at position `first` of the partition; `next` is where to go on behind them.
  void emit(uint32_t partition, Batch batch, int64_t first, const Offset& next) {
    for (uint32_t i = 0; i < batch->column_count; ++i)
      for (uint32_t b = 0; b < batch->columns[i]->buffer_count; ++b)
        left_ -= static_cast<int64_t>(batch->columns[i]->buffers[b]->size);
    weir_batch like = *batch;
    like.origin = {partition, 0, first, next.position};
    const std::vector<Column> columns = batch.columns();
    Batch stamped = Batch::make(like, columns);
    const weir_offset c{next.position, as_str(next.token)};
    host()->emit_rows(context_, partition, stamped.release(), &c);
  }
};

/// What is said of bytes beside where they begin.
enum class BytesAre : uint32_t {
  kMore = 0,                 ///< More follows soon.
  kLast = WEIR_BYTES_LAST,   ///< Nothing follows in this partition.
  kNow = WEIR_BYTES_NOW,     ///< Nothing more is there now: the records that end in them are wanted at once.
  kWhole = WEIR_BYTES_WHOLE  ///< A record ends where they end, as a datagram does.
};

class ByteOutput : public SourceOutput {
 public:
  using SourceOutput::SourceOutput;
  /// Takes the bytes, which begin at `start`. With `is_last` nothing follows in this partition.
  void emit(uint32_t partition, Buffer bytes, const Offset& start, bool is_last) {
    emit(partition, std::move(bytes), start, is_last ? BytesAre::kLast : BytesAre::kMore);
  }
  void emit(uint32_t partition, Buffer bytes, const Offset& start, BytesAre are) {
    left_ -= static_cast<int64_t>(bytes.size());
    weir_bytes_chunk chunk{};
    chunk.struct_size = sizeof(chunk);
    chunk.partition = partition;
    chunk.buffer = bytes.release();
    chunk.start = {start.position, as_str(start.token)};
    chunk.flags = static_cast<uint32_t>(are);
    host()->emit_bytes(context_, &chunk);
  }
};

/// What sources of rows and of bytes have in common.
class SourceNode : public Node {
 public:
  static constexpr uint64_t kDefaultTraits = 0;
  /// Once, before the first poll of a copy that goes on from a checkpoint.
  /// Fails: a position is not known any more.
  virtual Status restore(std::span<const PartitionOffset>) { return {}; }
  /// Everything before these offsets is durable: acknowledge, commit. Told again after a restart, before the
  /// first poll; of a source that had ended too, which is not restored.
  virtual Status durable(std::span<const PartitionOffset>) { return {}; }
  struct Read {
    int64_t done_bytes = -1;
    int64_t total_bytes = -1;
  };
  /// How much was read of how much, as stored; -1: not known.
  virtual Read progress() const { return {}; }
  virtual Result<Progress> poll_for(weir_context* context, int64_t budget_bytes) = 0;
};

/// A source of rows.
class Source : public SourceNode {
 public:
  /// Runs once, before any data: the columns.
  virtual Result<Schema> bind() = 0;
  /// Emits rows and reports partitions. Answers done (call again), not ready, or finished (never again).
  virtual Result<Progress> poll(RowOutput& output) = 0;

  Result<Binding> bind_ports(std::span<const Input>) final {
    WEIR_ASSIGN_OR_RETURN(const Schema schema, bind());
    return Binding::unknown(schema);
  }
  Result<Progress> poll_for(weir_context* context, int64_t budget_bytes) final {
    RowOutput output(context, budget_bytes);
    return poll(output);
  }
};

/// A source of bytes, which the host decodes by the node's option `format`.
class ByteSource : public SourceNode {
 public:
  virtual Status bind() { return {}; }
  virtual Result<Progress> poll(ByteOutput& output) = 0;
  struct Head {
    Buffer bytes;
    std::string partition;
  };
  /// The first bytes (decompressed) of the first partition, for formats that infer; none: there are none yet.
  /// Runs on the bound node, before any copy.
  virtual Result<std::optional<Head>> head(size_t max_bytes) = 0;
  /// How long a record may be: a longer one is rejected, and the next is read. 0: what the host thinks fit.
  virtual uint64_t max_record_bytes() const { return 0; }

  Result<Binding> bind_ports(std::span<const Input>) final {
    WEIR_RETURN_IF_ERROR(bind());
    return Binding::none();
  }
  Result<Progress> poll_for(weir_context* context, int64_t budget_bytes) final {
    ByteOutput output(context, budget_bytes);
    return poll(output);
  }
  /// Owns the name that head() gave to the host.
  std::string head_partition;
};

namespace shim {

inline int32_t restore(weir_instance* instance, const weir_partition_offset* offsets, size_t count,
                       weir_fault* fault) {
  return guarded(fault,
                 [&] { return shape_of<SourceNode>(instance).restore(detail::to_offsets(offsets, count)); });
}
inline weir_answer poll(weir_instance* instance, const weir_call* call, weir_wake* wake, weir_fault* fault) {
  return answered(wake, fault, [&] {
    return shape_of<SourceNode>(instance).poll_for(instance_of(instance).context, call->emit_budget);
  });
}
inline int32_t durable(weir_instance* instance, const weir_partition_offset* offsets, size_t count,
                       weir_fault* fault) {
  return guarded(fault,
                 [&] { return shape_of<SourceNode>(instance).durable(detail::to_offsets(offsets, count)); });
}
inline int32_t head(weir_node* node, size_t max_bytes, weir_buffer** out, weir_str* partition,
                    weir_fault* fault) {
  return guarded(fault, [&]() -> Status {
    auto& source = static_cast<ByteSource&>(*node_of(node).object);
    *out = nullptr;
    *partition = {};
    WEIR_ASSIGN_OR_RETURN(auto first, source.head(max_bytes));
    if (!first) return {};
    source.head_partition = std::move(first->partition);
    *partition = as_str(source.head_partition);
    *out = first->bytes.release();
    return {};
  });
}
inline void progress(weir_instance* instance, int64_t* done, int64_t* total) {
  const SourceNode::Read read = shape_of<SourceNode>(instance).progress();
  *done = read.done_bytes;
  *total = read.total_bytes;
}
inline uint64_t max_record_bytes(weir_node* node) {
  return static_cast<ByteSource&>(*node_of(node).object).max_record_bytes();
}

inline constexpr weir_source_calls kRowSourceCalls = {
    sizeof(weir_source_calls), 0, &restore, &poll, &durable, nullptr, &progress, nullptr};
inline constexpr weir_source_calls kByteSourceCalls = {
    sizeof(weir_source_calls), 1, &restore, &poll, &durable, &head, &progress, &max_record_bytes};

template <class Class>
void fill_source(weir_component& c) {
  c.source = std::is_base_of_v<ByteSource, Class> ? &kByteSourceCalls : &kRowSourceCalls;
}

}  // namespace shim
}  // namespace weir

/// Registers a source: WEIR_SOURCE(Class, Options, "name", "One sentence.", options and extras...);
#define WEIR_SOURCE(Class, Options, name, ...)                                                       \
  WEIR_REGISTER_NODE(WEIR_KIND_SOURCE, ::weir::SourceNode, &::weir::shim::fill_source<Class>, Class, \
                     Options, name, __VA_ARGS__)
