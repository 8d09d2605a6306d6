#pragma once
// The cells of a figure as people read them.
#include <string>
#include <string_view>

#include "model.hpp"

namespace weir::report {

/// Returns what people call the column.
const std::string& label_of(const Column& column);

/// Returns "text", "moment" or "number": of its first value, of its type when it has none.
std::string_view type_word(const Column& column);

/// Whether a moment's zone stands beside it or in the head of its table.
enum class ZoneWord { kBeside, kInHead };

/// Whether the column's moments have a zone to tell: days have none.
bool has_zone(const Column& column);

/// The cells of one column as texts, in its format; an en dash for null. Borrows: the column.
class CellTexts {
 public:
  explicit CellTexts(const Column& column, ZoneWord zone = ZoneWord::kBeside)
      : column_(column), zone_(zone) {}
  std::string operator[](std::size_t row) const;

 private:
  const Column& column_;
  const ZoneWord zone_;
};

/// Returns how many rows a figure has.
std::size_t row_count(const Figure& figure);

/// Whether the row's period is not over.
bool is_partial(const Column& column, std::size_t row);

}  // namespace weir::report
