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
      : clock_(stage.turn_clock()), outer_(clock_.begin_turn(op.turn())), account_(op.account()) {}
  ~OperatorTurn() { clock_.begin_turn(outer_); }
  OperatorTurn(const OperatorTurn&) = delete;
  OperatorTurn& operator=(const OperatorTurn&) = delete;

 private:
  TurnClock& clock_;
  const int32_t outer_;
  const AccountScope account_;
};

}  // namespace weir
