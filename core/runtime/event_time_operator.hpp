#pragma once
// Event time that begins at a node in the middle: a new watermark from the node's rows, by partition.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/operator.hpp"
#include "runtime/time_tracker.hpp"

namespace weir {

/// Stands behind the node's own operator. What came of time from above ends here; which partitions there are
/// the one source above says. Where there is a max_delay it sees all rows of a partition in their order.
///
/// Threads: confined to the slice of its stage copy.
class EventTimeOperator final : public Operator {
 public:
  /// The note of a checkpoint that holds what the partitions' rows had reached.
  static constexpr std::string_view kNote = "event-time";
  /// Borrows `node` only while it is made.
  EventTimeOperator(OperatorSetup setup, const BoundNode& node);
  /// First: the notes called kNote of the checkpoint that the run goes on from, of all nodes.
  void restore(const std::vector<std::string>& notes);
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;

 private:
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  bool takes_time(const weir_signal& signal) override;

  const bool needs_row_watermark_;
  TimeTracker times_;
  std::set<uint32_t> partitions_;            // That rows may come from.
  uint64_t heard_ = 0;                       // Of the source: lanes say again what another has said.
  std::map<std::string, int64_t> restored_;  // What a partition's rows had put its watermark to.
};

}  // namespace weir
