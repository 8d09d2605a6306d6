#pragma once
// A transform that is called: batches, signals and timers go to its instance.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/component_instance.hpp"
#include "runtime/operator.hpp"
#include "runtime/timer_firing.hpp"

namespace weir {

/// Threads: confined to the slice of its stage copy.
class TransformOperator final : public Operator {
 public:
  TransformOperator(OperatorSetup setup, const BoundNode& node, weir_mode mode, uint32_t copy,
                    uint32_t copies);
  Status start() override;
  /// The note of a checkpoint that says how far event time was at a node with windows.
  static constexpr std::string_view kTimeNote = "node-time";
  /// Notes called kTimeNote of the checkpoint that the run goes on from, of all nodes. Before start().
  void restore_time(const std::vector<std::string>& notes);
  void cancel() override { instance_.cancel(); }
  Status snapshot(uint64_t epoch, CopyCheckpoint& into) override;

 private:
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume(weir_wake& wake, weir_fault& fault) override;
  weir_answer on_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) override;
  weir_answer resume_signal(const weir_signal& signal, weir_wake& wake, weir_fault& fault) override;
  void time_passed(int64_t time_us) override;
  weir_answer fire_timers(weir_fault& fault) override;
  weir_answer resume_timers(weir_fault& fault) override;
  weir_call call() const;

  ComponentInstance instance_;
  // Whether it is told again after a restart: what it gave is not given anew because a source that was set
  // aside, or a partition that is new, is behind that time.
  const bool keeps_time_;
  int64_t time_us_ = INT64_MIN;                                // Event time as the component was told it.
  std::optional<TimerFiring> firing_;                          // Where its binding has a TIMERS state.
  decltype(weir_transform_calls::process) process_ = nullptr;  // The component's, at hand for each batch.
  uint32_t resumed_port_ = 0;
};

}  // namespace weir
