#pragma once
// Rows picked from columns and batches, put together, and freed of what they do not use.
#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "weir/batch.hpp"
#include "weir/builder.hpp"

namespace weir {

/// Returns the rows of these indices. Texts are shared, not copied.
Column gather(const weir_column& column, std::span<const uint32_t> rows);
/// Returns rows [from, from + count), sharing values where they begin at a byte.
Column slice(const weir_column& column, size_t from, size_t count);
/// Returns the rows of all columns, one after the other. Needs: at least one; equal types.
Column concat(std::span<const Column> columns);
/// Returns the same rows in memory of their own: nothing is shared with `column`.
Column compact(const weir_column& column);
/// Returns `row_count` nulls.
Column null_column(const DataType& type, size_t row_count);

namespace detail {

struct Bytes16 {
  uint64_t low, high;
};

template <class T>
void gather_values(const void* from, std::span<const uint32_t> rows, void* to) {
  const T* source = static_cast<const T*>(from);
  T* target = static_cast<T*>(to);
  for (size_t i = 0; i < rows.size(); ++i) target[i] = source[rows[i]];
}

inline void gather_values(size_t width, const void* from, std::span<const uint32_t> rows, void* to) {
  switch (width) {
    case 1:
      return gather_values<uint8_t>(from, rows, to);
    case 2:
      return gather_values<uint16_t>(from, rows, to);
    case 4:
      return gather_values<uint32_t>(from, rows, to);
    case 8:
      return gather_values<uint64_t>(from, rows, to);
    default:
      return gather_values<Bytes16>(from, rows, to);
  }
}

inline Buffer gather_bits(const uint8_t* bits, std::span<const uint32_t> rows) {
  Buffer made = Buffer::allocate(bitmap_bytes(rows.size()));
  uint8_t* target = made.data();
  for (size_t i = 0; i < rows.size();) {
    unsigned byte = 0;
    const size_t until = std::min(rows.size(), i + 8);
    for (unsigned bit = 0; i < until; ++i, ++bit) byte |= (get_bit(bits, rows[i]) ? 1U : 0U) << bit;
    *target++ = static_cast<uint8_t>(byte);
  }
  return made;
}

inline void set_validity(ColumnParts& parts, Buffer bits, size_t row_count) {
  const size_t nulls = row_count - count_set_bits(bits.data(), row_count);
  if (nulls == 0) return;
  parts.validity(bits.data(), static_cast<int64_t>(nulls)).keep(std::move(bits));
}

inline void gather_validity(ColumnParts& parts, const weir_column& column, std::span<const uint32_t> rows) {
  if (column.validity != nullptr) set_validity(parts, gather_bits(column.validity, rows), rows.size());
}

// Shares the bits from `from` on, or copies them where they do not begin at a byte.
inline const uint8_t* slice_bits(ColumnParts& parts, const uint8_t* bits, size_t from, size_t count) {
  if ((from & 7) == 0) return bits + from / 8;
  Buffer made = Buffer::allocate(bitmap_bytes(count));
  copy_bits(bits, from, made.data(), 0, count);
  const uint8_t* data = made.data();
  parts.keep(std::move(made));
  return data;
}

// The width of one item of `values`, where there is one; 0 for BITS and STRUCT.
inline size_t value_width(const weir_column& column) {
  switch (column.layout) {
    case WEIR_LAYOUT_FIXED:
      return type_width(static_cast<Type>(column.type));
    case WEIR_LAYOUT_VIEW:
      return sizeof(weir_view);
    case WEIR_LAYOUT_OFFSETS:
    case WEIR_LAYOUT_DICTIONARY:
    case WEIR_LAYOUT_LIST:
      return sizeof(int32_t);
    case WEIR_LAYOUT_BITS:
    case WEIR_LAYOUT_STRUCT:
      return 0;
    default:
      wrong_layout(column);
  }
}

inline Column gather_list(const weir_column& column, std::span<const uint32_t> rows) {
  const ListColumn lists(column);
  std::vector<uint32_t> items;
  GrowingBuffer offsets;
  offsets.push(int32_t{0});
  for (const uint32_t row : rows) {
    if (!lists.is_null(row))
      for (size_t i = lists.first(row); i < lists.first(row + 1); ++i)
        items.push_back(static_cast<uint32_t>(i));
    offsets.push(static_cast<int32_t>(items.size()));
  }
  ColumnParts parts(column, rows.size());
  gather_validity(parts, column, rows);
  Buffer made = offsets.finish();
  parts.values(made.data()).keep(made);
  return parts.child(gather(lists.items(), items)).make();
}

inline Column gather_views(const weir_column& column, std::span<const uint32_t> rows) {
  ColumnParts parts(column, rows.size());
  Buffer values = Buffer::allocate(rows.size() * sizeof(weir_view));
  gather_values(sizeof(weir_view), column.values, rows, values.data());
  for (uint32_t i = 0; i < column.heap_count; ++i) parts.add_heap(column.heaps[i]);
  parts.keep_all(column).values(values.data()).keep(values);
  gather_validity(parts, column, rows);
  return parts.make();
}

}  // namespace detail

inline Column gather(const weir_column& column, std::span<const uint32_t> rows) {
  if (column.layout == WEIR_LAYOUT_VIEW) return detail::gather_views(column, rows);
  if (column.layout == WEIR_LAYOUT_LIST) return detail::gather_list(column, rows);
  if (column.layout == WEIR_LAYOUT_OFFSETS) {
    StringBuilder texts(static_cast<Type>(column.type));
    texts.reserve(rows.size());
    texts.append_rows(column, rows.data(), rows.size());
    return std::move(texts).finish();
  }
  ColumnParts parts(column, rows.size());
  detail::gather_validity(parts, column, rows);
  if (column.layout == WEIR_LAYOUT_STRUCT) {
    for (uint32_t i = 0; i < column.child_count; ++i) parts.child(gather(*column.children[i], rows));
    return parts.make();
  }
  if (column.layout == WEIR_LAYOUT_BITS) {
    Buffer bits = detail::gather_bits(static_cast<const uint8_t*>(column.values), rows);
    return parts.values(bits.data()).keep(bits).make();
  }
  const size_t width = detail::value_width(column);
  Buffer values = Buffer::allocate(rows.size() * width);
  detail::gather_values(width, column.values, rows, values.data());
  if (column.layout == WEIR_LAYOUT_DICTIONARY) parts.child(Column::retain(column.children[0]));
  return parts.values(values.data()).keep(values).make();
}

inline Column slice(const weir_column& column, size_t from, size_t count) {
  if (from == 0 && count == static_cast<size_t>(column.row_count)) return Column::retain(&column);
  ColumnParts parts(column, count);
  parts.keep_all(column);
  if (column.validity != nullptr) {
    const uint8_t* bits = detail::slice_bits(parts, column.validity, from, count);
    const auto nulls = static_cast<int64_t>(count - count_set_bits(bits, count));
    if (nulls > 0) parts.validity(bits, nulls);
  }
  if (column.layout == WEIR_LAYOUT_BITS)
    parts.values(detail::slice_bits(parts, static_cast<const uint8_t*>(column.values), from, count));
  if (const size_t width = detail::value_width(column); width > 0)
    parts.values(static_cast<const uint8_t*>(column.values) + from * width);
  for (uint32_t i = 0; i < column.heap_count; ++i) parts.add_heap(column.heaps[i]);
  for (uint32_t i = 0; i < column.child_count; ++i)
    parts.child(column.layout == WEIR_LAYOUT_STRUCT ? slice(*column.children[i], from, count)
                                                    : Column::retain(column.children[i]));
  return parts.make();
}

namespace detail {

inline size_t total_rows(std::span<const Column> columns) {
  size_t rows = 0;
  for (const Column& column : columns) rows += column.size();
  return rows;
}

inline void concat_validity(ColumnParts& parts, std::span<const Column> columns) {
  if (std::ranges::none_of(columns, [](const Column& c) { return c->validity != nullptr; })) return;
  ValidityBuilder validity;
  for (const Column& column : columns) validity.append(column.validity(), 0, column.size());
  validity.finish_into(parts);
}

inline Column concat_strings(std::span<const Column> columns) {
  StringBuilder texts(columns[0].type());
  texts.reserve(total_rows(columns));
  for (const Column& column : columns) texts.append_rows(*column, nullptr, column.size());
  return std::move(texts).finish();
}

inline void concat_bits(ColumnParts& parts, std::span<const Column> columns) {
  Buffer bits = Buffer::allocate(bitmap_bytes(total_rows(columns)));
  size_t at = 0;
  for (const Column& column : columns) {
    copy_bits(static_cast<const uint8_t*>(column->values), 0, bits.data(), at, column.size());
    at += column.size();
  }
  parts.values(bits.data()).keep(bits);
}

inline void concat_fixed(ColumnParts& parts, std::span<const Column> columns) {
  const size_t width = value_width(*columns[0]);
  Buffer values = Buffer::allocate(total_rows(columns) * width);
  uint8_t* at = values.data();
  for (const Column& column : columns) {
    if (column.size() == 0) continue;
    std::memcpy(at, column->values, column.size() * width);
    at += column.size() * width;
  }
  parts.values(values.data()).keep(values);
}

inline void concat_lists(ColumnParts& parts, std::span<const Column> columns) {
  GrowingBuffer offsets;
  std::vector<Column> items;
  size_t before = 0;
  offsets.push(int32_t{0});
  for (const Column& column : columns) {
    const ListColumn lists = ListColumn(*column);
    if (lists.size() == 0) continue;
    const size_t first = lists.first(0);
    for (size_t i = 1; i <= lists.size(); ++i)
      offsets.push(static_cast<int32_t>(before + lists.first(i) - first));
    items.push_back(slice(lists.items(), first, lists.first(lists.size()) - first));
    before += items.back().size();
  }
  if (items.empty()) items.push_back(slice(*columns[0]->children[0], 0, 0));
  Buffer made = offsets.finish();
  parts.values(made.data()).keep(made);
  parts.child(concat(items));
}

inline void concat_members(ColumnParts& parts, std::span<const Column> columns) {
  for (uint32_t member = 0; member < columns[0]->child_count; ++member) {
    std::vector<Column> pieces;
    for (const Column& column : columns) pieces.push_back(Column::retain(column->children[member]));
    parts.child(concat(pieces));
  }
}

}  // namespace detail

inline Column concat(std::span<const Column> columns) {
  if (columns.size() == 1) return columns[0];
  const Type type = columns[0].type();
  if (type == Type::kString || type == Type::kBinary) return detail::concat_strings(columns);
  ColumnParts parts(*columns[0], detail::total_rows(columns));
  detail::concat_validity(parts, columns);
  switch (columns[0]->layout) {
    case WEIR_LAYOUT_BITS:
      detail::concat_bits(parts, columns);
      break;
    case WEIR_LAYOUT_LIST:
      detail::concat_lists(parts, columns);
      break;
    case WEIR_LAYOUT_STRUCT:
      detail::concat_members(parts, columns);
      break;
    default:
      detail::concat_fixed(parts, columns);
  }
  return parts.make();
}

inline Column compact(const weir_column& column) {
  if (column.type == WEIR_STRING || column.type == WEIR_BINARY) {
    const StringColumn texts(column);
    StringBuilder made(static_cast<Type>(column.type));
    made.reserve(texts.size());
    for (size_t i = 0; i < texts.size(); ++i) texts.is_null(i) ? made.append_null() : made.append(texts[i]);
    return std::move(made).finish();
  }
  ColumnParts parts(column, static_cast<size_t>(column.row_count));
  const Column self = Column::retain(&column);
  const std::span<const Column> one(&self, 1);
  detail::concat_validity(parts, one);
  switch (column.layout) {
    case WEIR_LAYOUT_BITS:
      detail::concat_bits(parts, one);
      break;
    case WEIR_LAYOUT_LIST: {
      const ListColumn lists(column);
      GrowingBuffer offsets;
      const size_t first = lists.first(0);
      for (size_t i = 0; i <= lists.size(); ++i) offsets.push(static_cast<int32_t>(lists.first(i) - first));
      Buffer made = offsets.finish();
      parts.values(made.data()).keep(made);
      parts.child(compact(*slice(lists.items(), first, lists.first(lists.size()) - first)));
      break;
    }
    case WEIR_LAYOUT_STRUCT:
      for (uint32_t i = 0; i < column.child_count; ++i) parts.child(compact(*column.children[i]));
      break;
    default:
      detail::concat_fixed(parts, one);
  }
  return parts.make();
}

inline Column null_column(const DataType& type, size_t row_count) {
  Buffer nulls = Buffer::allocate(bitmap_bytes(row_count));
  if (row_count > 0) std::memset(nulls.data(), 0, bitmap_bytes(row_count));
  const bool is_text = type.type == Type::kString || type.type == Type::kBinary;
  weir_layout layout = WEIR_LAYOUT_FIXED;
  size_t bytes = row_count * type_width(type.type);
  if (is_text) layout = WEIR_LAYOUT_VIEW, bytes = row_count * sizeof(weir_view);
  if (type.type == Type::kBool) layout = WEIR_LAYOUT_BITS, bytes = bitmap_bytes(row_count);
  if (type.type == Type::kList) layout = WEIR_LAYOUT_LIST, bytes = (row_count + 1) * sizeof(int32_t);
  if (type.type == Type::kStruct) layout = WEIR_LAYOUT_STRUCT;
  ColumnParts parts(type, layout, row_count);
  parts.validity(nulls.data(), static_cast<int64_t>(row_count)).keep(nulls);
  if (type.type == Type::kList) parts.child(null_column(type.children[0].type, 0));
  if (type.type == Type::kStruct)
    for (const Field& member : type.children) parts.child(null_column(member.type, row_count));
  if (layout == WEIR_LAYOUT_STRUCT) return parts.make();
  Buffer values = Buffer::allocate(bytes);
  if (bytes > 0) std::memset(values.data(), 0, bytes);
  return parts.values(values.data()).keep(values).make();
}

namespace detail {

// A batch's columns and its hidden columns, each put through `change`.
template <class Change>
Batch map_columns(const weir_batch& batch, size_t row_count, Change change) {
  std::vector<Column> columns;
  columns.reserve(batch.column_count);
  for (uint32_t i = 0; i < batch.column_count; ++i) columns.push_back(change(*batch.columns[i]));
  weir_batch like = batch;
  like.row_count = static_cast<int64_t>(row_count);
  Column watermark;
  Column origin;
  if (batch.row_watermark != nullptr) watermark = change(*batch.row_watermark);
  if (batch.row_origin != nullptr) origin = change(*batch.row_origin);
  like.row_watermark = watermark.get();
  like.row_origin = origin.get();
  return Batch::make(like, columns);
}

// One hidden column of all batches; none unless all have it.
inline Column concat_hidden(std::span<const Batch> batches, const weir_column* weir_batch::* member) {
  std::vector<Column> pieces;
  for (const Batch& batch : batches) {
    if ((*batch).*member == nullptr) return {};
    pieces.push_back(Column::retain((*batch).*member));
  }
  return concat(pieces);
}

}  // namespace detail

inline Batch Batch::select(std::span<const uint32_t> rows) const {
  return detail::map_columns(*batch_, rows.size(), [&](const weir_column& c) { return gather(c, rows); });
}

inline Batch Batch::slice(size_t from, size_t count) const {
  return detail::map_columns(*batch_, count,
                             [&](const weir_column& c) { return weir::slice(c, from, count); });
}

inline Batch Batch::compact() const {
  return detail::map_columns(*batch_, row_count(), [](const weir_column& c) { return weir::compact(c); });
}

inline Batch Batch::concat(std::span<const Batch> batches) {
  if (batches.size() == 1) return batches[0].share();
  weir_batch like = *batches[0];
  like.row_count = 0;
  for (const Batch& batch : batches) {
    like.row_count += batch->row_count;
    like.entered_ns = std::min(like.entered_ns, batch->entered_ns);
    if (batch->origin.partition != like.origin.partition) like.origin = {};
    like.origin.first = std::min(like.origin.first, batch->origin.first);
    like.origin.end = std::max(like.origin.end, batch->origin.end);
  }
  if (like.origin.partition == 0) like.origin = {};
  std::vector<Column> columns;
  for (size_t i = 0; i < batches[0].column_count(); ++i) {
    std::vector<Column> pieces;
    for (const Batch& batch : batches) pieces.push_back(batch.column(i));
    columns.push_back(weir::concat(pieces));
  }
  const Column watermark = detail::concat_hidden(batches, &weir_batch::row_watermark);
  const Column origin = detail::concat_hidden(batches, &weir_batch::row_origin);
  like.row_watermark = watermark.get();
  like.row_origin = origin.get();
  return make(like, columns);
}

}  // namespace weir
