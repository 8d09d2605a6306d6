#pragma once
// Time as the engine sees it: the machine's own, or one that a simulation moves by hand.
#include <atomic>
#include <cstdint>

namespace weir {

/// Where every part of the engine reads the time, so that a simulation can decide it.
///
/// Threads: all calls from any thread at once.
class Clock {
 public:
  virtual ~Clock() = default;
  /// Returns the wall time [us since 1970-01-01 UTC]; it may jump when the machine's clock is set.
  virtual int64_t now_us() const = 0;
  /// Returns a time [ns] that never goes back; only differences mean something.
  virtual int64_t monotonic_ns() const = 0;
};

/// The machine's clock.
class RealClock final : public Clock {
 public:
  int64_t now_us() const override;
  int64_t monotonic_ns() const override;
};

/// A clock that stands still until it is told to move.
class SimClock final : public Clock {
 public:
  explicit SimClock(int64_t start_us = 0) : start_us_(start_us) {}
  int64_t now_us() const override { return start_us_ + elapsed_ns_.load() / 1000 + wall_jump_us_.load(); }
  int64_t monotonic_ns() const override { return elapsed_ns_.load(); }
  /// Moves both times forward. Needs: ns >= 0.
  void advance_ns(int64_t ns) { elapsed_ns_ += ns; }
  void advance_us(int64_t us) { advance_ns(us * 1000); }
  /// Sets the wall clock forward or back by `us`, as an administrator may; monotonic time does not notice.
  void jump_wall_us(int64_t us) { wall_jump_us_ += us; }

 private:
  const int64_t start_us_;  // Constant.
  std::atomic<int64_t> elapsed_ns_{0};
  std::atomic<int64_t> wall_jump_us_{0};
};

}  // namespace weir
