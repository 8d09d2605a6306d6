#pragma once
// Random numbers: the kernel's, or a sequence that a seed repeats.
#include <array>
#include <cstddef>
#include <cstdint>

namespace weir {

/// Where every part of the engine takes its random numbers.
class Random {
 public:
  virtual ~Random() = default;
  virtual uint64_t next() = 0;
  /// Writes `size` random bytes to `into`.
  virtual void fill(void* into, size_t size) = 0;
  /// Returns a number below `bound`, each equally likely. Needs: bound > 0.
  uint64_t below(uint64_t bound);
};

/// The kernel's generator, fit for keys.
///
/// Threads: any, at once.
class RealRandom final : public Random {
 public:
  uint64_t next() override;
  void fill(void* into, size_t size) override;
};

/// xoshiro256** started from a seed: the same seed gives the same numbers on every machine.
///
/// Threads: one at a time.
class SimRandom final : public Random {
 public:
  explicit SimRandom(uint64_t seed);
  uint64_t next() override;
  void fill(void* into, size_t size) override;

 private:
  std::array<uint64_t, 4> state_;
};

}  // namespace weir
