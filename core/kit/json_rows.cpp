#include "kit/json_rows.hpp"

#include <memory>
#include <utility>
#include <vector>

#include "data/row_json.hpp"
#include "plan/row_values.hpp"
#include "spec/yaml_reader.hpp"

namespace weir::kit {
namespace {

/// Turns `[1, "a"]` into the map of its columns.
Status name_values(const Schema& schema, size_t number, YamlValue& row) {
  const std::string where = "row " + std::to_string(number) + ": ";
  if (row.is_map()) {
    for (const YamlEntry& entry : row.entries)
      if (!schema.find(entry.key)) return Status::invalid(where + "there is no column '" + entry.key + "'");
    return {};
  }
  if (!row.is_list() || row.items.size() != schema.size())
    return Status::invalid(where + "expected " + std::to_string(schema.size()) + " values, found " +
                           (row.is_list() ? std::to_string(row.items.size()) : describe(row)));
  row.kind = YamlValue::Kind::kMap;
  for (size_t i = 0; i < schema.size(); ++i)
    row.entries.push_back({schema[i].name, row.items[i].place, std::move(row.items[i])});
  row.items.clear();
  return {};
}

Status first_of(const FaultList& faults) { return Status::invalid(faults.sorted().front().message); }

}  // namespace

Result<Batch> rows_from_json(const Schema& schema, std::string_view json) {
  FaultList faults;
  const auto source = std::make_shared<const SourceText>("rows", std::string(json));
  std::optional<YamlValue> rows = read_yaml(source, faults);
  if (!rows || faults.has_errors()) return first_of(faults);
  if (!rows->is_list()) return Status::invalid("rows are written as [[1, \"a\"], [2, null]]");
  for (size_t i = 0; i < rows->items.size(); ++i)
    WEIR_RETURN_IF_ERROR(name_values(schema, i, rows->items[i]));
  std::optional<Batch> made = batch_of_rows(schema, rows->items, BinaryText::kBase64, faults);
  if (!made) return first_of(faults);
  return std::move(*made);
}

std::string rows_to_json(const weir_schema& schema, const weir_batch& batch) {
  std::string text = "[";
  for (int64_t row = 0; row < batch.row_count; ++row) {
    text += row == 0 ? "[" : ", [";
    for (uint32_t i = 0; i < schema.field_count; ++i) {
      if (i > 0) text += ", ";
      append_value_json(schema.fields[i], *batch.columns[i], row, text);
    }
    text += ']';
  }
  return text + "]";
}

}  // namespace weir::kit
