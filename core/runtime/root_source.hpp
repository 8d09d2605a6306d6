#pragma once
// The operator at the root of a stage that reads from the world instead of from edges.
#include <weir/abi.h>

#include <cstdint>
#include <vector>

#include "runtime/operator.hpp"
#include "state/manifest.hpp"

namespace weir {

/// Threads: confined to the slice of its stage copy.
class RootSource : public Operator {
 public:
  using Operator::Operator;
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
  /// Where a component goes on, or up to where its rows are safe. Borrows `positions`.
  static std::vector<weir_partition_offset> offsets_of(const std::vector<SourcePosition>& positions);
  /// Tells the component that everything before `positions` is safe, if it wants to know.
  static Status tell_durable(const weir_component& component, weir_instance* instance,
                             const std::vector<SourcePosition>& positions);
  weir_answer process(uint32_t, Batch, weir_wake&, weir_fault&) override { return WEIR_DONE; }
};

}  // namespace weir
