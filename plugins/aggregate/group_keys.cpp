#include "group_keys.hpp"

#include <algorithm>

namespace weir::aggregates {
namespace {

GroupKey key_of_column(const Schema& input, uint32_t column) {
  return {{input[column], Derivation::kSame, {ColumnId(0, column)}}, Expression(), column};
}

GroupKey key_of_expression(const Schema& input, const std::string& name, Expression expression) {
  const Field field = expression.field();
  const std::vector<uint32_t> columns = expression.columns();
  // Only a bare column has a name of its own.
  if (columns.size() == 1 && field.name == input[columns[0]].name && !field.name.empty()) {
    GroupKey key = key_of_column(input, columns[0]);
    key.output.field.name = name;
    return key;
  }
  GroupKey key{{field, Derivation::kDerived, {}}, expression, 0};
  key.output.field.name = name;
  for (const uint32_t column : columns) key.output.from.emplace_back(0, column);
  return key;
}

Status check(const std::vector<GroupKey>& keys) {
  for (size_t i = 0; i < keys.size(); ++i) {
    const Field& field = keys[i].output.field;
    if (field.type.type >= Type::kList)
      return Status::invalid("by: '" + field.name + "' is " + field.type.to_string() +
                             ", which cannot be a key");
    for (size_t other = 0; other < i; ++other)
      if (keys[other].output.field.name == field.name)
        return Status::invalid("by: '" + field.name + "' stands there twice");
  }
  return {};
}

}  // namespace

Result<std::vector<GroupKey>> group_keys(const GroupBy& by, const Schema& input) {
  std::vector<GroupKey> keys;
  if (const auto* columns = std::get_if<std::vector<ColumnRef>>(&by))
    for (const ColumnRef& ref : *columns)
      keys.push_back(key_of_column(input, static_cast<uint32_t>(ref.index)));
  if (const auto* named = std::get_if<NamedList<Expression>>(&by))
    for (const auto& [name, expression] : *named) keys.push_back(key_of_expression(input, name, expression));
  if (const auto* column = std::get_if<ColumnRef>(&by))
    keys.push_back(key_of_column(input, static_cast<uint32_t>(column->index)));
  WEIR_RETURN_IF_ERROR(check(keys));
  return keys;
}

}  // namespace weir::aggregates
