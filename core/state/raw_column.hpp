#pragma once
// Single values of a column as the ABI lays it out, for code that touches each row once.
#include <cstdint>
#include <string_view>

#include <weir/abi.h>

namespace weir {

inline bool bit_at(const uint8_t* bits, int64_t index) {
  return ((bits[index >> 3] >> (index & 7)) & 1) != 0;
}

/// Needs: FIXED layout of items of type T, or the int32 codes or offsets of another layout.
template <class T>
const T* fixed_values(const weir_column& column) {
  return static_cast<const T*>(column.values);
}

/// Returns whether the row is null, by its own bit or because its dictionary entry is.
inline bool is_null_at(const weir_column& column, int64_t row) {
  if (column.validity != nullptr && !bit_at(column.validity, row)) return true;
  if (column.layout != WEIR_LAYOUT_DICTIONARY) return false;
  const uint8_t* const entries = column.children[0]->validity;
  return entries != nullptr && !bit_at(entries, fixed_values<int32_t>(column)[row]);
}

/// Returns whether is_null_at() can be true for any row.
inline bool may_have_nulls(const weir_column& column) {
  return column.validity != nullptr ||
         (column.layout == WEIR_LAYOUT_DICTIONARY && column.children[0]->validity != nullptr);
}

inline std::string_view text_of(const weir_column& column, const weir_view& view) {
  const auto size = static_cast<size_t>(view.size);
  if (view.size <= 12) return {view.u.inlined, size};
  const uint8_t* const heap = column.heaps[view.u.ref.heap];
  return {reinterpret_cast<const char*>(heap + view.u.ref.offset), size};
}

/// Returns a string or binary value in any of its layouts. Borrows from the column.
/// Needs: the row is not null.
inline std::string_view text_at(const weir_column& column, int64_t row) {
  if (column.layout == WEIR_LAYOUT_VIEW) return text_of(column, fixed_values<weir_view>(column)[row]);
  if (column.layout == WEIR_LAYOUT_DICTIONARY) {
    return text_at(*column.children[0], fixed_values<int32_t>(column)[row]);
  }
  const int32_t* const offsets = fixed_values<int32_t>(column);
  const auto size = static_cast<size_t>(offsets[row + 1] - offsets[row]);
  if (size == 0) return {};
  return {reinterpret_cast<const char*>(column.heaps[0] + offsets[row]), size};
}

}  // namespace weir
