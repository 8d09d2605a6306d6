#pragma once
// The operator at the root of a stage that reads from the world instead of from edges.
#include <cstdint>

#include "runtime/operator.hpp"

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
  weir_answer process(uint32_t, Batch, weir_wake&, weir_fault&) override { return WEIR_DONE; }
};

}  // namespace weir
