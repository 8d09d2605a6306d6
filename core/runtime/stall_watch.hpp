#pragma once
// Notices that a run waits for itself.
#include <cstdint>

namespace weir {

/// A run stands still when none of its stages has run for ten seconds though input waits for one.
///
/// Threads: the one that drives the run.
class StallWatch {
 public:
  static constexpr int64_t kPatienceNs = 10'000'000'000;
  /// `slices` is how often stages have run so far. Returns whether the run stands still.
  bool looks_stalled(int64_t now_ns, uint64_t slices, bool input_waits) {
    if (slices != slices_ || !input_waits) {
      slices_ = slices;
      since_ns_ = now_ns;
    }
    return now_ns - since_ns_ >= kPatienceNs;
  }

 private:
  uint64_t slices_ = UINT64_MAX;
  int64_t since_ns_ = 0;
};

}  // namespace weir
