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
#include "runtime/written_paths.hpp"
#include "telemetry/metrics.hpp"

namespace weir {

class StageCopy;
class MemoryAccount;
class RejectWriter;
class RegionShared;
class RunShared;
class TimerFiring;
struct CopyCheckpoint;

// Signals that stay inside the engine: components never see them.
/// The lane's range is complete.
inline constexpr uint32_t kSignalRangeEnd = 100;
/// What a source says of a partition, for nodes behind it that take event time from its rows. The lower half
/// of `epoch` is the partition's number; the upper half counts what the source says, and is the same on all
/// lanes that carry it. What a lane itself says has 0 there.
inline constexpr uint32_t kSignalPartitionFound = 101;
inline constexpr uint32_t kSignalPartitionEnded = 102;
inline constexpr uint32_t kSignalPartitionIdle = 103;

/// What an operator is given when it is made.
struct OperatorSetup {
  StageCopy& stage;
  RunShared& run;
  std::string node;
  uint32_t input_ports = 1;
  uint32_t output_ports = 1;        ///< Data outputs, without errors.
  uint32_t late_port = UINT32_MAX;  ///< The one called `late`, whose rows are counted when nobody reads it.
  NodeMetrics& metrics;
  RejectWriter& rejects;
  MemoryAccount& account;
};

/// Takes items one at a time and gives them on. While a component answers that it is not through with an item
/// the operator is *pending* and what comes behind waits in its inbox, in order.
///
/// Timers: a signal that moves event time first fires what is due by the new time, then reaches the
/// component, and is passed on when nothing is due any more. So nobody behind sees a watermark before the
/// rows that timers below it made.
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
  /// Whether what is pending goes on at some time or by something outside the pipeline.
  bool waits_outside() const { return pending_ != Pending::kNone && waits_outside_; }
  bool is_pending() const { return pending_ != Pending::kNone; }
  bool has_work() const {
    return pending_ != Pending::kNone || signal_step_ != SignalStep::kNone || !inbox_.empty() ||
           are_timers_due();
  }
  /// Whether no more input is wanted: it answered FINISHED, or everything behind it did.
  /// Whether an operator behind it in the stage has: what it would add would only gather there.
  bool has_work_behind() const;
  bool is_finished() const { return is_finished_; }
  bool is_ended() const { return is_ended_; }
  /// How many of its input ports have ended; a port ends once.
  bool inputs_all_ended() const { return ended_inputs_ == setup_.input_ports; }
  /// Watermarks are passed on up to `time_us` at most; see weir_event_time_calls.
  void hold_time(int64_t time_us) { hold_us_ = time_us; }
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
  /// Whether committed() has not done all of it and wants to be called again; it sees to it that the stage is
  /// woken.
  virtual bool waits_to_commit() const { return false; }
  /// Adds what it has committed. Needs: it runs no more.
  virtual void list_written(WrittenPaths&) const {}

  const std::string& node() const { return setup_.node; }
  NodeMetrics& metrics() { return setup_.metrics; }
  MemoryAccount& account() { return setup_.account; }
  RejectWriter& rejects() { return setup_.rejects; }
  StageCopy& stage() { return setup_.stage; }
  const StageCopy& stage() const { return setup_.stage; }
  RunShared& run() { return setup_.run; }
  RegionShared& region();
  OutPort& out(uint32_t port);
  size_t out_count() const { return outs_.size(); }

  /// What components call through the host table. emit Takes. The last batch of a call goes on when the call
  /// has returned, so that a long chain needs no deep stack, whose returns no processor predicts.
  void emit(uint32_t port, Batch batch);
  void emit_errors(Batch batch);
  void send_signal(const weir_signal& signal);
  /// The component gets WEIR_SIGNAL_WAKE at this moment. The last call counts.
  void wake_at(int64_t monotonic_ns);
  /// When it is due; INT64_MAX: no time.
  int64_t wake_due_ns() const { return is_ended_ ? INT64_MAX : wake_due_ns_; }
  /// Gives out the wake that is due. Needs: nothing is pending.
  void deliver_wake();

 protected:
  /// Takes `batch`. `kMore` and `kNotReady` make the operator pending; resume() is called next.
  virtual weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) = 0;
  virtual weir_answer process_range(std::unique_ptr<ByteRange> range, weir_wake& wake, weir_fault& fault);
  virtual weir_answer resume(weir_wake& wake, weir_fault& fault);
  /// The host passes the signal on after WEIR_DONE.
  virtual weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault);
  virtual weir_answer resume_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault);
  /// Gives a signal to everyone behind, when it has been dealt with here.
  virtual void pass_on(const weir_signal& signal) { send_signal(signal); }
  /// Whether a watermark, an idle signal or what is said of a partition ends here instead of being passed on.
  virtual bool takes_time(const weir_signal&) { return false; }
  /// Reports a fault of this node; the run stops.
  void fail(const weir_fault& fault);
  void fail(const Status& status);
  /// No more input is wanted: the operators before it in the stage are told, and through them the sources.
  void finish_inputs();
  bool was_ended() const { return was_ended_; }
  /// In start(): what is handled before all input.
  void begin_with(const weir_signal& signal) { inbox_.push_back({0, {}, nullptr, signal}); }

  /// Event time has risen, and everything that waited for it was told.
  virtual void time_passed(int64_t) {}
  /// Calls the component with timers that are due, and again after MORE.
  virtual weir_answer fire_timers(weir_fault& fault);
  virtual weir_answer resume_timers(weir_fault& fault);

  TimerFiring* timers_ = nullptr;  // Of the component; null: it has none. Set in start().
  // Constant after construction. Rows on their way between the halves of one node are none of its input or
  // output.
  bool gives_partial_ = false;
  bool takes_partial_ = false;
  /// False: its rows and batches are those of the node's other operator, which counts them.
  bool counts_ = true;

 private:
  enum class Pending : uint8_t { kNone, kProcess, kSignal, kTimers };
  /// What comes next for the signal that waits for timers to be fired.
  enum class SignalStep : uint8_t { kNone, kCall, kPass };
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
  bool go_on();
  void handle(Item item);
  void handle_batch(uint32_t port, Batch batch);
  /// Handles `batch`. Returns the operator of this stage that alone reads what came of it, now in `batch` and
  /// `port`; null when nothing is left to do.
  Operator* handle_one(uint32_t& port, Batch& batch);
  void send_held();
  void handle_range(std::unique_ptr<ByteRange> range);
  void handle_signal(const weir_signal& signal);
  void call_signal();
  bool are_timers_due() const { return timers_ != nullptr && are_own_timers_due(); }
  bool are_own_timers_due() const;
  /// What event time will be when `signal` has been passed on; INT64_MAX: no more input comes.
  int64_t time_after(const weir_signal& signal) const;
  void answered(weir_answer answer, Pending what, const weir_wake& wake);
  void signal_done();
  /// Turns what an input says of time into what is passed on; false: nothing.
  bool turn_time(weir_signal& signal);
  /// The smallest watermark over the input ports when it has risen, or when all had been idle; idle ports are
  /// set aside.
  bool merge_time(weir_signal& signal);

  // What every batch looks at lies together.
  Pending pending_ = Pending::kNone;
  SignalStep signal_step_ = SignalStep::kNone;
  bool is_in_call_ = false;
  bool is_finished_ = false;
  bool was_ended_ = false;
  bool waits_outside_ = false;
  int32_t turn_ = TurnClock::kNone;
  Batch held_;  // The last batch that the running call has emitted; goes on when the call has returned.
  uint32_t held_port_ = 0;
  std::vector<OutPort> outs_;  // Data ports, then errors.
  std::deque<Item> inbox_;
  OperatorSetup setup_;

  Operator* parent_ = nullptr;  // In the same stage; null for the root.
  weir_signal pending_signal_{};
  uint32_t ended_inputs_ = 0;
  std::vector<int64_t> watermarks_;  // By input port; INT64_MAX: idle or ended.
  int64_t watermark_ = INT64_MIN;
  int64_t wake_due_ns_ = INT64_MAX;
  int64_t told_us_ = INT64_MIN;  // The watermark as it was passed on, less than watermark_ where it is held.
  int64_t hold_us_ = INT64_MAX;
  bool is_time_idle_ = false;  // Come, and nothing since.
  bool is_idle_told_ = false;  // Passed on, and nothing since.
  bool is_ended_ = false;
  weir_fault fault_{};  // Of the call that runs: too large to be cleared for each.
};

}  // namespace weir
