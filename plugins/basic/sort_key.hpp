#pragma once
// Rows as bytes that order as the rows do.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <weir/batch.hpp>

namespace weir::basic {

enum class Order { kAscending, kDescending };
enum class Nulls { kFirst, kLast };

struct SortColumn {
  size_t column = 0;
  Order order = Order::kAscending;
  Nulls nulls = Nulls::kLast;
};

/// Whether rows can be ordered by a column of this type.
inline bool can_sort_by(Type type) { return type != Type::kNull && type < Type::kList; }

/// One key for each row of a batch: memcmp of two keys orders as the columns do. NaN stands above all
/// numbers, texts order by their bytes.
class SortKeys {
 public:
  SortKeys() = default;
  /// Needs: can_sort_by() each column.
  SortKeys(const Batch& batch, const std::vector<SortColumn>& columns);
  std::string_view operator[](size_t row) const {
    return std::string_view(bytes_).substr(ends_[row], ends_[row + 1] - ends_[row]);
  }

 private:
  std::string bytes_;
  std::vector<size_t> ends_;  // Of the row before: row i lies in [ends_[i], ends_[i + 1]).
};

}  // namespace weir::basic
