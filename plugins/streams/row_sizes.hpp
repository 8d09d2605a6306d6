#pragma once
// How large rows are.
#include <cstdint>
#include <vector>

#include <weir/batch.hpp>

namespace weir::streams {

/// Adds to `sizes`, by row, the bytes of the values: the width of numbers, the length of texts, the sum of
/// what lists and structs hold. A null has none. Needs: as many rows.
inline void add_row_sizes(const weir_column& column, std::vector<int64_t>& sizes) {
  const auto type = static_cast<Type>(column.type);
  const Validity validity(column);
  if (type == Type::kString || type == Type::kBinary) {
    const StringColumn texts(column);
    for (size_t row = 0; row < sizes.size(); ++row)
      if (!texts.is_null(row)) sizes[row] += static_cast<int64_t>(texts[row].size());
    return;
  }
  if (type == Type::kList) {
    const ListColumn lists(column);
    std::vector<int64_t> items(static_cast<size_t>(lists.items().row_count));
    add_row_sizes(lists.items(), items);
    for (size_t row = 0; row < sizes.size(); ++row)
      for (size_t i = lists.first(row); !lists.is_null(row) && i < lists.first(row + 1); ++i)
        sizes[row] += items[i];
    return;
  }
  if (type == Type::kStruct) {
    for (uint32_t i = 0; i < column.child_count; ++i) add_row_sizes(*column.children[i], sizes);
    return;
  }
  const int64_t width = type == Type::kBool ? 1 : static_cast<int64_t>(type_width(type));
  for (size_t row = 0; row < sizes.size(); ++row)
    if (!validity.is_null(row)) sizes[row] += width;
}

}  // namespace weir::streams
