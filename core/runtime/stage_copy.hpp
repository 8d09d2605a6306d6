#pragma once
// One parallel copy of a stage: its operators, what it reads from, and what could not be sent yet.
#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "runtime/actor.hpp"
#include "runtime/back_off.hpp"
#include "runtime/copy_checkpoint.hpp"
#include "runtime/edge.hpp"
#include "runtime/input_gate.hpp"
#include "runtime/operator.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/turn_clock.hpp"

namespace weir {

class DeadLetterStore;
class RegionShared;
class RootSource;

/// Runs when it has input and an empty outbox, for a bounded slice. Everything in it is confined to the
/// slice, but for notify() and cancel().
class StageCopy final : public Actor {
 public:
  StageCopy(RunShared& run, RegionShared& region, Executor& executor, std::string name, uint32_t copy);
  ~StageCopy() override;

  /// While the stage is being built.
  void add_operator(std::unique_ptr<Operator> added);
  void set_gate(std::unique_ptr<InputGate> gate) { gate_ = std::move(gate); }
  void set_source(RootSource& source) { source_ = &source; }
  Operator& op(size_t index) { return *operators_[index]; }
  size_t operator_count() const { return operators_.size(); }
  const std::string& name() const { return name_; }
  uint32_t copy() const { return copy_; }
  RegionShared& region() { return region_; }

  /// Makes the instances. Once, while it is held as it is from the beginning, from the driving thread.
  Status start();
  /// From any thread.
  void cancel();

  /// How often it has run. Threads: any; who sees the number sees what those slices wrote.
  uint64_t slices() const { return slices_.load(std::memory_order_acquire); }
  /// An operator sent something: a source may do that and then wait. Threads: the slice's.
  void note_given() { has_given_ = true; }
  /// Whether there was nothing to do since it gave its part of a checkpoint. Threads: any.
  bool has_rested_since_barrier() const { return rounds_.load() == barrier_rounds_.load(); }
  /// Whether it is running. Threads: any.
  bool is_running() const { return begun_.load() != slices(); }
  /// Whether something that it holds goes on by itself. Needs: it does not run.
  bool waits_outside() const;
  /// Why it does not go on, in a sentence; empty when it has nothing to do. Needs: it does not run.
  std::string why_waiting() const;

  /// Adds how much its source has read, and how much there is [bytes]; total -1: not known.
  void progress(int64_t& done, int64_t& total) const;

  FaultPoints& faults() { return run_.world().faults; }
  /// For operators. Takes `item`; it is sent now, or as soon as `edge` has room.
  void send(Edge& edge, EdgeItem item);
  /// How many bytes may still be emitted in this slice before somebody must make room [bytes].
  int64_t emit_budget() const { return emit_budget_; }
  void charge_emitted(int64_t bytes) { emit_budget_ -= bytes; }
  /// Runs the stage again at `until_ns`, if nothing wakes it before.
  void wake_at(int64_t until_ns);
  TurnClock& turn_clock() { return turn_clock_; }
  const TurnClock& turn_clock() const { return turn_clock_; }
  /// An operator rejected rows that the disk has no room for: nothing is done before they are written.
  void wait_for_room(DeadLetterStore& store, const Status& why);
  /// An operator reached the barrier: its part of the checkpoint is collected.
  void reached_barrier(Operator& op, uint64_t epoch);
  /// Called once by every operator when it has passed on the end.
  void operator_ended();
  /// What the copy gives to the checkpoint that is being taken, or to the last one.
  CopyCheckpoint& checkpoint_part() { return part_; }

 private:
  Next run_slice() override;
  void send_in_order(Edge& edge, EdgeItem item);
  Next slice();
  Next work();
  Next work_rounds();
  void close_unwanted_inputs();
  // One writer: no read-modify-write is needed.
  void count_round() { rounds_.store(rounds_.load(std::memory_order_relaxed) + 1); }
  bool flush_outbox();
  bool advance_operators();
  bool wake_operators();
  bool take_input();
  bool commit_when_told();
  bool write_dead_letters();

  RunShared& run_;
  RegionShared& region_;
  const std::string name_;
  const uint32_t copy_;
  std::vector<std::unique_ptr<Operator>> operators_;  // Parents before children.
  std::unique_ptr<InputGate> gate_;                   // Null for stages with a source.
  RootSource* source_ = nullptr;                      // One of operators_, or null.
  std::deque<std::pair<Edge*, EdgeItem>> outbox_;
  std::vector<std::pair<Edge*, EdgeItem>> overtaken_;  // Barriers that a planted bug holds back.
  int64_t emit_budget_ = 0;
  TurnClock turn_clock_;
  bool is_ended_ = false;
  bool is_closed_ = false;  // The root wants no more input.
  size_t ended_operators_ = 0;
  size_t operators_at_barrier_ = 0;
  CopyCheckpoint part_;
  uint64_t committed_epoch_ = 0;
  DeadLetterStore* unwritten_ = nullptr;  // Holds rows of this stage in memory.
  BackOff room_tries_;
  std::atomic<uint64_t> begun_{0};   // Slices.
  bool has_given_ = false;           // In this round.
  std::atomic<uint64_t> rounds_{0};  // In which there was something to do.
  std::atomic<uint64_t> barrier_rounds_{UINT64_MAX};
  std::atomic<uint64_t> slices_{0};  // The release at the end of a slice pairs with slices().
};

}  // namespace weir
