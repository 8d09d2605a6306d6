#pragma once
// One value of a string or binary column, whatever the column's layout.
#include <cstdint>
#include <string_view>

#include <weir/abi_data.h>

namespace weir {

inline bool is_null_at(const weir_column& column, int64_t row) {
  return column.validity != nullptr && (column.validity[row >> 3] >> (row & 7) & 1) == 0;
}

/// Borrows: valid as long as the view and its heaps.
inline std::string_view text_of(const weir_view& view, const uint8_t* const* heaps) {
  const auto size = static_cast<size_t>(view.size);
  if (size <= sizeof(view.u.inlined)) return {view.u.inlined, size};
  return {reinterpret_cast<const char*>(heaps[view.u.ref.heap]) + view.u.ref.offset, size};
}

/// Returns the bytes of a row, which must not be null.
/// Needs: a string or binary column in layout OFFSETS, VIEW or DICTIONARY.
inline std::string_view text_at(const weir_column& column, int64_t row) {
  if (column.layout == WEIR_LAYOUT_VIEW)
    return text_of(static_cast<const weir_view*>(column.values)[row], column.heaps);
  const auto* items = static_cast<const int32_t*>(column.values);
  if (column.layout == WEIR_LAYOUT_DICTIONARY) return text_at(*column.children[0], items[row]);
  return {reinterpret_cast<const char*>(column.heaps[0]) + items[row],
          static_cast<size_t>(items[row + 1] - items[row])};
}

}  // namespace weir
