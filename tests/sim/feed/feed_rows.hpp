#pragma once
// The rows that the inputs of the simulation hold: what a row is follows from its place alone.
#include <cstdint>
#include <string>

namespace weir::simulated {

/// splitmix64: the same in every process.
inline uint64_t mixed(uint64_t value) {
  value += 0x9e3779b97f4a7c15U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

struct FeedRow {
  int64_t ts_us = 0;  ///< Grows by a quarter of a second a row, give or take two seconds: some rows are late.
  std::string key;    ///< Of one partition only, so that the rows of a key have an order.
  int64_t seq = 0;    ///< Grows by one within the partition, so it grows within the key.
  int64_t x = 0;
};

/// The row at `index` of a partition. Needs: keys > 0.
inline FeedRow feed_row(uint64_t seed, uint64_t partition, uint64_t index, uint64_t keys) {
  constexpr int64_t kBeginUs = 1'735'689'600'000'000;  // 2025-01-01.
  const uint64_t chance = mixed(mixed(seed * 1000 + partition) + index);
  FeedRow row;
  row.ts_us = kBeginUs + static_cast<int64_t>(index) * 250'000 + static_cast<int64_t>(chance % 2000) * 1000;
  row.key = "p" + std::to_string(partition) + "k" + std::to_string(chance / 2000 % keys);
  row.seq = static_cast<int64_t>(index);
  row.x = static_cast<int64_t>((chance >> 32) % 1000);
  return row;
}

}  // namespace weir::simulated
