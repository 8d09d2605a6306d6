#pragma once
// A lane that turns ranges of bytes into batches, in parallel with the other lanes of its reader.
#include <weir/abi.h>

#include <memory>
#include <optional>
#include <vector>

#include "runtime/byte_range.hpp"
#include "runtime/instance_context.hpp"
#include "runtime/operator.hpp"
#include "runtime/seam_board.hpp"

namespace weir {

///            range           seam came, nothing left over            all sent
///   kIdle ----------> kDecoded ------------------------> kSending ------------> kIdle
///                        |  seam left bytes: decode again  ^
///                        +---------------------------------+
///
/// Threads: confined to the slice of its stage copy.
class DecodeOperator final : public Operator {
 public:
  /// Borrows `node` only while it is made. `max_record_bytes`: a longer record of a format that can be split
  /// is rejected when its end is found.
  DecodeOperator(OperatorSetup setup, std::shared_ptr<SeamBoard> board, const BoundNode& node,
                 uint64_t max_record_bytes);

 private:
  enum class Phase { kIdle, kDecoded, kSending };
  weir_answer process(uint32_t, Batch, weir_wake&, weir_fault&) override { return WEIR_DONE; }
  weir_answer process_range(std::unique_ptr<ByteRange> range, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume(weir_wake& wake, weir_fault& fault) override;

  bool decode(const Seam& before, weir_fault& fault);
  bool decode_gathered(ByteSegment segment, bool is_end, weir_fault& fault);
  std::optional<ByteSegment> behind_long_record(const ByteSegment& segment, bool is_end);
  void bound_leftover();
  bool decode_segment(const ByteSegment& segment, bool is_last, std::vector<ByteSegment>& leftover,
                      weir_fault& fault);
  bool settle(weir_fault& fault);
  SourcePosition position_after() const;
  int64_t highest_time() const;
  weir_answer send_some();
  void add_row_watermark(Batch& batch);

  const std::shared_ptr<SeamBoard> board_;
  const std::optional<EventTime> event_time_;
  const bool needs_row_watermark_;
  const bool announces_partitions_;
  const uint64_t max_record_bytes_;
  InstanceContext context_;
  Phase phase_ = Phase::kIdle;
  std::unique_ptr<ByteRange> range_;
  DecodedRange decoded_;
  Seam left_;
  size_t sent_ = 0;
  size_t good_rows_ = 0;  // Of the range that is sent.
  SeamBoard::Settled settled_;
  size_t undecoded_bytes_ = 0;  // Of a partition that cannot be split: when it was last tried.
};

}  // namespace weir
