#pragma once
// One step of a stage while it runs: a node's instance, or a piece of the engine, behind one interface.
#include <weir/abi.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>
#include <weir/batch.hpp>
#include <weir/status.hpp>

#include "runtime/byte_range.hpp"
#include "runtime/out_port.hpp"
#include "runtime/turn_clock.hpp"
#include "telemetry/metrics.hpp"

namespace weir {

class StageCopy;
class MemoryAccount;
class RejectWriter;
class RunShared;
struct CopyCheckpoint;

/// A signal that stays inside the engine: the lane's range is complete. Components never see it.
inline constexpr uint32_t kSignalRangeEnd = 100;

/// What an operator is given when it is made.
struct OperatorSetup {
  StageCopy& stage;
  RunShared& run;
  std::string node;
  uint32_t input_ports = 1;
  uint32_t output_ports = 1;  ///< Data outputs, without errors.
  NodeMetrics& metrics;
  RejectWriter& rejects;
  MemoryAccount& account;
};

/// Takes items one at a time and gives them on. While a component answers that it is not through with an item
/// the operator is *pending* and what comes behind waits in its inbox, in order.
///
/// Threads: confined to the slice of its stage copy.
class Operator {
 public:
  explicit Operator(OperatorSetup setup);
  Operator(const Operator&) = delete;
  Operator& operator=(const Operator&) = delete;
  virtual ~Operator() = default;

  /// Takes a batch or a signal in the order of the calls. Handles it at once when nothing is before it.
  void deliver(uint32_t port, Batch batch);
  void deliver(const weir_signal& signal);
  /// Only for the operator that decodes.
  void deliver(std::unique_ptr<ByteRange> range);
  /// Goes on with what is pending and then with the inbox while the stage may emit. Returns whether anything
  /// was done.
  bool advance();
  bool has_work() const { return pending_ != Pending::kNone || !inbox_.empty(); }
  /// Whether no more input is wanted: it answered FINISHED, or everything behind it did.
  bool is_finished() const { return is_finished_; }
  bool is_ended() const { return is_ended_; }
  /// How many of its input ports have ended; a port ends once.
  bool inputs_all_ended() const { return ended_inputs_ == setup_.input_ports; }
  /// It had ended before the restart: the end is passed on without calling the component.
  void set_was_ended() { was_ended_ = true; }
  void set_parent(Operator& parent) { parent_ = &parent; }
  /// Its number in the stage's TurnClock.
  void set_turn(int32_t turn) { turn_ = turn; }
  int32_t turn() const { return turn_; }
  /// Somebody behind wants no more; when nobody does, nor does this operator.
  void reader_finished();

  /// Before the first item; a fault fails the run.
  virtual Status start() { return Status::ok(); }
  /// From any thread.
  virtual void cancel() {}
  /// Adds what belongs to checkpoint `epoch`, and what goes into its manifest, at an aligned barrier.
  virtual Status snapshot(uint64_t epoch, CopyCheckpoint& into);
  /// The checkpoint is valid: transactional sinks commit.
  virtual Status committed(uint64_t epoch);

  const std::string& node() const { return setup_.node; }
  NodeMetrics& metrics() { return setup_.metrics; }
  MemoryAccount& account() { return setup_.account; }
  RejectWriter& rejects() { return setup_.rejects; }
  StageCopy& stage() { return setup_.stage; }
  const StageCopy& stage() const { return setup_.stage; }
  RunShared& run() { return setup_.run; }
  OutPort& out(uint32_t port);
  size_t out_count() const { return outs_.size(); }

  /// What components call through the host table. emit Takes. The last batch of a call goes on when the call
  /// has returned, so that a long chain needs no deep stack, whose returns no processor predicts.
  void emit(uint32_t port, Batch batch);
  void emit_errors(Batch batch);
  void send_signal(const weir_signal& signal);

 protected:
  /// Takes `batch`. `kMore` and `kNotReady` make the operator pending; resume() is called next.
  virtual weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) = 0;
  virtual weir_answer process_range(std::unique_ptr<ByteRange> range, weir_wake& wake, weir_fault& fault);
  virtual weir_answer resume(weir_wake& wake, weir_fault& fault);
  /// The host passes the signal on after WEIR_DONE.
  virtual weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault);
  virtual weir_answer resume_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault);
  /// Reports a fault of this node; the run stops.
  void fail(const weir_fault& fault);
  void fail(const Status& status);
  /// No more input is wanted: the operators before it in the stage are told, and through them the sources.
  void finish_inputs();
  bool was_ended() const { return was_ended_; }

  // Constant after construction. Rows on their way between the halves of one node are none of its input or
  // output.
  bool gives_partial_ = false;
  bool takes_partial_ = false;

 private:
  enum class Pending : uint8_t { kNone, kProcess, kSignal };
  struct Item {
    uint32_t port = 0;
    Batch batch;                       // This,
    std::unique_ptr<ByteRange> range;  // or this,
    weir_signal signal{};              // or else this counts.
  };
  template <class Call>
  weir_answer called(Call&& call);
  /// Whether what comes now can be handled before the call returns.
  bool is_free() const { return !is_in_call_ && !has_work(); }
  void handle(Item item);
  void handle_batch(uint32_t port, Batch batch);
  /// Handles `batch`. Returns the operator of this stage that alone reads what came of it, now in `batch` and
  /// `port`; null when nothing is left to do.
  Operator* handle_one(uint32_t& port, Batch& batch);
  void send_held();
  void handle_range(std::unique_ptr<ByteRange> range);
  void handle_signal(const weir_signal& signal);
  void answered(weir_answer answer, Pending what, const weir_wake& wake);
  void signal_done();
  /// The smallest watermark over the input ports when it has risen; idle ports are set aside.
  bool merge_time(weir_signal& signal);

  OperatorSetup setup_;
  Operator* parent_ = nullptr;  // In the same stage; null for the root.
  std::vector<OutPort> outs_;   // Data ports, then errors.
  std::deque<Item> inbox_;
  Pending pending_ = Pending::kNone;
  weir_signal pending_signal_{};
  Batch held_;  // The last batch that the running call has emitted; goes on when the call has returned.
  uint32_t held_port_ = 0;
  weir_fault fault_{};  // Of the call that runs: too large to be cleared for each.
  int32_t turn_ = TurnClock::kNone;
  bool is_in_call_ = false;
  bool is_finished_ = false;
  bool was_ended_ = false;
  uint32_t ended_inputs_ = 0;
  std::vector<int64_t> watermarks_;  // By input port; INT64_MAX: idle or ended.
  int64_t watermark_ = INT64_MIN;
  bool is_ended_ = false;
};

}  // namespace weir
