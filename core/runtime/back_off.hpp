#pragma once
// When the engine itself looks again whether a full disk has room.
#include <algorithm>
#include <cstdint>

namespace weir {

/// 50 ms, then twice as long each time, up to 5 s.
class BackOff {
 public:
  /// Returns when to try again [monotonic ns].
  int64_t failed(int64_t now_ns) {
    again_ns_ = now_ns + wait_ns_;
    wait_ns_ = std::min(wait_ns_ * 2, kMostNs);
    return again_ns_;
  }
  int64_t again_ns() const { return again_ns_; }

 private:
  static constexpr int64_t kFirstNs = 50'000'000;
  static constexpr int64_t kMostNs = 5'000'000'000;
  int64_t wait_ns_ = kFirstNs;
  int64_t again_ns_ = 0;
};

}  // namespace weir
