#include "data/footprint.hpp"

#include <utility>
#include <vector>

#include "data/batch.hpp"
#include "data/column.hpp"

namespace weir {
namespace {

// The same for every row of the column, so that no row is looked at.
size_t fixed_bytes(const weir_column& column) {
  const size_t rows = rows_of(column);
  const size_t mask = column.validity == nullptr ? 0 : bitmap_bytes(rows);
  switch (column.layout) {
    case WEIR_LAYOUT_BITS:
      return mask + bitmap_bytes(rows);
    case WEIR_LAYOUT_FIXED:
      return mask + rows * type_width(static_cast<Type>(column.type));
    case WEIR_LAYOUT_VIEW:
      return mask + rows * sizeof(weir_view);
    case WEIR_LAYOUT_DICTIONARY:
      return mask + rows * sizeof(int32_t);
    case WEIR_LAYOUT_OFFSETS:
    case WEIR_LAYOUT_LIST:
      return mask + (rows + 1) * sizeof(int32_t);
    default:
      return mask;
  }
}

size_t used_by(const weir_column& column);

size_t view_text_bytes(const weir_column& column) {
  const auto* views = static_cast<const weir_view*>(column.values);
  size_t bytes = 0;
  for (size_t row = 0; row < rows_of(column); ++row)
    bytes += views[row].size > 12 ? static_cast<size_t>(views[row].size) : 0;
  return bytes;
}

size_t range(const weir_column& column) {
  const auto* offsets = static_cast<const int32_t*>(column.values);
  return column.row_count == 0 ? 0 : static_cast<size_t>(offsets[column.row_count] - offsets[0]);
}

size_t used_by(const weir_column& column) {
  size_t bytes = fixed_bytes(column);
  if (column.layout == WEIR_LAYOUT_VIEW) return bytes + view_text_bytes(column);
  if (column.layout == WEIR_LAYOUT_OFFSETS) return bytes + range(column);
  if (column.layout == WEIR_LAYOUT_LIST) {
    const weir_column& items = *column.children[0];
    // The share of the items that these rows hold.
    return items.row_count == 0 ? bytes : bytes + used_by(items) * range(column) / rows_of(items);
  }
  if (column.layout == WEIR_LAYOUT_DICTIONARY && column.row_count < column.children[0]->row_count) {
    // More distinct texts than rows: these rows need at most one each.
    const weir_column& texts = *column.children[0];
    return bytes + used_by(texts) * rows_of(column) / rows_of(texts);
  }
  for (uint32_t i = 0; i < column.child_count; ++i) bytes += used_by(*column.children[i]);
  return bytes;
}

size_t pinned_by(const weir_column& column) {
  size_t bytes = 0;
  for (uint32_t i = 0; i < column.buffer_count; ++i) bytes += column.buffers[i]->size;
  for (uint32_t i = 0; i < column.child_count; ++i) bytes += pinned_by(*column.children[i]);
  return bytes;
}

bool is_wasteful(const weir_batch& batch) {
  const size_t pinned = pinned_bytes(batch);
  if (pinned <= kCompactFloorBytes) return false;
  // Nearly always enough, and found without a look at any row.
  size_t at_least = 0;
  for_each_column(batch, [&](const weir_column* column) { at_least += fixed_bytes(*column); });
  if (pinned <= kCompactRatio * at_least) return false;
  return pinned > kCompactRatio * used_bytes(batch);
}

Column smaller(const weir_column& column) {
  // Each column on its own then pins at most four times what it uses, hence so do all.
  if (pinned_by(column) <= kCompactRatio * used_by(column)) return Column::retain(&column);
  return compact(column);
}

}  // namespace

size_t used_bytes(const weir_batch& batch) {
  size_t bytes = 0;
  for_each_column(batch, [&](const weir_column* column) { bytes += used_by(*column); });
  return bytes;
}

Batch compact_if_wasteful(Batch batch) {
  if (!is_wasteful(*batch)) return batch;
  std::vector<Column> columns;
  for (size_t i = 0; i < batch.column_count(); ++i) columns.push_back(smaller(batch.raw_column(i)));
  weir_batch like = *batch;
  Column watermark;
  Column origin;
  if (like.row_watermark) like.row_watermark = (watermark = smaller(*like.row_watermark)).get();
  if (like.row_origin) like.row_origin = (origin = smaller(*like.row_origin)).get();
  return Batch::make(like, columns);
}

}  // namespace weir
