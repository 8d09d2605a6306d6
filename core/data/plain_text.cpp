#include "data/plain_text.hpp"

#include <cstring>
#include <limits>
#include "data/column.hpp"

namespace weir {
namespace {

Status too_large() {
  return Status::unsupported(
      "one batch holds more than 2 GiB of text in a column; split it into smaller batches");
}

}  // namespace

Result<size_t> text_offsets(const weir_column& column, int32_t* offsets) {
  const auto rows = static_cast<size_t>(column.row_count);
  if (column.layout == WEIR_LAYOUT_OFFSETS) {
    const int32_t* from = offsets_of(column);
    for (size_t row = 0; row <= rows; ++row) offsets[row] = from[row] - from[0];
    return static_cast<size_t>(offsets[rows]);
  }
  const StringColumn texts(column);
  size_t end = 0;
  offsets[0] = 0;
  for (size_t row = 0; row < rows; ++row) {
    if (!texts.is_null(row)) end += texts.view_at(row).size();
    if (end > std::numeric_limits<int32_t>::max()) return too_large();
    offsets[row + 1] = static_cast<int32_t>(end);
  }
  return end;
}

void copy_texts(const weir_column& column, uint8_t* to) {
  const auto rows = static_cast<size_t>(column.row_count);
  if (column.layout == WEIR_LAYOUT_OFFSETS) {
    const int32_t* from = offsets_of(column);
    const auto size = static_cast<size_t>(from[rows] - from[0]);
    if (size > 0) std::memcpy(to, column.heaps[0] + from[0], size);
    return;
  }
  const StringColumn texts(column);
  for (size_t row = 0; row < rows; ++row) {
    if (texts.is_null(row)) continue;
    const std::string_view text = texts.view_at(row);
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
}

Result<Column> plain_text(const Column& column) {
  if (column->layout == WEIR_LAYOUT_OFFSETS) return column;
  DataType type(column.type());
  ColumnParts parts(type, WEIR_LAYOUT_OFFSETS, column.size());
  const Buffer offsets = Buffer::allocate((column.size() + 1) * sizeof(int32_t));
  WEIR_ASSIGN_OR_RETURN(const size_t size, text_offsets(*column, reinterpret_cast<int32_t*>(offsets.data())));
  const Buffer heap = Buffer::allocate(size);
  copy_texts(*column, heap.data());
  const Validity validity = column.validity();
  if (validity.has_nulls())
    parts.validity(validity.bits(), validity.null_count()).keep(Buffer::retain(validity.buffer()));
  parts.values(offsets.data()).keep(offsets).keep(heap).add_heap(heap.data());
  return parts.make();
}

}  // namespace weir
