#include "column_plan.hpp"

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
