#include "plan/node_scope.hpp"

#include <utility>
#include <weir/text.hpp>

#include "expr/abi_calls.hpp"

namespace weir {
namespace {

void add_expression_faults(const expr::ExprFaults& found, const YamlValue& text, FaultList& faults) {
  for (const expr::ExprFault& fault : found) {
    faults.error(place_in(text, fault.offset, fault.length), fault.code, fault.message, fault.hint);
  }
}

}  // namespace

const weir_aggregate_calls* CatalogAggregates::find(std::string_view name) const {
  if (!catalog_.has(WEIR_KIND_AGGREGATE, name)) return nullptr;
  const FoundComponent found = catalog_.find(WEIR_KIND_AGGREGATE, name);
  return found.component == nullptr ? nullptr : found.component->aggregate;
}

std::vector<std::string> CatalogAggregates::names() const { return catalog_.names(WEIR_KIND_AGGREGATE); }

const Schema* NodeScope::input(uint32_t port) const {
  return port < inputs_.size() && inputs_[port] ? &*inputs_[port] : nullptr;
}

OptionScope::Compiled NodeScope::expression(const YamlValue& text, uint32_t port, weir_type wanted,
                                            FaultList& faults) {
  const Schema* const schema = input(port);
  if (schema == nullptr) return {};
  auto compiled = wanted == WEIR_BOOL
                      ? expr::compile_condition(text.text, *schema, shared_.functions, &shared_.aggregates)
                      : expr::compile(text.text, *schema, shared_.functions, &shared_.aggregates);
  if (!compiled.is_ok()) {
    add_expression_faults(compiled.faults, text, faults);
    return {};
  }
  const DataType& type = compiled->field().type;
  if (wanted != WEIR_NULL && static_cast<uint32_t>(type.type) != static_cast<uint32_t>(wanted)) {
    faults.error(text.place, "wrong-expression-type",
                 "the expression gives " + type.to_string() + ", expected " +
                     DataType(static_cast<Type>(wanted)).to_string());
    return {};
  }
  auto handle = std::make_shared<weir_expression>(weir_expression{*std::move(compiled.value)});
  return {handle.get(), handle};
}

OptionScope::Compiled NodeScope::aggregate(const YamlValue& text, uint32_t port, FaultList& faults) {
  const Schema* const schema = input(port);
  if (schema == nullptr) return {};
  auto compiled = expr::compile_aggregate(text.text, *schema, shared_.functions, shared_.aggregates);
  if (!compiled.is_ok()) {
    add_expression_faults(compiled.faults, text, faults);
    return {};
  }
  auto handle = std::make_shared<weir_aggregate>(*std::move(compiled.value));
  return {handle.get(), handle};
}

OptionScope::Compiled NodeScope::format(const YamlValue& value, FaultList& faults) {
  const YamlValue* type = &value;
  YamlValue options;
  options.kind = YamlValue::Kind::kMap;
  options.place = value.place;
  if (value.is_map()) {
    const YamlEntry* const entry = value.find("type");
    if (entry == nullptr) {
      faults.error(value.place, "missing-type", "a format needs a type", "for example {type: csv}");
      return {};
    }
    type = &entry->value;
    for (const YamlEntry& other : value.entries) {
      if (other.key != "type") options.entries.push_back(other);
    }
  }
  if (type->is_faulty) return {};
  if (!type->is_scalar()) {
    add_wrong_type(*type, "a format's type", "the name of a format", faults);
    return {};
  }
  const FoundComponent found = shared_.catalog.find(WEIR_KIND_FORMAT, type->text);
  if (found.component == nullptr) {
    faults.error(type->place, found.fault->code, found.fault->message, found.fault->hint);
    return {};
  }
  auto handle = std::make_shared<weir_format>();
  handle->component = found.component;
  handle->host = shared_.host;
  const std::vector<std::optional<Schema>> no_inputs;
  NodeScope scope(shared_, no_inputs);
  handle->options = OptionReader(scope, faults)
                        .read(found.component->options, found.component->option_count, options,
                              "format '" + type->text + "'", type->place, {"type"});
  if (handle->options == nullptr) return {};
  return {handle.get(), handle};
}

}  // namespace weir
