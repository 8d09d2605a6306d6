#pragma once
// Rows as texts, for people to read and to compare.
#include <string>
#include <vector>
#include <weir/batch.hpp>
#include <weir/schema.hpp>

namespace weir {

/// One value of a row.
struct Cell {
  std::string column;
  std::string json;       ///< As JSON; bytes as the text that they are.
  bool is_float = false;  ///< Two of them are equal when they differ by rounding only.
};

using RowCells = std::vector<Cell>;

/// Returns every row of the batches with the columns of `schema`.
std::vector<RowCells> cells_of(const Schema& schema, const std::vector<Batch>& batches);

/// Returns `{"user":"u1","views":3}`.
std::string row_text(const RowCells& row);

}  // namespace weir
