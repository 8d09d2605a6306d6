#include "cli/row_cells.hpp"

#include <utility>
#include <weir/c_schema.hpp>
#include <weir/column.hpp>

#include "data/row_json.hpp"

namespace weir {
namespace {

std::string json_of(const weir_field& field, const weir_column& column, int64_t row) {
  std::string json;
  const auto index = static_cast<size_t>(row);
  const bool is_null = column.validity != nullptr && !get_bit(column.validity, index);
  if (column.type == WEIR_BINARY && !is_null) {
    append_json_string(StringColumn(column)[index], json);
  } else {
    append_value_json(field, column, row, json);
  }
  return json;
}

}  // namespace

std::vector<RowCells> cells_of(const Schema& schema, const std::vector<Batch>& batches) {
  const CSchema c(schema);
  std::vector<RowCells> rows;
  for (const Batch& batch : batches) {
    for (int64_t row = 0; row < batch->row_count; ++row) {
      RowCells cells;
      for (size_t i = 0; i < schema.size(); ++i) {
        const Type type = schema[i].type.type;
        cells.push_back({schema[i].name, json_of(c.get()->fields[i], batch.raw_column(i), row),
                         type == Type::kFloat32 || type == Type::kFloat64});
      }
      rows.push_back(std::move(cells));
    }
  }
  return rows;
}

std::string row_text(const RowCells& row) {
  std::string text = "{";
  for (const Cell& cell : row) {
    if (text.size() > 1) text += ',';
    append_json_string(cell.column, text);
    text += ':';
    text += cell.json;
  }
  return text + "}";
}

}  // namespace weir
