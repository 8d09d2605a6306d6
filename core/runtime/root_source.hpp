#pragma once
// The operator at the root of a stage that reads from the world instead of from edges.
#include <weir/abi.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/operator.hpp"
#include "runtime/silence_watch.hpp"
#include "state/manifest.hpp"

namespace weir {

/// Threads: confined to the slice of its stage copy.
class RootSource : public Operator {
 public:
  RootSource(OperatorSetup setup, const BoundNode& node);
  /// The beginning of a region at a durable edge: its rows are of no partition.
  explicit RootSource(OperatorSetup setup) : Operator(std::move(setup)), announces_partitions_(false) {}
  enum class Polled {
    kWorked,   ///< Something was emitted; call again.
    kWaiting,  ///< Nothing now; the stage is woken when there may be.
    kEnded,    ///< Nothing more, ever; the end was sent.
  };
  /// Gives out rows, bytes, times, or a barrier that is due. Needs: nothing is pending in the stage.
  virtual Polled poll() = 0;

  /// As weir_source_calls.progress; from the driving thread, at any time.
  virtual void progress(int64_t& done, int64_t& total) const = 0;

 protected:
  /// Lets the component go on from `positions`, and tells it that everything before them is safe: the process
  /// that took them may have died before it could.
  static Status go_on_from(const std::vector<SourcePosition>& positions, const weir_component& component,
                           weir_instance* instance);
  /// Tells the component that everything before `positions` is safe, if it wants to know.
  static Status tell_durable(const weir_component& component, weir_instance* instance,
                             const std::vector<SourcePosition>& positions);
  /// What NOT_READY comes to: the stage is woken when the source wants it; a run until now has all it wants.
  Polled wait_for(const weir_wake& wake, bool is_bounded);
  /// A run until now has all it wants of this source, which is not asked again.
  Polled caught_up();
  bool has_caught_up() const { return has_caught_up_; }
  weir_answer process(uint32_t, Batch, weir_wake&, weir_fault&) override { return WEIR_DONE; }

  /// Around each poll of the component: when it is asked, and when it wants to be asked again.
  void note_asked();
  void note_answered(bool is_waiting, const weir_wake& wake);
  /// What becomes of the partitions. That one is there is told to those behind.
  void partition_is_there(uint32_t partition);
  void partition_has_rows(uint32_t partition);
  void partition_is_over(uint32_t partition);
  /// Returns the partitions that have become silent, and has the stage woken when the next one may be.
  /// SilenceWatch::kItself among them: the source.
  std::vector<uint32_t> take_silent();
  /// Tells those behind that the partition is set aside.
  void announce_idle(uint32_t partition);
  /// Tells those behind that the partition has no further row. Needs: all of them were sent.
  void announce_ended(uint32_t partition);

 private:
  void announce(uint32_t kind, uint32_t partition);

  const bool announces_partitions_;
  std::optional<SilenceWatch> silence_;
  uint64_t said_ = 0;              // About partitions.
  int64_t wanted_ns_ = INT64_MIN;  // Since when the component wants to be asked; at first: since it was made.
  int64_t wake_ns_ = 0;            // When the stage is woken to look for silence.
  bool has_caught_up_ = false;
};

}  // namespace weir
