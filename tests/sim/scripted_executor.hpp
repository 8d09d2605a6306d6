#pragma once
// Somebody outside who acts while a simulated pipeline runs.
#include <functional>
#include <memory>
#include <utility>

#include "runtime/executors.hpp"

namespace weir {

/// Calls `act` each time that the run's driving thread would wait.
class ScriptedExecutor final : public Executor {
 public:
  ScriptedExecutor(uint64_t seed, SimClock& clock, std::function<void()> act)
      : inner_(make_sim_executor(seed, clock)), act_(std::move(act)) {}
  void submit(Actor& actor) override { inner_->submit(actor); }
  void wait(int64_t until_ns) override {
    act_();
    inner_->wait(until_ns);
  }
  void wake() override { inner_->wake(); }
  void drain() override { inner_->drain(); }

 private:
  const std::unique_ptr<Executor> inner_;
  const std::function<void()> act_;
};

}  // namespace weir
