#pragma once
// A bounded queue between a copy of one stage and a copy of another.
#include <weir/abi.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>
#include <weir/batch.hpp>

#include "runtime/byte_range.hpp"

namespace weir {

class Actor;

/// What travels between stages. Beside the ABI's signals there is kRangeEnd: a lane has sent everything of
/// its range, and the reader of ordered lanes goes on with the next lane.
struct EdgeItem {
  enum class Kind : uint8_t { kNone, kBatch, kBytes, kSignal, kRangeEnd };
  Kind kind = Kind::kNone;
  Batch batch;
  std::unique_ptr<ByteRange> range;
  weir_signal signal{};
  int64_t charge_bytes = 0;  ///< What the item counts against the edge's budget.
};

/// A ring with a byte budget. When the budget is spent the producer is told so, keeps the item in its outbox,
/// and is notified when half the budget is free again: nothing blocks and nothing is dropped. Signals and
/// range ends always fit. The run owns it; it outlives both stages.
///
/// Threads: push() belongs to the producer's actor and front()/pop() to the consumer's; both may run at once.
class Edge {
 public:
  enum class Push { kAccepted, kFull };
  /// Needs: budget_bytes > 0.
  explicit Edge(int64_t budget_bytes);
  ~Edge();
  Edge(const Edge&) = delete;
  Edge& operator=(const Edge&) = delete;

  /// Called once, before any other call. Borrows both.
  void connect(Actor& producer, Actor& consumer);
  /// Takes `item` when it answers kAccepted; leaves it untouched when kFull. One item larger than the whole
  /// budget is accepted when the edge is empty.
  Push push(EdgeItem& item);
  /// Returns the oldest item, or null when there is none now. Borrows: valid until pop().
  EdgeItem* front();
  /// Forgets the oldest item (move it out first). Needs: front() is not null.
  void pop();
  /// The consumer wants no more data: batches pushed from now on are dropped at the producer's side.
  void close();
  bool is_closed() const { return is_closed_.load(std::memory_order_relaxed); }
  /// Of whoever reads it, for messages.
  void set_reader_name(std::string name) { reader_name_ = std::move(name); }
  const std::string& reader_name() const { return reader_name_; }
  int64_t queued_bytes() const { return queued_bytes_.load(std::memory_order_relaxed); }

 private:
  struct Block;
  void notify_producer_when_roomy();

  const int64_t budget_bytes_;  // Constant after construction.
  std::string reader_name_;     // Constant once running.
  Actor* producer_ = nullptr;   // Constant after connect().
  Actor* consumer_ = nullptr;
  // A linked list of blocks: the producer writes at the tail, publishes with written_, the consumer reads up
  // to it. A signal can therefore always be queued.
  Block* tail_;                       // The producer's; lies in the list that head_ owns.
  size_t tail_used_ = 0;              // The producer's.
  std::unique_ptr<Block> head_;       // The consumer's.
  size_t head_taken_ = 0;             // The consumer's.
  uint64_t taken_ = 0;                // The consumer's.
  uint64_t pushed_ = 0;               // The producer's.
  std::atomic<uint64_t> written_{0};  // Release by push(), acquire by front().
  std::atomic<int64_t> queued_bytes_{0};
  std::atomic<bool> is_producer_waiting_{false};  // seq_cst with queued_bytes_: no wake-up is lost.
  std::atomic<bool> is_closed_{false};
};

}  // namespace weir
