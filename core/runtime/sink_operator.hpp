#pragma once
// A sink: what it accepts becomes durable at barriers and at the end.
#include <vector>

#include "runtime/component_instance.hpp"
#include "runtime/operator.hpp"
#include "runtime/sink_tries.hpp"

namespace weir {

/// Transactional sinks prepare at a barrier, give their token to the checkpoint, and commit once its manifest
/// is durable; others flush at the barrier. A sink that cannot now is asked again, with the batch that it did
/// not take; when its time is over the rows are rejected as `retry-exhausted`, and where rows that it has
/// taken cannot be made durable the run fails.
///
/// Threads: confined to the slice of its stage copy.
class SinkOperator final : public Operator {
 public:
  SinkOperator(OperatorSetup setup, const BoundNode& node, uint32_t copy, uint32_t copies,
               CircuitBreaker& breaker);
  /// Before start(): the tokens of the last manifest.
  void set_restored(std::vector<std::string> tokens) { restored_ = std::move(tokens); }
  Status start() override;
  void cancel() override { instance_.cancel(); }
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;
  Status committed(uint64_t epoch) override;
  bool waits_to_commit() const override { return waits_to_commit_; }
  void list_written(WrittenPaths& into) const override;

 private:
  struct Prepared {
    uint64_t epoch;
    std::string token;
  };
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume(weir_wake& wake, weir_fault& fault) override;
  weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) override;
  void time_passed(int64_t time_us) override { instance_.reach_event_time(time_us); }
  weir_answer write_kept(weir_wake& wake, weir_fault& fault);
  weir_answer write(weir_batch* batch, weir_wake& wake, weir_fault& fault);
  void reject_kept();
  weir_answer flush(uint64_t epoch, weir_wake& wake, weir_fault& fault);
  Status prepare(uint64_t epoch);
  Status commit_prepared(uint64_t epoch);
  void give_tokens(CopyCheckpoint& into);
  Status commit_later(const weir_wake& wake);
  void say(const std::string& text);
  bool is_transactional() const { return instance_.component().sink->is_transactional != 0; }

  ComponentInstance instance_;
  std::vector<std::string> restored_;
  std::vector<Prepared> prepared_;  // Not committed yet, oldest first.
  uint32_t port_ = 0;
  Batch kept_;  // Until the sink has taken it.
  bool must_retry_ = false;
  bool waits_to_commit_ = false;
  bool has_committed_ = false;
  SinkTries tries_;
  SinkTries commit_tries_;
};

}  // namespace weir
