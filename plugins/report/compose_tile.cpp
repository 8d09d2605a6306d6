#include "compose_tile.hpp"

#include <algorithm>

#include "input_rows.hpp"
#include "partial_rows.hpp"

namespace weir::report {
namespace {

constexpr std::string_view kPreviousRow = "previous row";

std::optional<std::size_t> picked_row(const Column& column, Pick pick) {
  if (column.cells.empty()) return std::nullopt;
  if (pick == Pick::kLast) return column.cells.size() - 1;
  if (pick == Pick::kFirst) return 0;
  std::optional<std::size_t> best;
  for (std::size_t row = 0; row < column.cells.size(); ++row) {
    const std::optional<double> number = number_at(column, row);
    if (!number) continue;
    const bool is_better = !best || (pick == Pick::kLargest ? *number > *number_at(column, *best)
                                                            : *number < *number_at(column, *best));
    if (is_better) best = row;
  }
  return best;
}

/// The columns that a tile reads beside its number; null where it does not ask.
struct TileColumns {
  const Column* value = nullptr;
  const Column* compare = nullptr;
  const Column* subject = nullptr;
  const Column* low = nullptr;
  const Column* high = nullptr;
  const Column* sample = nullptr;
};

Result<TileColumns> tile_columns(const Show& show, const Input& input) {
  if (show.columns.size() != 1)
    return Status::invalid("needs one 'value', found " + std::to_string(show.columns.size()));
  TileColumns columns;
  WEIR_ASSIGN_OR_RETURN(columns.value, find_numbers(input, show.columns.front()));
  if (!show.compare.empty() && show.compare != kPreviousRow) {
    WEIR_ASSIGN_OR_RETURN(columns.compare, find_numbers(input, show.compare));
  }
  if (!show.x.empty()) {
    WEIR_ASSIGN_OR_RETURN(columns.subject, find_column(input, show.x));
  }
  if (show.interval.size() == 2) {
    WEIR_ASSIGN_OR_RETURN(columns.low, find_numbers(input, show.interval[0]));
    WEIR_ASSIGN_OR_RETURN(columns.high, find_numbers(input, show.interval[1]));
  }
  if (!show.sample.empty()) {
    WEIR_ASSIGN_OR_RETURN(columns.sample, find_numbers(input, show.sample));
  }
  return columns;
}

std::string_view pick_word(Pick pick) {
  switch (pick) {
    case Pick::kFirst:
      return "first";
    case Pick::kLargest:
      return "largest";
    case Pick::kSmallest:
      return "smallest";
    case Pick::kLast:
      break;
  }
  return "last";
}

std::string expression_of(const Show& show, const Column& value) {
  const std::string made = value.expression.empty() ? "" : " = " + value.expression;
  const std::string kind = show.pick == Pick::kLast || show.pick == Pick::kFirst ? " row of " : " value of ";
  return "the " + std::string(pick_word(show.pick)) + kind + value.name + made;
}

std::optional<double> previous_of(const Show& show, const TileColumns& columns, std::size_t row) {
  if (columns.compare != nullptr) return number_at(*columns.compare, row);
  if (show.compare != kPreviousRow || row == 0) return std::nullopt;
  return number_at(*columns.value, row - 1);
}

void read_row(const Show& show, const TileColumns& columns, std::size_t row, Tile& tile) {
  tile.value = number_at(*columns.value, row);
  tile.previous = previous_of(show, columns, row);
  if (columns.subject != nullptr) tile.subject = name_at(*columns.subject, row);
  if (columns.low != nullptr) {
    const std::optional<double> low = number_at(*columns.low, row);
    const std::optional<double> high = number_at(*columns.high, row);
    if (low && high) tile.interval = Interval{*low, *high};
  }
  if (columns.sample != nullptr) tile.sample = number_at(*columns.sample, row);
  for (std::size_t i = row + 1 - std::min(show.trend, row + 1); show.trend > 0 && i <= row; ++i)
    if (const std::optional<double> number = number_at(*columns.value, i)) tile.trend.push_back(*number);
}

}  // namespace

Result<Tile> compose_tile(const Show& show, const Input& input, Moment now) {
  WEIR_ASSIGN_OR_RETURN(const TileColumns columns, tile_columns(show, input));
  WEIR_ASSIGN_OR_RETURN(const std::vector<std::size_t> partial, partial_rows(input, show.partial, now));
  Tile tile;
  tile.id = show.id;
  tile.label = show.title.empty() ? show.id : show.title;
  tile.format = show.format;
  tile.unit = show.unit;
  tile.better = show.better;
  tile.note = show.note;
  tile.compared_with =
      show.compared_with.empty() && show.compare == kPreviousRow ? "the row before" : show.compared_with;
  tile.provenance = provenance_of(input);
  tile.provenance.expression = expression_of(show, *columns.value);
  if (const std::optional<std::size_t> row = picked_row(*columns.value, show.pick)) {
    read_row(show, columns, *row, tile);
    tile.is_partial = std::ranges::binary_search(partial, *row);
  }
  return tile;
}

}  // namespace weir::report
