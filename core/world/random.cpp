#include "world/random.hpp"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include <sys/random.h>

#include <weir/status.hpp>

namespace weir {
namespace {

// splitmix64 spreads a small seed over the whole state, as the authors of xoshiro advise.
uint64_t splitmix(uint64_t& state) {
  state += 0x9E3779B97F4A7C15U;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31);
}

}  // namespace

uint64_t Random::below(uint64_t bound) {
  WEIR_CHECK(bound > 0);
  // Numbers under the threshold would make the low remainders likelier than the high ones.
  const uint64_t threshold = (0 - bound) % bound;
  for (;;) {
    const uint64_t number = next();
    if (number >= threshold) return number % bound;
  }
}

uint64_t RealRandom::next() {
  uint64_t number = 0;
  fill(&number, sizeof number);
  return number;
}

void RealRandom::fill(void* into, size_t size) {
  auto* at = static_cast<unsigned char*>(into);
  while (size > 0) {
    const ssize_t got = ::getrandom(at, size, 0);
    if (got < 0 && errno == EINTR) continue;
    WEIR_CHECK(got > 0);  // Every kernel that we support has it, and it cannot run dry.
    at += got;
    size -= static_cast<size_t>(got);
  }
}

SimRandom::SimRandom(uint64_t seed) {
  for (uint64_t& word : state_) word = splitmix(seed);
}

uint64_t SimRandom::next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

void SimRandom::fill(void* into, size_t size) {
  auto* at = static_cast<unsigned char*>(into);
  while (size > 0) {
    const uint64_t number = next();
    const size_t part = std::min(size, sizeof number);
    std::memcpy(at, &number, part);
    at += part;
    size -= part;
  }
}

}  // namespace weir
