#pragma once
// The hashes of keys, for sketches of how many there are.
#include <cstdint>
#include <vector>

#include "marked_rows.hpp"

namespace weir::behaviour {

/// Fills `hashes` with one for the key of each row, by place in marked.rows. That of a key of one column is
/// the one that `approx_distinct` of that column takes. Needs: no nulls in the keys.
void hash_keys(const MarkedRows& marked, std::vector<uint64_t>& hashes);

}  // namespace weir::behaviour
