// Literals, columns and their fields.
#include <charconv>

#include <weir/did_you_mean.hpp>

#include "expr/binder.hpp"
#include "expr/cast.hpp"
#include "expr/times.hpp"

namespace weir::expr {

ValueType value_type(const DataType& type) {
  ValueType out{static_cast<uint8_t>(type.type), type.precision, type.scale, nullptr};
  if (!out.is_nested()) return out;
  auto children = std::make_shared<std::vector<NamedType>>();
  for (const Field& child : type.children)
    children->push_back({child.name, value_type(child.type), child.nullable});
  out.children = std::move(children);
  return out;
}

DataType data_type(const ValueType& type) {
  DataType out(static_cast<Type>(type.id));
  out.precision = type.precision;
  out.scale = type.scale;
  if (!type.children) return out;
  for (const NamedType& child : *type.children) {
    Field field;
    field.name = child.name;
    field.type = data_type(child.type);
    field.nullable = child.nullable;
    out.children.push_back(std::move(field));
  }
  return out;
}

Bound Binder::bind_number(const Ast& ast) {
  if (ast.kind == AstKind::kFloat) {
    if (const std::optional<double> value = parse_float(ast.text)) return {float_op(*value), &ast, false};
    report(ast.span, "bad-literal", "the number " + ast.text + " is outside float64");
    return {};
  }
  const size_t point = ast.text.find('.');
  const int scale = point == std::string::npos ? 0 : static_cast<int>(ast.text.size() - point - 1);
  const std::optional<Int128> value = scale > 38 ? std::nullopt : parse_decimal(ast.text, scale);
  if (!value || !fits_precision(*value, 38)) {
    report(ast.span, "bad-literal", "the number has more than 38 digits", "Write it with an exponent: 1e40");
    return {};
  }
  if (ast.kind == AstKind::kInteger) {
    const auto small = static_cast<int64_t>(*value);
    const bool is_narrow = small == *value && small >= INT32_MIN && small <= INT32_MAX;
    if (is_narrow) {
      const auto narrow = static_cast<int32_t>(small);
      return {int_op(simple(WEIR_INT32), static_cast<uint32_t>(narrow)), &ast, true};
    }
    if (small == *value) return {int_op(simple(WEIR_INT64), small), &ast, true};
    if (*value > 0 && *value <= static_cast<Int128>(UINT64_MAX))
      return {int_op(simple(WEIR_UINT64), static_cast<int64_t>(static_cast<uint64_t>(*value))), &ast, true};
  }
  int precision = scale;
  while (!fits_precision(*value, precision)) ++precision;
  return {decimal_op(decimal_type(std::max(precision, 1), scale), *value), &ast, false};
}

Bound Binder::bind_typed(const Ast& ast) {
  if (ast.type_name == "interval") {
    if (const std::optional<Interval> value = parse_interval(ast.text))
      return {interval_op(*value), &ast, false};
    report(ast.span, "bad-literal", "'" + ast.text + "' is not an interval",
           "Write for example INTERVAL '5 minutes'");
    return {};
  }
  if (ast.type_name == "date") {
    if (const std::optional<int32_t> value = parse_date(ast.text))
      return {time_op(simple(WEIR_DATE32), static_cast<uint32_t>(*value)), &ast, false};
    report(ast.span, "bad-literal", "'" + ast.text + "' is not a date",
           "Write for example DATE '2025-01-31'");
    return {};
  }
  if (const std::optional<int64_t> value = parse_timestamp(ast.text))
    return {time_op(simple(WEIR_TIMESTAMP), *value), &ast, false};
  report(ast.span, "bad-literal", "'" + ast.text + "' is not a timestamp",
         "Write for example TIMESTAMP '2025-01-31 10:20:30'");
  return {};
}

std::string Binder::column_list() const {
  constexpr size_t kShown = 12;
  std::string out;
  for (size_t i = 0; i < schema_.size() && i < kShown; ++i) out += (i == 0 ? "" : ", ") + schema_[i].name;
  if (schema_.size() > kShown) out += ", ... " + std::to_string(schema_.size() - kShown) + " more";
  return out.empty() ? "no columns" : out;
}

Bound Binder::column(const Ast& ast, size_t index) {
  columns_.insert(static_cast<uint32_t>(index));
  const Field& field = schema_[index];
  return {column_op(static_cast<uint32_t>(index), value_type(field.type), field.nullable), &ast, false};
}

Bound Binder::bind_column(const Ast& ast) {
  if (const auto index = schema_.find(ast.text)) return column(ast, *index);
  std::vector<std::string> names;
  for (const Field& field : schema_.fields) names.push_back(field.name);
  std::string hint = did_you_mean(ast.text, names);
  if (hint.empty() && schema_.size() > 0 && functions_.find(ast.text) != nullptr)
    hint = "The function is called with parentheses: " + ast.text + "()";
  report(ast.span, "unknown-column", "no column '" + ast.text + "' in the input (" + column_list() + ")",
         std::move(hint));
  return {};
}

Bound Binder::bind_member(const Ast& ast) {
  // Decoders flatten nested records into columns called "a.b": the whole path may be a column's name.
  std::string path = ast.text;
  const Ast* inner = ast.children[0].get();
  while (inner->kind == AstKind::kMember) {
    path.insert(0, inner->text + ".");
    inner = inner->children[0].get();
  }
  if (inner->kind == AstKind::kColumn) {
    path.insert(0, inner->text + ".");
    if (const auto index = schema_.find(path)) return column(ast, *index);
    if (!schema_.find(inner->text)) {
      std::vector<std::string> names;
      for (const Field& field : schema_.fields) names.push_back(field.name);
      std::string hint = did_you_mean(path, names);
      if (hint.empty()) hint = did_you_mean(inner->text, names);
      const Span span = {inner->span.offset, ast.span.length};
      report(span, "unknown-column", "no column '" + path + "' in the input (" + column_list() + ")",
             std::move(hint));
      return {};
    }
  }
  const Bound structure = bind(*ast.children[0]);
  if (!structure) return {};
  if (!structure.type().is(WEIR_STRUCT)) {
    report(ast.name_span, "wrong-type", "only a struct has fields; this is " + type_name(structure.type()));
    return {};
  }
  std::vector<std::string> names;
  for (size_t i = 0; i < structure.type().children->size(); ++i) {
    const std::string& name = (*structure.type().children)[i].name;
    if (name == ast.text) return {member_op(structure.op, i), &ast, false};
    names.push_back(name);
  }
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  report(ast.name_span, "unknown-column", "the struct has no field '" + ast.text + "' (" + list + ")",
         did_you_mean(ast.text, names));
  return {};
}

}  // namespace weir::expr
