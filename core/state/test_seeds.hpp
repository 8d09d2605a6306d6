#pragma once
// How many histories of chance a test lives through.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace weir::test {

/// Returns the last seed, the first being 1: `usual`, or what WEIR_HISTORIES says where that is less, as
/// under the sanitizers, which are five times slower.
inline uint32_t last_history_seed(uint32_t usual) {
  const char* const wanted = std::getenv("WEIR_HISTORIES");
  return wanted == nullptr ? usual : std::min(usual, static_cast<uint32_t>(std::max(std::atoi(wanted), 1)));
}

}  // namespace weir::test
