#include "plugin_host/table.hpp"

#include <array>
#include <span>

#include <weir/builder.hpp>
#include <weir/c_schema.hpp>

#include "data/row_json.hpp"

namespace weir::test {
namespace {

Column make_column(const DataType& type, const Cells& rows, size_t at) {
  const auto build = [&](auto builder, auto parse) {
    for (const auto& row : rows) row[at] ? builder.append(parse(*row[at])) : builder.append_null();
    return std::move(builder).finish();
  };
  switch (type.type) {
    case Type::kBool:
      return build(BoolBuilder(), [](const std::string& text) { return text == "true"; });
    case Type::kFloat64:
      return build(ColumnBuilder<double>(), [](const std::string& text) { return std::stod(text); });
    case Type::kString:
      return build(StringBuilder(), [](const std::string& text) { return std::string_view(text); });
    case Type::kDate32:
      return build(ColumnBuilder<int32_t>(type), [](const std::string& text) { return std::stoi(text); });
    default:
      return build(ColumnBuilder<int64_t>(type),
                   [](const std::string& text) { return int64_t{std::stoll(text)}; });
  }
}

}  // namespace

Batch make_rows(const Schema& schema, const Cells& rows) {
  std::vector<Column> columns;
  for (size_t i = 0; i < schema.size(); ++i) columns.push_back(make_column(schema[i].type, rows, i));
  return Batch::make(rows.size(), columns);
}

std::string value_text(const Schema& schema, const Batch& batch, size_t column, size_t row) {
  std::string text;
  const CSchema c(schema);
  append_value_json(c.get()->fields[column], batch.raw_column(column), static_cast<int64_t>(row), text);
  return text.starts_with('"') ? text.substr(1, text.size() - 2) : text;
}

std::string row_json(const Schema& schema, const Batch& batch, size_t row) {
  std::string text;
  const CSchema c(schema);
  append_row_json(*c.get(), *batch, static_cast<int64_t>(row), text);
  return text;
}

}  // namespace weir::test
