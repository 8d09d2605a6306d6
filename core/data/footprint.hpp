#pragma once
// How much of what a batch pins its rows really need, and making it smaller.
#include <cstddef>

#include <weir/batch.hpp>

namespace weir {

/// [bytes] that the rows would take in memory of their own: values, null masks, offsets, and the texts that
/// they refer to. Hidden columns count. Counts texts row by row (about 1 ns each).
size_t used_bytes(const weir_batch& batch);

/// Returns the batch as it is, or, when it pins more than four times what it uses, with the columns that are
/// to blame copied into memory of their own. Called where a batch is kept past a call: edges, state, sort.
///
/// What pins less than kCompactFloorBytes is never copied: a small batch would gain nothing.
/// Fails: throws FaultException(kNoSpace) when there is no memory.
Batch compact_if_wasteful(Batch batch);
constexpr size_t kCompactFloorBytes = 16 * 1024;
constexpr size_t kCompactRatio = 4;

}  // namespace weir
