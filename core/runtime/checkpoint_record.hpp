#pragma once
// How long checkpoints took, for whoever watches the run.
#include <cstdint>

#include "telemetry/run_status.hpp"
#include "world/clock.hpp"

namespace weir {

/// Threads: one at a time.
class CheckpointRecord {
 public:
  /// The manifest of one is durable.
  void done(uint64_t epoch, uint64_t size_bytes, int64_t began_ns, const Clock& clock) {
    status_.epoch = epoch;
    status_.size_bytes = size_bytes;
    status_.ended_us = clock.now_us();
    status_.last_us = (clock.monotonic_ns() - began_ns) / 1000;
    status_.total_us += status_.last_us;
    ++status_.count;
  }
  void abandoned() { ++status_.abandoned; }
  const CheckpointStatus& status() const { return status_; }

 private:
  CheckpointStatus status_;
};

}  // namespace weir
