#pragma once
// While an operator is called: whose time and whose memory it is.
#include "data/memory.hpp"
#include "runtime/operator.hpp"
#include "runtime/stage_copy.hpp"

namespace weir {

/// Turns nest: an operator that emits into the next one of its stage pauses while that one runs, so that the
/// busy times of a stage's operators add up to the time the stage ran.
class OperatorTurn {
 public:
  OperatorTurn(StageCopy& stage, Operator& op)
      : stage_(stage), outer_(stage.begin_turn(&op)), account_(op.account()) {}
  ~OperatorTurn() { stage_.begin_turn(outer_); }
  OperatorTurn(const OperatorTurn&) = delete;
  OperatorTurn& operator=(const OperatorTurn&) = delete;

 private:
  StageCopy& stage_;
  Operator* const outer_;
  const AccountScope account_;
};

}  // namespace weir
