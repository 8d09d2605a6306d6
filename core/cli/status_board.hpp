#pragma once
// The last look at a run, for whoever asks from another thread.
#include <mutex>
#include <utility>

#include "telemetry/run_status.hpp"

namespace weir {

/// Threads: any, at once.
class StatusBoard {
 public:
  /// `first`: what the process knows of itself; later looks take it over.
  explicit StatusBoard(RunStatus first) : status_(std::move(first)) {}

  void show(RunStatus status) {
    const std::lock_guard lock(mutex_);
    status.pipeline = status_.pipeline;
    status.run = status_.run;
    status.process = status_.process;
    status.started_us = status_.started_us;
    status.rates = rates_.update(status.metrics, status.now_us);
    status_ = std::move(status);
  }
  RunStatus look() const {
    const std::lock_guard lock(mutex_);
    return status_;
  }

 private:
  mutable std::mutex mutex_;
  RunStatus status_;  // Guarded by mutex_, as is what follows.
  RowRates rates_;
};

}  // namespace weir
