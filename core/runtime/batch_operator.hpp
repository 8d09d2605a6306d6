#pragma once
// The node key `batch`: rows are gathered and handed on in batches of a size.
#include <cstdint>
#include <optional>
#include <vector>

#include "plan/bound_pipeline.hpp"
#include "runtime/operator.hpp"

namespace weir {

/// What a BatchOperator gathers, and how.
struct BatchRules {
  BatchLimits limits;
  uint32_t port = 0;  ///< The output port that rows leave by.
  /// Whether rows of several partitions may come into one batch, which then has no origin.
  bool mixes_partitions = false;
  /// Whether its stage is one of several lanes: a range's rows go before the range ends.
  bool is_lane = false;
};

/// Stands behind an output of a node, or before a sink, where the node says `batch`. Hands rows on when as
/// many are there as a batch may hold, at the latest when the time-out of the oldest is over, and before
/// every signal. Only a watermark waits with the rows before it: else a source that tells the time with each
/// of its rows would gather none. A batch that is too large is cut; its pieces share the rows.
///
/// Threads: confined to the slice of its stage copy.
class BatchOperator final : public Operator {
 public:
  BatchOperator(OperatorSetup setup, const BatchRules& rules);

 private:
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume(weir_wake& wake, weir_fault& fault) override;
  weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) override;
  void pass_on(const weir_signal& signal) override;

  weir_answer gather();
  size_t rows_that_fit() const;
  void take(size_t row_count);
  void pack_when_wasteful();
  void let_go();

  const BatchRules rules_;
  std::vector<Batch> gathered_;  // Never as many rows or bytes as the limits, between calls.
  int64_t rows_ = 0;             // Of gathered_.
  int64_t bytes_ = 0;            // Of gathered_, about.
  size_t held_bytes_ = 0;        // What gathered_ keeps allocated, about.
  size_t packed_bytes_ = 0;      // Of that, when it was last put together.
  bool is_idle_ = false;         // Told, and nothing since.
  int64_t let_go_at_ns_ = 0;     // While something is gathered.
  Batch coming_;                 // What is not gathered yet of the batch that came last.
  int64_t coming_row_bytes_ = 1;
  int64_t came_ns_ = 0;
  std::optional<int64_t> waiting_watermark_us_;  // Newest that came while something was gathered.
};

}  // namespace weir
