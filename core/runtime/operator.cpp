#include "runtime/operator.hpp"

#include <algorithm>
#include <utility>

#include "runtime/operator_turn.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

Operator::Operator(OperatorSetup setup)
    : setup_(std::move(setup)), outs_(setup_.output_ports + 1), watermarks_(setup_.input_ports, INT64_MIN) {}

OutPort& Operator::out(uint32_t port) { return port == kErrorsPort ? outs_.back() : outs_[port]; }

Status Operator::snapshot(uint64_t, CopyCheckpoint&) { return {}; }
Status Operator::committed(uint64_t) { return {}; }

weir_answer Operator::process_range(std::unique_ptr<ByteRange>, weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::resume(weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::on_signal(const weir_signal&, weir_wake&, weir_fault&) { return WEIR_DONE; }
weir_answer Operator::resume_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) {
  return on_signal(signal, wake, fault);
}

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
  if (pending_ != Pending::kNone) {
    weir_wake wake{nullptr, INT64_MAX};
    const Pending what = pending_;
    const weir_answer answer = called([&] {
      return what == Pending::kProcess ? resume(wake, fault_) : resume_signal(pending_signal_, wake, fault_);
    });
    pending_ = Pending::kNone;
    send_held();
    answered(answer, what, wake);
    return answer != WEIR_NOT_READY;
  }
  if (inbox_.empty()) return false;
  Item item = std::move(inbox_.front());
  inbox_.pop_front();
  handle(std::move(item));
  return true;
}

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
  if (!takes_partial_) metrics().rows_in.add_alone(batch.row_count());
  metrics().batches_in.add_alone(1);
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
  if (signal.kind == WEIR_SIGNAL_END) ++ended_inputs_;
  const bool is_ours = signal.kind == kSignalRangeEnd || was_ended_;
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
      if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
      return;
    case WEIR_FAILED:
      fail(std::exchange(fault_, {}));
      return;
  }
}

void Operator::signal_done() {
  const weir_signal signal = pending_signal_;
  if (signal.kind == WEIR_SIGNAL_BARRIER) stage().reached_barrier(*this, signal.epoch);
  weir_signal passed = signal;
  if (signal.kind == WEIR_SIGNAL_END && !inputs_all_ended()) passed.kind = WEIR_SIGNAL_IDLE;
  if ((passed.kind == WEIR_SIGNAL_WATERMARK || passed.kind == WEIR_SIGNAL_IDLE) && !merge_time(passed))
    return;
  send_signal(passed);
  if (passed.kind == WEIR_SIGNAL_END && !std::exchange(is_ended_, true)) stage().operator_ended();
}

bool Operator::merge_time(weir_signal& signal) {
  watermarks_[signal.port] = signal.kind == WEIR_SIGNAL_IDLE ? INT64_MAX : signal.time;
  const int64_t lowest = *std::ranges::min_element(watermarks_);
  if (lowest == INT64_MAX) {
    signal = {WEIR_SIGNAL_IDLE, 0, 0, 0};
    return !inputs_all_ended();
  }
  if (lowest <= watermark_) return false;
  watermark_ = lowest;
  signal = {WEIR_SIGNAL_WATERMARK, 0, lowest, 0};
  return true;
}

void Operator::emit(uint32_t port, Batch batch) {
  const auto rows = static_cast<uint64_t>(batch.row_count());
  if (rows == 0) return;
  // Of the data ports only `late` may stay unread.
  if (!out(port).is_read()) return metrics().rows_late.add_alone(rows);
  if (!gives_partial_ || port != 0) metrics().rows_out.add_alone(rows);
  metrics().batches_out.add_alone(1);
  if (held_) send_held();
  held_ = std::move(batch);
  held_port_ = port;
  if (!is_in_call_) send_held();
}

void Operator::send_held() {
  if (!held_) return;
  if (out(held_port_).send(stage(), std::move(held_)) == OutPort::Readers::kSomeClosed) reader_finished();
}

void Operator::emit_errors(Batch batch) { out(kErrorsPort).send(stage(), std::move(batch)); }

void Operator::finish_inputs() {
  if (std::exchange(is_finished_, true)) return;
  if (parent_ != nullptr) parent_->reader_finished();
}

void Operator::reader_finished() {
  bool is_read = false;
  for (const OutPort& port : outs_) {
    if (!port.is_read()) continue;
    is_read = true;
    if (!port.is_finished()) return;
  }
  if (is_read) finish_inputs();
}

void Operator::send_signal(const weir_signal& signal) {
  send_held();
  for (OutPort& port : outs_) port.send(stage(), signal);
}

void Operator::fail(const weir_fault& fault) {
  std::string message =
      fault.where[0] != '\0' ? std::string(fault.where) + ": " + fault.message : fault.message;
  fail(Status(static_cast<Code>(fault.code == 0 ? static_cast<int32_t>(Code::kInternal) : fault.code),
              std::move(message)));
}

void Operator::fail(const Status& status) { run().fail(node(), status); }

}  // namespace weir
