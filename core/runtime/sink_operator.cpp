#include "runtime/sink_operator.hpp"

#include <utility>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

SinkOperator::SinkOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy, uint32_t copies)
    : Operator(std::move(setup)), instance_(node, WEIR_MODE_WHOLE, copy, copies) {}

Status SinkOperator::start() {
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  if (!is_transactional()) return {};
  std::vector<weir_str> tokens;
  for (const std::string& token : restored_) tokens.push_back(as_str(token));
  weir_fault fault{};
  const int32_t code =
      instance_.component().sink->recover(instance_.get(), tokens.data(), tokens.size(), &fault);
  return status_of(code, fault);
}

weir_answer SinkOperator::process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) {
  port_ = port;
  retried_ = batch.share();
  return write(batch.release(), wake, fault);
}

weir_answer SinkOperator::resume(weir_wake& wake, weir_fault& fault) {
  return write(std::exchange(must_retry_, false) ? retried_.share().release() : nullptr, wake, fault);
}

weir_answer SinkOperator::write(weir_batch* batch, weir_wake& wake, weir_fault& fault) {
  const weir_call now{sizeof(weir_call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
  const weir_answer answer =
      instance_.component().sink->write(instance_.get(), &now, port_, batch, &wake, &fault);
  must_retry_ = answer == WEIR_RETRY;
  if (answer == WEIR_DONE) {
    metrics().rows_out.add_alone(retried_.row_count());
    retried_ = Batch();
  }
  return answer;
}

weir_answer SinkOperator::on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) {
  const bool is_end = signal.kind == WEIR_SIGNAL_END;
  if (is_end && !inputs_all_ended()) return WEIR_DONE;
  if (!is_end && signal.kind != WEIR_SIGNAL_BARRIER) return WEIR_DONE;
  const uint64_t epoch = is_end ? UINT64_MAX : signal.epoch;
  if (!is_transactional()) return instance_.component().sink->flush(instance_.get(), epoch, &wake, &fault);
  if (!is_end) return WEIR_DONE;  // snapshot() prepares.
  const Status status = prepare(epoch, stage().checkpoint_part());
  fill_fault(status, &fault);
  return status.is_ok() ? WEIR_DONE : WEIR_FAILED;
}

Status SinkOperator::snapshot(uint64_t epoch, CopyCheckpoint& into) {
  WEIR_RETURN_IF_ERROR(instance_.snapshot(run().checkpoints()));
  return is_transactional() ? prepare(epoch, into) : Status::ok();
}

Status SinkOperator::prepare(uint64_t epoch, CopyCheckpoint& into) {
  WEIR_RETURN_IF_ERROR(run().world().faults.reach("sink.prepare"));
  weir_token token{};
  weir_fault fault{};
  const int32_t code =
      instance_.component().sink->prepare(instance_.get(), epoch, nullptr, 0, &token, &fault);
  if (code != 0) return status_of(code, fault);
  prepared_.push_back({epoch, std::string(as_view(token.bytes))});
  into.tokens.push_back({node(), instance_.copy(), prepared_.back().token});
  // The order that this step stands for is what a test takes away: with it skipped, the commit does not wait.
  if (run().world().faults.skip("sink.commit.after_manifest")) return committed(epoch);
  return {};
}

Status SinkOperator::committed(uint64_t epoch) {
  while (!prepared_.empty() && prepared_.front().epoch <= epoch) {
    WEIR_RETURN_IF_ERROR(run().world().faults.reach("sink.commit"));
    weir_fault fault{};
    const int32_t code =
        instance_.component().sink->commit(instance_.get(), as_str(prepared_.front().token), &fault);
    if (code != 0) return status_of(code, fault);
    prepared_.erase(prepared_.begin());
  }
  if (instance_.component().sink->written != nullptr) {
    const auto note = [](void* to, weir_str path) {
      auto* const self = static_cast<SinkOperator*>(to);
      self->run().record_path(self->node(), std::string(as_view(path)));
    };
    instance_.component().sink->written(instance_.get(), note, this);
  }
  return {};
}

}  // namespace weir
