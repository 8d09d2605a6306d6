#pragma once
// The root of a stage that reads a byte source and deals its bytes, in ranges, to the decoding lanes.
#include <weir/abi.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "runtime/byte_range.hpp"
#include "runtime/instance_context.hpp"
#include "runtime/root_source.hpp"
#include "runtime/seam_board.hpp"

namespace weir {

/// Cuts each chunk near its end where a record seems to begin; what is behind the cut goes in front of the
/// next chunk. A range is a small copied piece (the record that two chunks share) and the rest of a chunk as
/// it was read. Range i goes to lane i % lanes.
///
/// Threads: confined to the slice of its stage copy.
class ReaderOperator final : public RootSource {
 public:
  ReaderOperator(OperatorSetup setup, const BoundNode& node, std::shared_ptr<SeamBoard> board);
  ~ReaderOperator() override;
  /// While the stage is being built: one edge to each lane.
  void set_lanes(std::vector<Edge*> lanes) { lanes_ = std::move(lanes); }
  /// Before start(): where a restart goes on.
  void set_restored(std::vector<SourcePosition> positions) { restored_ = std::move(positions); }

  Status start() override;
  void cancel() override;
  Status committed(uint64_t epoch) override;
  Polled poll() override;
  void progress(int64_t& done, int64_t& total) const override;

  /// What the component calls through the host table.
  uint32_t partition_found(std::string name);
  void partition_event(uint32_t partition, uint32_t event);
  void emit_bytes(const weir_bytes_chunk& chunk);

 private:
  struct Partition {
    std::string name;
    std::shared_ptr<PartitionDecoding> decoding;  // Null before the first chunk.
    SourcePosition restored;
    uint64_t skip = 0;               // Bytes still to be left out after a restart.
    uint64_t dealt_end = 0;          // Behind its last range.
    ByteSegment carry;               // Behind the last cut.
    std::vector<ChunkStart> chunks;  // That the carry lies in.
    std::optional<std::string>
        begins_anew;  // The header, for the first range of a name that was found again.
  };
  Status open(Partition& partition, uint32_t id, ByteSegment& first);
  /// Lets the others go on: the partition becomes one row of the errors port.
  void refuse(Partition& partition, uint32_t id, ByteSegment first, const Status& why);
  void cut(Partition& partition, ByteSegment chunk, uint32_t flags);
  void deal(Partition& partition, std::vector<ByteSegment> segments, uint32_t flags);
  bool begin_barrier();
  /// The component has nothing now: who is silent is set aside, and all lanes hear of the time.
  void tell_time();
  Polled catch_up();
  /// What lies behind the last cuts is given on when nothing may follow for long.
  void deal_carries();
  void come_back(uint32_t partition);
  Polled end();

  const BoundNode& node_;
  const std::shared_ptr<SeamBoard> board_;
  std::vector<Edge*> lanes_;
  InstanceContext context_;
  weir_instance* instance_ = nullptr;
  std::map<uint32_t, Partition> partitions_;
  std::map<std::string, uint32_t> ids_;
  std::vector<SourcePosition> restored_;
  uint64_t next_range_ = 0;
  uint64_t begun_epoch_ = 0;
  std::set<uint32_t> silent_;           // To be set aside once what was read is settled.
  int64_t told_watermark_ = INT64_MIN;  // To all lanes.
  Status fault_;
  Status refusal_;               // Of the last partition that could not be opened.
  bool has_opened_ = false;      // Some partition, now or before the restart.
  bool is_catching_up_ = false;  // A run until now has read all; the lanes are not through with it.
};

}  // namespace weir
