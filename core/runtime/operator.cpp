#include "runtime/operator.hpp"

#include <algorithm>
#include <utility>

#include "runtime/operator_turn.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"
#include "runtime/timer_firing.hpp"

namespace weir {

Operator::Operator(OperatorSetup setup)
    : outs_(setup.output_ports + 1), setup_(std::move(setup)), watermarks_(setup_.input_ports, INT64_MIN) {}

RegionShared& Operator::region() { return setup_.stage.region(); }

OutPort& Operator::out(uint32_t port) { return port == kErrorsPort ? outs_.back() : outs_[port]; }

Status Operator::snapshot(uint64_t, CopyCheckpoint&) { return {}; }
Status Operator::committed(uint64_t) { return {}; }

weir_answer Operator::process_range(std::unique_ptr<ByteRange>, weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::resume(weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::on_signal(const weir_signal&, weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::resume_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) {
  return on_signal(signal, wake, fault);
}
weir_answer Operator::fire_timers(weir_fault&) { return WEIR_DONE; }
weir_answer Operator::resume_timers(weir_fault&) { return WEIR_DONE; }

/// Runs one call of this operator: the time and the memory are its own.
template <class Call>
weir_answer Operator::called(Call&& call) {
  const OperatorTurn turn(stage(), *this);
  is_in_call_ = true;
  const weir_answer answer = call();
  is_in_call_ = false;
  return answer;
}

void Operator::deliver(uint32_t port, Batch batch) {
  // The usual way of a batch through a fused stage: nothing is queued, and nothing but the batch is moved.
  if (is_free()) return handle_batch(port, std::move(batch));
  inbox_.push_back({port, std::move(batch), nullptr, {}});
}
void Operator::deliver(const weir_signal& signal) {
  if (is_free()) return handle_signal(signal);
  inbox_.push_back({0, {}, nullptr, signal});
}
void Operator::deliver(std::unique_ptr<ByteRange> range) {
  if (is_free()) return handle_range(std::move(range));
  inbox_.push_back({0, {}, std::move(range), {}});
}

bool Operator::advance() {
  if (pending_ != Pending::kNone) return go_on();
  if (are_timers_due()) {
    const weir_answer answer = called([&] { return fire_timers(fault_); });
    send_held();
    answered(answer, Pending::kTimers, {nullptr, INT64_MAX});
    return true;
  }
  switch (std::exchange(signal_step_, SignalStep::kNone)) {
    case SignalStep::kCall:
      call_signal();
      return true;
    case SignalStep::kPass:
      signal_done();
      return true;
    case SignalStep::kNone:
      break;
  }
  if (inbox_.empty()) return false;
  Item item = std::move(inbox_.front());
  inbox_.pop_front();
  handle(std::move(item));
  return true;
}

/// Goes on with the call that was not through.
bool Operator::go_on() {
  weir_wake wake{nullptr, INT64_MAX};
  const Pending what = std::exchange(pending_, Pending::kNone);
  const weir_answer answer = called([&] {
    if (what == Pending::kTimers) return resume_timers(fault_);
    return what == Pending::kProcess ? resume(wake, fault_) : resume_signal(pending_signal_, wake, fault_);
  });
  send_held();
  answered(answer, what, wake);
  return answer != WEIR_NOT_READY && answer != WEIR_RETRY;
}

bool Operator::are_own_timers_due() const { return !is_ended_ && !was_ended_ && timers_->is_due(); }

void Operator::handle(Item item) {
  if (item.batch) return handle_batch(item.port, std::move(item.batch));
  if (item.range) return handle_range(std::move(item.range));
  handle_signal(item.signal);
}

void Operator::handle_batch(uint32_t port, Batch batch) {
  Operator* op = this;
  while (op != nullptr) op = op->handle_one(port, batch);
}

Operator* Operator::handle_one(uint32_t& port, Batch& batch) {
  if (is_finished_) return nullptr;
  if (counts_) {
    if (!takes_partial_) metrics().rows_in.add_alone(batch.row_count());
    metrics().batches_in.add_alone(1);
  }
  weir_wake wake{nullptr, INT64_MAX};
  const weir_answer answer = called([&] { return process(port, std::move(batch), wake, fault_); });
  Operator* next = nullptr;
  if (held_) {
    const OutPort::InStage* const reader = out(held_port_).only_operator();
    if (reader != nullptr && reader->target->is_free() && !reader->target->is_finished()) {
      next = reader->target;
      port = reader->port;
      batch = std::move(held_);
    } else {
      send_held();
    }
  }
  if (answer != WEIR_DONE) answered(answer, Pending::kProcess, wake);
  return next;
}

void Operator::handle_range(std::unique_ptr<ByteRange> range) {
  weir_wake wake{nullptr, INT64_MAX};
  const weir_answer answer = called([&] { return process_range(std::move(range), wake, fault_); });
  send_held();
  answered(answer, Pending::kProcess, wake);
}

void Operator::handle_signal(const weir_signal& signal) {
  pending_signal_ = signal;
  if (timers_ != nullptr) {
    timers_->reach(time_after(signal));
    if (are_timers_due()) {
      signal_step_ = SignalStep::kCall;
      return;
    }
  }
  call_signal();
}

void Operator::call_signal() {
  if (pending_signal_.kind == WEIR_SIGNAL_END) ++ended_inputs_;
  // A watermark before all time says only that its port is waited for again.
  const bool says_no_time =
      pending_signal_.kind == WEIR_SIGNAL_WATERMARK && pending_signal_.time == INT64_MIN;
  const bool is_ours = pending_signal_.kind >= kSignalRangeEnd || says_no_time || was_ended_;
  weir_wake wake{nullptr, INT64_MAX};
  const weir_answer answer =
      is_ours ? WEIR_DONE : called([&] { return on_signal(pending_signal_, wake, fault_); });
  send_held();
  answered(answer, Pending::kSignal, wake);
}

void Operator::answered(weir_answer answer, Pending what, const weir_wake& wake) {
  switch (answer) {
    case WEIR_DONE:
      if (what == Pending::kSignal) signal_done();
      return;
    case WEIR_FINISHED:
      finish_inputs();
      if (what == Pending::kSignal) signal_done();
      return;
    case WEIR_MORE:
      pending_ = what;
      return;
    case WEIR_NOT_READY:
    case WEIR_RETRY:
      pending_ = what;
      waits_outside_ = wake.until_ns != INT64_MAX || wake.handle != nullptr;
      if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
      return;
    case WEIR_FAILED:
      fail(std::exchange(fault_, {}));
      return;
  }
}

void Operator::signal_done() {
  if (are_timers_due()) {  // The component has set some in the call.
    signal_step_ = SignalStep::kPass;
    return;
  }
  const weir_signal signal = pending_signal_;
  if (signal.kind == WEIR_SIGNAL_WAKE) return;
  if (signal.kind == WEIR_SIGNAL_BARRIER) stage().reached_barrier(*this, signal.epoch);
  weir_signal passed = signal;
  if (signal.kind == WEIR_SIGNAL_END && !inputs_all_ended()) passed.kind = WEIR_SIGNAL_IDLE;
  const bool is_time = passed.kind == WEIR_SIGNAL_WATERMARK || passed.kind == WEIR_SIGNAL_IDLE;
  if ((is_time || passed.kind > kSignalRangeEnd) && takes_time(passed)) return;
  if (is_time && !turn_time(passed)) return;
  pass_on(passed);
  if (passed.kind == WEIR_SIGNAL_END && !std::exchange(is_ended_, true)) stage().operator_ended();
}

int64_t Operator::time_after(const weir_signal& signal) const {
  const bool is_end = signal.kind == WEIR_SIGNAL_END;
  if (is_end && ended_inputs_ + 1 == setup_.input_ports) return INT64_MAX;
  if (!is_end && signal.kind != WEIR_SIGNAL_WATERMARK && signal.kind != WEIR_SIGNAL_IDLE) return watermark_;
  int64_t lowest = signal.kind == WEIR_SIGNAL_WATERMARK ? signal.time : INT64_MAX;
  for (uint32_t port = 0; port < watermarks_.size(); ++port) {
    if (port != signal.port) lowest = std::min(lowest, watermarks_[port]);
  }
  return lowest == INT64_MAX ? watermark_ : lowest;
}

bool Operator::turn_time(weir_signal& signal) {
  const bool has_moved = merge_time(signal);
  if (hold_us_ <= watermark_) {
    const int64_t upto = std::max(told_us_, hold_us_);
    if (upto == told_us_ && !is_idle_told_) return false;
    signal = {WEIR_SIGNAL_WATERMARK, 0, upto, 0};
  } else if (!has_moved) {
    if (told_us_ >= watermark_) return false;
    signal = {WEIR_SIGNAL_WATERMARK, 0, watermark_, 0};  // It was held until now.
  }
  is_idle_told_ = signal.kind == WEIR_SIGNAL_IDLE;
  if (!is_idle_told_) told_us_ = signal.time;
  return true;
}

bool Operator::merge_time(weir_signal& signal) {
  watermarks_[signal.port] = signal.kind == WEIR_SIGNAL_IDLE ? INT64_MAX : signal.time;
  const int64_t lowest = *std::ranges::min_element(watermarks_);
  if (lowest == INT64_MAX) {
    signal = {WEIR_SIGNAL_IDLE, 0, 0, 0};
    is_time_idle_ = true;
    return !inputs_all_ended();
  }
  const bool is_back = std::exchange(is_time_idle_, false);
  if (lowest <= watermark_ && !is_back) return false;
  watermark_ = std::max(watermark_, lowest);
  time_passed(watermark_);
  signal = {WEIR_SIGNAL_WATERMARK, 0, watermark_, 0};
  return true;
}

void Operator::emit(uint32_t port, Batch batch) {
  const auto rows = static_cast<uint64_t>(batch.row_count());
  if (rows == 0) return;
  if (!out(port).is_read()) {
    if (port == setup_.late_port) metrics().rows_late.add_alone(rows);
    return;
  }
  if (counts_) {
    if (!gives_partial_ || port != 0) metrics().rows_out.add_alone(rows);
    metrics().batches_out.add_alone(1);
  }
  if (held_) send_held();
  held_ = std::move(batch);
  held_port_ = port;
  if (!is_in_call_) send_held();
}

void Operator::send_held() {
  if (!held_) return;
  stage().note_given();
  if (out(held_port_).send(stage(), std::move(held_)) == OutPort::Readers::kSomeClosed) reader_finished();
}

bool Operator::has_work_behind() const {
  return std::ranges::any_of(outs_, [](const OutPort& port) {
    return std::ranges::any_of(port.operators(), [](const OutPort::InStage& to) {
      return to.target->has_work() || to.target->has_work_behind();
    });
  });
}

void Operator::emit_errors(Batch batch) { out(kErrorsPort).send(stage(), std::move(batch)); }

void Operator::finish_inputs() {
  if (std::exchange(is_finished_, true)) return;
  if (parent_ != nullptr) parent_->reader_finished();
}

void Operator::reader_finished() {
  if (setup_.output_ports == 0) return;  // Who reads the errors of a sink does not decide about its rows.
  bool is_read = false;
  for (const OutPort& port : outs_) {
    if (!port.is_read()) continue;
    is_read = true;
    if (!port.is_finished()) return;
  }
  if (is_read) finish_inputs();
}

void Operator::send_signal(const weir_signal& signal) {
  stage().note_given();
  send_held();
  if (signal.kind == WEIR_SIGNAL_WATERMARK && signal.time != INT64_MAX)
    metrics().watermark_us.set(static_cast<uint64_t>(signal.time));
  // With this skipped one port does not get the barrier.
  const bool is_unequal =
      signal.kind == WEIR_SIGNAL_BARRIER && stage().faults().skip("barrier.to_every_port");
  for (OutPort& port : outs_) {
    if (!is_unequal || &port != &outs_.back()) port.send(stage(), signal);
  }
}

void Operator::wake_at(int64_t monotonic_ns) {
  wake_due_ns_ = monotonic_ns;
  stage().wake_at(monotonic_ns);
}

void Operator::deliver_wake() {
  wake_due_ns_ = INT64_MAX;
  handle_signal({WEIR_SIGNAL_WAKE, 0, 0, 0});
}

void Operator::fail(const weir_fault& fault) {
  std::string message =
      fault.where[0] != '\0' ? std::string(fault.where) + ": " + fault.message : fault.message;
  fail(Status(static_cast<Code>(fault.code == 0 ? static_cast<int32_t>(Code::kInternal) : fault.code),
              std::move(message)));
}

void Operator::fail(const Status& status) { run().fail(node(), status); }

}  // namespace weir
