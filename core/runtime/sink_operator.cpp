#include "runtime/sink_operator.hpp"

#include <utility>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "runtime/region_shared.hpp"
#include "runtime/reject_writer.hpp"
#include "runtime/run_shared.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {
namespace {

bool is_temporary(const Status& status) {
  return status.code() == Code::kUnavailable || status.code() == Code::kNoSpace;
}

}  // namespace

SinkOperator::SinkOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy, uint32_t copies,
                           CircuitBreaker& breaker)
    : Operator(std::move(setup)),
      instance_(node, WEIR_MODE_WHOLE, copy, copies),
      tries_(breaker, node.retry, run().world().clock, run().disk_room(), stage()),
      commit_tries_(breaker, node.retry, run().world().clock, run().disk_room(), stage()) {}

Status SinkOperator::start() {
  WEIR_RETURN_IF_ERROR(instance_.start(*this));
  if (!is_transactional()) return {};
  // It had ended and what it prepared was committed: there is nothing that it could begin.
  if (was_ended() && restored_.empty()) return {};
  std::vector<weir_str> tokens;
  for (const std::string& token : restored_) tokens.push_back(as_str(token));
  weir_fault fault{};
  const int32_t code =
      instance_.component().sink->recover(instance_.get(), tokens.data(), tokens.size(), &fault);
  WEIR_RETURN_IF_ERROR(status_of(code, fault));
  return instance_.settle();
}

weir_answer SinkOperator::process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) {
  port_ = port;
  kept_ = std::move(batch);
  return write_kept(wake, fault);
}

weir_answer SinkOperator::resume(weir_wake& wake, weir_fault& fault) {
  return must_retry_ ? write_kept(wake, fault) : write(nullptr, wake, fault);
}

weir_answer SinkOperator::write_kept(weir_wake& wake, weir_fault& fault) {
  must_retry_ = true;
  switch (tries_.next(wake)) {
    case SinkTries::Next::kWait:
      return WEIR_NOT_READY;
    case SinkTries::Next::kGiveUp:
      reject_kept();
      return WEIR_DONE;
    case SinkTries::Next::kTry:
      break;
  }
  return write(kept_.share().release(), wake, fault);
}

weir_answer SinkOperator::write(weir_batch* batch, weir_wake& wake, weir_fault& fault) {
  const weir_call now{sizeof(weir_call), 0, stage().emit_budget(), stage().turn_clock().last_read_ns()};
  const weir_answer answer =
      instance_.component().sink->write(instance_.get(), &now, port_, batch, &wake, &fault);
  must_retry_ = answer == WEIR_RETRY;
  if (answer == WEIR_RETRY) {
    static_cast<void>(Batch::adopt(batch));  // It was not taken, and kept_ has another reference.
    say(tries_.failed(wake, status_of(fault.code, fault)));
    fault = {};
    return instance_.settled(WEIR_NOT_READY, fault);
  }
  if (answer == WEIR_DONE || answer == WEIR_MORE || answer == WEIR_FINISHED) say(tries_.succeeded());
  if (answer == WEIR_DONE) {
    metrics().rows_out.add_alone(kept_.row_count());
    kept_ = Batch();
  }
  return instance_.settled(answer, fault);
}

void SinkOperator::reject_kept() {
  must_retry_ = false;
  const Status why = tries_.given_up();
  std::vector<HeldRejection> rows(kept_.row_count());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].row = static_cast<int64_t>(i);
    rows[i].code = "retry-exhausted";
    rows[i].message = std::string(why.message());
  }
  rejects().reject_rows(*this, std::exchange(kept_, Batch()), std::move(rows));
}

weir_answer SinkOperator::on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) {
  const bool is_end = signal.kind == WEIR_SIGNAL_END;
  if (is_end && !inputs_all_ended()) return WEIR_DONE;
  if (!is_end && signal.kind != WEIR_SIGNAL_BARRIER) return WEIR_DONE;
  const uint64_t epoch = is_end ? UINT64_MAX : signal.epoch;
  switch (tries_.next(wake)) {
    case SinkTries::Next::kWait:
      return WEIR_NOT_READY;
    case SinkTries::Next::kGiveUp:
      fill_fault(tries_.given_up(), &fault);
      return WEIR_FAILED;
    case SinkTries::Next::kTry:
      break;
  }
  const weir_answer answer = flush(epoch, wake, fault);
  if (answer == WEIR_RETRY) {
    say(tries_.failed(wake, status_of(fault.code, fault)));
    fault = {};
    return WEIR_NOT_READY;
  }
  if (answer == WEIR_DONE) say(tries_.succeeded());
  if (answer == WEIR_DONE && is_end) give_tokens(stage().checkpoint_part());
  return answer;
}

/// Makes durable what was taken before the signal.
weir_answer SinkOperator::flush(uint64_t epoch, weir_wake& wake, weir_fault& fault) {
  if (!is_transactional()) {
    if (run().world().faults.skip("sink.flush")) return WEIR_DONE;
    const weir_answer answer = instance_.component().sink->flush(instance_.get(), epoch, &wake, &fault);
    return instance_.settled(answer, fault);
  }
  const Status status = prepare(epoch);
  if (status.is_ok()) return instance_.settled(WEIR_DONE, fault);
  fill_fault(status, &fault);
  return is_temporary(status) ? instance_.settled(WEIR_RETRY, fault) : WEIR_FAILED;
}

Status SinkOperator::snapshot(uint64_t, CopyCheckpoint& into) {
  WEIR_RETURN_IF_ERROR(instance_.snapshot(region().checkpoints()));
  give_tokens(into);
  return {};
}

Status SinkOperator::prepare(uint64_t epoch) {
  WEIR_RETURN_IF_ERROR(run().world().faults.reach("sink.prepare"));
  weir_token token{};
  weir_fault fault{};
  const int32_t code =
      instance_.component().sink->prepare(instance_.get(), epoch, nullptr, 0, &token, &fault);
  if (code != 0) return status_of(code, fault);
  prepared_.push_back({epoch, std::string(as_view(token.bytes))});
  // The order that this step stands for is what a test takes away: with it skipped, the commit does not wait.
  if (run().world().faults.skip("sink.commit.after_manifest")) return committed(epoch);
  return {};
}

void SinkOperator::give_tokens(CopyCheckpoint& into) {
  if (run().world().faults.skip("sink.token.keep")) return;
  for (const Prepared& prepared : prepared_)
    into.tokens.push_back({node(), instance_.copy(), prepared.token});
}

void SinkOperator::say(const std::string& text) {
  if (!text.empty())
    run().host()->log(run().host(), &instance_.context(), WEIR_LOG_WARN, as_str(text), nullptr, 0);
}

Status SinkOperator::committed(uint64_t epoch) {
  WEIR_RETURN_IF_ERROR(commit_prepared(epoch));
  return instance_.settle();
}

Status SinkOperator::commit_prepared(uint64_t epoch) {
  waits_to_commit_ = false;
  while (!prepared_.empty() && prepared_.front().epoch <= epoch) {
    weir_wake wake{nullptr, INT64_MAX};
    const SinkTries::Next next = commit_tries_.next(wake);
    if (next == SinkTries::Next::kGiveUp) return commit_tries_.given_up();
    if (next == SinkTries::Next::kWait) return commit_later(wake);
    WEIR_RETURN_IF_ERROR(run().world().faults.reach("sink.commit"));
    weir_fault fault{};
    const weir_sink_calls& calls = *instance_.component().sink;
    const auto call = run().world().faults.skip("sink.commit.not_abort") ? calls.abort : calls.commit;
    const Status status = status_of(call(instance_.get(), as_str(prepared_.front().token), &fault), fault);
    if (is_temporary(status)) {
      say(commit_tries_.failed(wake, status));
      return commit_later(wake);
    }
    WEIR_RETURN_IF_ERROR(status);
    say(commit_tries_.succeeded());
    prepared_.erase(prepared_.begin());
  }
  has_committed_ = true;
  return {};
}

Status SinkOperator::commit_later(const weir_wake& wake) {
  waits_to_commit_ = true;
  if (wake.until_ns != INT64_MAX) stage().wake_at(wake.until_ns);
  return {};
}

void SinkOperator::list_written(WrittenPaths& into) const {
  if (!has_committed_ || instance_.component().sink->written == nullptr) return;
  auto take = [&](std::string_view path) { into.emplace(node(), path); };
  const auto note = [](void* to, weir_str path) { (*static_cast<decltype(take)*>(to))(as_view(path)); };
  instance_.component().sink->written(instance_.get(), note, &take);
}

}  // namespace weir
