#include "column_plan.hpp"

#include <algorithm>

namespace weir::formats {

Schema ColumnPlan::schema() const {
  Schema made;
  for (const PlannedColumn& column : columns) made.fields.push_back({column.name, column.type});
  return made;
}

std::optional<size_t> ColumnPlan::find(std::string_view name) const {
  for (size_t i = 0; i < columns.size(); ++i)
    if (columns[i].name == name) return i;
  return std::nullopt;
}

ColumnPlan plan_of(const Schema& schema) {
  ColumnPlan plan;
  for (const Field& field : schema.fields) plan.columns.push_back({field.name, field.type, field.name, {}});
  return plan;
}

namespace {

bool is_plain_word(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

void replace_all(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

}  // namespace

std::string schema_text(const Schema& schema) {
  std::string text;
  for (const Field& field : schema.fields) {
    std::string name = field.name;
    if (!is_plain_word(name)) {
      replace_all(name, "%", "%25");
      replace_all(name, "\"", "%22");
      name = '"' + name + '"';
    }
    text += (text.empty() ? "" : ", ") + name + ": " + field.type.to_string();
  }
  return text;
}

Result<Schema> read_schema_text(std::string_view text) {
  WEIR_ASSIGN_OR_RETURN(Schema schema, Schema::parse(text));
  for (Field& field : schema.fields) {
    replace_all(field.name, "%22", "\"");
    replace_all(field.name, "%25", "%");
  }
  return schema;
}

Status check_type(const PlannedColumn& column) {
  const Type type = column.type.type;
  if (type == Type::kNull || type == Type::kList || type == Type::kStruct)
    return Status::invalid("column '" + column.name + "': text formats make no column of type " +
                           column.type.to_string() + "; declare it as string to get its text");
  if (column.format && type != Type::kTimestamp && type != Type::kDate32)
    return Status::invalid("column '" + column.name + "': a format belongs to timestamp and date32, not to " +
                           column.type.to_string());
  return {};
}

}  // namespace weir::formats
