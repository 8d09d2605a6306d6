#pragma once
// For tests: an end of an edge that never does anything.
#include "runtime/actor.hpp"

namespace weir {

class IdleActor final : public Actor {
 public:
  using Actor::Actor;

 private:
  Next run_slice() override { return Next::kWait; }
};

}  // namespace weir
