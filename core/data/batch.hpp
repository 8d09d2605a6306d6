#pragma once
// What stands behind every weir_batch of this process.
#include <atomic>
#include <cstddef>
#include <cstdint>

#include <weir/abi_data.h>

namespace weir {

/// A counted batch with its array of columns in the same allocation.
///
/// Threads: constant but for the count, which works as that of HostBuffer.
struct HostBatch : weir_batch {
  mutable std::atomic<uint32_t> references;
};

/// Returns a reference to a copy of `view` that holds a reference of its own to each column and hidden
/// column; null when there is no memory.
weir_batch* batch_new(const weir_batch& view);
void batch_retain(const weir_batch* batch);
void batch_release(const weir_batch* batch);
bool batch_is_sole(const weir_batch* batch);

/// Calls `visit(const weir_column*)` for every column, the hidden ones too.
template <class Visit>
void for_each_column(const weir_batch& batch, Visit visit) {
  for (uint32_t i = 0; i < batch.column_count; ++i) visit(batch.columns[i]);
  if (batch.row_watermark) visit(batch.row_watermark);
  if (batch.row_origin) visit(batch.row_origin);
}

/// [bytes] that stay allocated while `batch` lives: the full size of every distinct buffer, once, and its
/// structs. An edge is charged this.
size_t pinned_bytes(const weir_batch& batch);

}  // namespace weir
