#include "planned_decoder.hpp"

namespace weir::formats {

OptionList<ColumnSettings> ColumnSettings::options() {
  return options_of<ColumnSettings>(
      required(OptionName::nested("type"), &ColumnSettings::type, "What the column holds."),
      optional(
          "path", &ColumnSettings::path,
          "Where the value is in the input, when it is not under the column's own name: a header name, or "
          "keys joined by points such as payload.size."),
      optional(
          "format", &ColumnSettings::format,
          "How a timestamp or date is written: iso (when left out), unix_s, unix_ms, unix_us, or letters as "
          "in '%d/%m/%Y %H:%M'."));
}

namespace {

Result<PlannedColumn> planned(const std::string& name, const ColumnSettings& settings) {
  PlannedColumn column{name, settings.type, settings.path.empty() ? name : settings.path, {}};
  if (!settings.format.empty()) {
    auto format = TimeFormat::parse(settings.format);
    if (!format.is_ok()) return format.status().with_context("column '" + name + "'");
    column.format = std::move(*format);
  }
  WEIR_RETURN_IF_ERROR(check_type(column));
  return column;
}

}  // namespace

Result<ColumnPlan> plan_from(const DeclaredColumns& declared) {
  ColumnPlan plan;
  for (const auto& [name, declaration] : declared) {
    ColumnSettings settings;
    if (const auto* type = std::get_if<DataType>(&declaration)) {
      settings.type = *type;
    } else {
      settings = std::get<ColumnSettings>(declaration);
    }
    WEIR_ASSIGN_OR_RETURN(PlannedColumn column, planned(name, settings));
    plan.columns.push_back(std::move(column));
  }
  return plan;
}

Result<Schema> PlannedDecoder::bind(std::string_view head, std::string_view inferred) {
  if (!declared_.empty()) {
    WEIR_ASSIGN_OR_RETURN(plan_, plan_from(declared_));
    complete(plan_);
    WEIR_RETURN_IF_ERROR(check(head));
    return plan_.schema();
  }
  if (inferred.empty()) {
    WEIR_ASSIGN_OR_RETURN(const Schema schema, infer(head));
    inferred_ = schema_text(schema);
  } else {
    inferred_ = inferred;
  }
  // Through the text in both cases, so that a restart has the very same columns.
  WEIR_ASSIGN_OR_RETURN(const Schema schema, read_schema_text(inferred_));
  plan_ = plan_of(schema);
  complete(plan_);
  return plan_.schema();
}

Status PlannedDecoder::want(std::span<const uint8_t> wanted) {
  for (size_t i = 0; i < plan_.columns.size() && i < wanted.size(); ++i)
    plan_.columns[i].is_wanted = wanted[i] != 0;
  return {};
}

Status nothing_to_infer_from() {
  return Status::invalid(
      "the input is empty, so that no columns can be inferred from it; declare them with 'columns'");
}

}  // namespace weir::formats
