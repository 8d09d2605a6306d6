#include "sort_memory.hpp"

#include <algorithm>

namespace weir::basic {
namespace {

void note_buffers(const weir_column& column, std::vector<const weir_buffer*>& to) {
  to.insert(to.end(), column.buffers, column.buffers + column.buffer_count);
  for (uint32_t i = 0; i < column.child_count; ++i) note_buffers(*column.children[i], to);
}

}  // namespace

uint64_t held_bytes(const Batch& batch) {
  std::vector<const weir_buffer*> buffers;
  for (size_t i = 0; i < batch.column_count(); ++i) note_buffers(batch.raw_column(i), buffers);
  // What was read from a file is one buffer, which all columns share.
  std::ranges::sort(buffers);
  const auto repeated = std::ranges::unique(buffers);
  buffers.erase(repeated.begin(), repeated.end());
  uint64_t bytes = 0;
  for (const weir_buffer* buffer : buffers) bytes += buffer->size;
  return bytes;
}

uint64_t order_bytes(const Batch& batch, const std::vector<SortColumn>& by) {
  const uint64_t rows = held_bytes(batch);
  // The batches go before the keys are made.
  const uint64_t keys = SortKeys::bytes_of(batch, by) + batch.row_count() * sizeof(uint32_t);
  return rows + std::max(rows, keys);
}

uint64_t merge_bytes(const Batch& batch, const std::vector<SortColumn>& by) {
  return held_bytes(batch) + SortKeys::bytes_of(batch, by);
}

size_t rows_within(uint64_t bytes, uint64_t row_bytes, size_t most) {
  return std::clamp<size_t>(bytes / std::max<uint64_t>(row_bytes, 1), 1, most);
}

}  // namespace weir::basic
