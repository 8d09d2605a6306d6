#pragma once
// The end of a region at a durable edge.
#include <cstdint>
#include <memory>

#include "runtime/buffer_edge.hpp"
#include "runtime/operator.hpp"

namespace weir {

/// Appends what comes; at a barrier it is made safe, and the manifest says how far it reaches.
///
/// A full disk is waited for, and the run is told. A full buffer waits for its reader, or does what the
/// node's `when_full` says. While rows wait in it that no manifest speaks of yet, it asks for a checkpoint
/// and takes what still comes before its barrier: those rows could not be read otherwise, and no room would
/// ever come.
///
/// Threads: confined to the slice of its stage copy.
class BufferWriteOperator final : public Operator {
 public:
  BufferWriteOperator(OperatorSetup setup, BufferEdge& edge) : Operator(std::move(setup)), edge_(edge) {}
  Status start() override;
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;

 private:
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume(weir_wake& wake, weir_fault& fault) override;
  weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) override;
  weir_answer place(weir_wake& wake, weir_fault& fault);
  Status place_when_full(bool& is_waiting);
  Status make_room();
  Status append();
  void has_room();
  Status mark_end();
  /// Rows that the next barrier is the first to speak for.
  bool has_rows_since_barrier() const { return edge_.rows().next_batch() > barrier_batch_; }
  bool is_all_published() const { return edge_.rows().next_batch() == edge_.published().next_batch; }
  void drop_newest();
  void warn_once(bool& has_warned, const char* which_rows);
  void dead_letter();

  BufferEdge& edge_;
  Batch waiting_;               // Not appended yet.
  uint64_t barrier_batch_ = 0;  // The next batch at the last barrier.
  int64_t watermark_us_ = INT64_MIN;
  bool has_warned_of_oldest_ = false;  // That they are dropped.
  bool has_warned_of_newest_ = false;
  bool waits_for_room_ = false;  // On the disk,
  int64_t again_ns_ = 0;         // and tries it then.
};

}  // namespace weir
