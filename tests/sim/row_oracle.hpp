#pragma once
// Judges what came out of a disturbed run by what comes out of one that nothing disturbs.
#include <cstdint>
#include <string>
#include <vector>

namespace weir::simulated {

struct RowFaults {
  uint64_t lost = 0;
  uint64_t duplicated = 0;
  uint64_t corrupted = 0;  ///< Rows that the undisturbed run does not have at all.
  uint64_t reordered = 0;  ///< Rows that come after a later one of their key.
  bool any() const { return lost + duplicated + corrupted + reordered > 0; }
  RowFaults& operator+=(const RowFaults& more);
  std::string text() const;
};

/// Compares lines as sets with repetition. Needs: `expected` is sorted.
RowFaults compare_rows(const std::vector<std::string>& expected, std::vector<std::string> got);

/// Counts the NDJSON rows whose `seq` is not above all before it of the same `key`.
uint64_t count_reordered(const std::vector<std::string>& lines);

}  // namespace weir::simulated
