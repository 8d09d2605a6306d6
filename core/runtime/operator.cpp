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

void Operator::deliver(uint32_t port, Batch batch) { take({port, std::move(batch), nullptr, {}}); }
void Operator::deliver(const weir_signal& signal) { take({0, {}, nullptr, signal}); }
void Operator::deliver(std::unique_ptr<ByteRange> range) { take({0, {}, std::move(range), {}}); }

void Operator::take(Item item) {
  if (is_in_call_ || has_work()) {
    inbox_.push_back(std::move(item));
    return;
  }
  handle(std::move(item));
}

bool Operator::advance() {
  if (pending_ != Pending::kNone) {
    weir_wake wake{nullptr, INT64_MAX};
    weir_fault fault{};
    const Pending what = pending_;
    const weir_answer answer = called([&] {
      return what == Pending::kProcess ? resume(wake, fault) : resume_signal(pending_signal_, wake, fault);
    });
    pending_ = Pending::kNone;
    answered(answer, what, wake, fault);
    return answer != WEIR_NOT_READY;
  }
  if (inbox_.empty()) return false;
  Item item = std::move(inbox_.front());
  inbox_.pop_front();
  handle(std::move(item));
  return true;
}

void Operator::handle(Item item) {
  weir_wake wake{nullptr, INT64_MAX};
  weir_fault fault{};
  if (item.batch) {
    if (is_finished_) return;
    const auto rows = static_cast<uint64_t>(item.batch.row_count());
    metrics().rows_in.add_alone(rows);
    metrics().batches_in.add_alone(1);
    answered(called([&] { return process(item.port, std::move(item.batch), wake, fault); }),
             Pending::kProcess, wake, fault);
    return;
  }
  if (item.range) {
    answered(called([&] { return process_range(std::move(item.range), wake, fault); }), Pending::kProcess,
             wake, fault);
    return;
  }
  pending_signal_ = item.signal;
  if (item.signal.kind == WEIR_SIGNAL_END) ++ended_inputs_;
  const bool is_ours = item.signal.kind == kSignalRangeEnd || was_ended_;
  const weir_answer answer =
      is_ours ? WEIR_DONE : called([&] { return on_signal(item.signal, wake, fault); });
  answered(answer, Pending::kSignal, wake, fault);
}

void Operator::answered(weir_answer answer, Pending what, const weir_wake& wake, const weir_fault& fault) {
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
      fail(fault);
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
  metrics().rows_out.add_alone(rows);
  metrics().batches_out.add_alone(1);
  if (out(port).send(stage(), std::move(batch)) == OutPort::Readers::kSomeClosed) reader_finished();
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
