#pragma once
// The hashes of keys, for sketches of how many there are and for an order that is always the same.
#include <cstdint>
#include <vector>

#include <weir/batch.hpp>

namespace weir::behaviour {

/// Fills `hashes` with one for the key of each of these rows, by place in `rows`; the same in every process.
/// That of a key of one column is the one that `approx_distinct` of that column takes. Needs: no nulls in the
/// keys.
void hash_keys(const Batch& batch, const std::vector<uint32_t>& rows, const std::vector<ColumnRef>& keys,
               std::vector<uint64_t>& hashes);

}  // namespace weir::behaviour
