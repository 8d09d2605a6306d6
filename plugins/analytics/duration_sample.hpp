#pragma once
// The quantiles of some durations in bounded memory.
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace weir::behaviour {

/// Up to kExactCount durations are kept, and their quantiles are exact: position q (n - 1) in sorted order,
/// linear between neighbours (type 7 of Hyndman and Fan 1996). Beyond that they are counted in buckets whose
/// bounds grow by a constant ratio, as in DDSketch (Masson, Rim and Lee 2019): what quantile() then gives is
/// within kRelativeError of the value at the nearest position. Neither depends on the order of what was
/// added.
///
/// Threads: a value.
class DurationSample {
 public:
  static constexpr size_t kExactCount = 8192;
  static constexpr double kRelativeError = 0.005;

  /// Needs: duration_us >= 0.
  void add(int64_t duration_us);
  uint64_t count() const { return count_; }
  /// Returns microseconds. Needs: count() > 0, 0 <= share <= 1.
  double quantile(double share);

 private:
  void count_in_bucket(int64_t duration_us);

  uint64_t count_ = 0;
  uint64_t zero_count_ = 0;
  std::vector<int64_t> exact_;          // Empty once there are buckets.
  std::map<int32_t, uint64_t> counts_;  // Bucket i holds (ratio^(i-1), ratio^i].
};

}  // namespace weir::behaviour
