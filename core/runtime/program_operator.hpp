#pragma once
// A node that answered bind() with a program: the engine filters and computes, the component is not called.
#include <weir/abi.h>

#include <vector>

#include "runtime/operator.hpp"

namespace weir {

/// Threads: confined to the slice of its stage copy.
class ProgramOperator final : public Operator {
 public:
  ProgramOperator(OperatorSetup setup, const weir_program& program);

 private:
  weir_answer process(uint32_t port, Batch batch, weir_wake& wake, weir_fault& fault) override;
  /// Keeps the rows that `where` is true for. Returns nothing when none is left.
  Batch filtered(Batch batch, weir_fault& fault, bool& failed);
  Batch computed(Batch batch, weir_fault& fault, bool& failed);

  const weir_program& program_;  // The node's; outlives this.
  std::vector<uint32_t> read_;   // Input columns that the program's columns are.
  bool reads_all_ = false;       // Rows may be rejected, which show every column.
  std::vector<uint32_t> kept_;   // Scratch.
};

}  // namespace weir
