#pragma once
// For tests: an actor that does nothing but count.
#include "runtime/actor.hpp"

namespace weir {

/// Counts how often it was run.
class CountingActor final : public Actor {
 public:
  using Actor::Actor;
  int slices() const { return slices_; }

 private:
  Next run_slice() override {
    ++slices_;
    return Next::kWait;
  }
  int slices_ = 0;
};

}  // namespace weir
