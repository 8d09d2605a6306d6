#pragma once
// What stands behind every weir_column of this process.
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include <weir/abi_data.h>

namespace weir {

/// A counted column: the view that everyone reads, with the arrays it points to in the same allocation.
///
/// Threads: constant but for the count, which works as that of HostBuffer.
struct HostColumn : weir_column {
  mutable std::atomic<uint64_t> references;
};

/// Returns a reference to a new column that retains each buffer and each child; null when there is no memory.
/// Needs: every pointer in `parts.view` lies inside one of `parts.buffers`, or is null.
weir_column* column_new(const weir_column_parts& parts);
void column_retain(const weir_column* column);
void column_release(const weir_column* column);
/// Returns the values for writing when the caller's reference is the only one of the column and of its
/// buffers; else null.
void* column_writable(weir_column* column);

/// Borrows the buffers that `column` itself pins, without those of its children.
std::span<weir_buffer* const> column_buffers(const weir_column& column);
inline size_t rows_of(const weir_column& column) { return static_cast<size_t>(column.row_count); }
/// Needs: texts with offsets of 32 bits.
inline const int32_t* offsets_of(const weir_column& column) {
  return static_cast<const int32_t*>(column.values);
}
/// [bytes] of the column's own struct.
size_t column_struct_bytes(const weir_column& column);

}  // namespace weir
