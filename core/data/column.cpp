#include "data/column.hpp"

#include <algorithm>
#include <new>

#include "data/allocate.hpp"
#include "data/buffer.hpp"

namespace weir {
namespace {

const HostColumn& host(const weir_column* column) { return *static_cast<const HostColumn*>(column); }

size_t whole_size(const weir_column& view, uint32_t buffer_count) {
  return sizeof(HostColumn) + sizeof(void*) * (size_t{view.heap_count} + view.child_count + buffer_count);
}

void destroy(const HostColumn& column) {
  for (weir_buffer* buffer : column_buffers(column)) buffer_release(buffer);
  for (uint32_t i = 0; i < column.child_count; ++i) column_release(column.children[i]);
  auto* memory = const_cast<HostColumn*>(&column);
  memory->~HostColumn();
  release_small(memory);
}

}  // namespace

weir_column* column_new(const weir_column_parts& parts) {
  const weir_column& view = *parts.view;
  void* memory = allocate_small(whole_size(view, parts.buffer_count));
  if (!memory) return nullptr;
  auto* column = new (memory) HostColumn{{view}, 1};
  // The three arrays follow the struct: they are never looked at without it, so they share its cache lines.
  void* behind = column + 1;
  auto** heaps = static_cast<const uint8_t**>(behind);
  behind = std::copy_n(view.heaps, view.heap_count, heaps);
  auto** children = static_cast<const weir_column**>(behind);
  behind = std::copy_n(view.children, view.child_count, children);
  auto** buffers = static_cast<weir_buffer**>(behind);
  std::copy_n(parts.buffers, parts.buffer_count, buffers);
  column->struct_size = sizeof(weir_column);
  column->heaps = heaps;
  column->children = children;
  column->buffers = buffers;
  column->buffer_count = parts.buffer_count;
  for (weir_buffer* buffer : column_buffers(*column)) buffer_retain(buffer);
  for (uint32_t i = 0; i < view.child_count; ++i) column_retain(children[i]);
  return column;
}

void column_retain(const weir_column* column) {
  host(column).references.fetch_add(1, std::memory_order_relaxed);
}

void column_release(const weir_column* column) {
  const HostColumn& it = host(column);
  if (it.references.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy(it);
}

void* column_writable(weir_column* column) {
  const HostColumn& it = host(column);
  if (it.references.load(std::memory_order_acquire) != 1) return nullptr;
  if (!std::ranges::all_of(column_buffers(it), buffer_is_sole)) return nullptr;
  return const_cast<void*>(it.values);
}

std::span<weir_buffer* const> column_buffers(const weir_column& column) {
  return {column.buffers, column.buffer_count};
}

size_t column_struct_bytes(const weir_column& column) { return whole_size(column, column.buffer_count); }

}  // namespace weir
