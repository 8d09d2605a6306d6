#include "expr/function_registry.hpp"

#include <algorithm>

#include "expr/functions/builtin.hpp"

namespace weir::expr {

FunctionRegistry FunctionRegistry::builtin() {
  FunctionRegistry registry;
  add_builtin_functions(registry);
  return registry;
}

namespace {

std::string param_name(uint8_t param) {
  switch (param) {
    case kAnyParam:
    case kShownParam:
      return "any";
    case kNumberParam:
      return "number";
    case kDecimalParam:
      return "decimal";
    default:
      return type_name(simple(param));
  }
}

std::string signature_of(const Overload& overload) {
  std::string out = "(";
  for (size_t i = 0; i < overload.params.size(); ++i) {
    const bool is_optional = i + overload.optional_count >= overload.params.size();
    out += is_optional ? "[" : "";
    out += i == 0 ? "" : ", ";
    out += param_name(overload.params[i]);
  }
  out += overload.is_variadic ? ", ..." : "";
  return out + std::string(overload.optional_count, ']') + ")";
}

}  // namespace

Status FunctionRegistry::add(Function function) {
  if (function.signature.empty())
    for (const Overload& overload : function.overloads)
      function.signature += (function.signature.empty() ? "" : " or ") + signature_of(overload);
  std::string name = function.name;
  if (functions_.contains(name)) return {Code::kExists, "there is already a function '" + name + "'"};
  functions_.emplace(std::move(name), std::make_shared<const Function>(std::move(function)));
  return {};
}

Status FunctionRegistry::add_plugin(const weir_component& component) {
  if (component.kind != WEIR_KIND_FUNCTION || component.function == nullptr)
    return Status::invalid("component '" + std::string(component.name.data, component.name.size) +
                           "' is no function");
  Function function;
  function.name.assign(component.name.data, component.name.size);
  function.theme = "plugins";
  if (component.summary.size > 0) function.doc.assign(component.summary.data, component.summary.size);
  function.is_deterministic = component.function->is_deterministic != 0;
  function.plugin = component.function;
  std::string_view lines(component.example.data, component.example.size);
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    if (end > 0) function.examples.emplace_back(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
  }
  return add(std::move(function));
}

Status FunctionRegistry::add_alias(const std::string& alias, const std::string& name) {
  const auto found = functions_.find(name);
  if (found == functions_.end()) return Status::not_found("there is no function '" + name + "'");
  if (!functions_.emplace(alias, found->second).second)
    return {Code::kExists, "there is already a function '" + alias + "'"};
  return {};
}

void FunctionRegistry::refuse(const std::string& name, RefusedFunction why) {
  refused_.insert_or_assign(name, std::move(why));
}

const RefusedFunction* FunctionRegistry::refusal_of(std::string_view name) const {
  const auto found = refused_.find(name);
  return found == refused_.end() ? nullptr : &found->second;
}

const Function* FunctionRegistry::find(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second.get();
}

std::vector<std::string> FunctionRegistry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
}

std::vector<const Function*> FunctionRegistry::functions() const {
  std::vector<const Function*> out;
  for (const auto& [name, function] : functions_)
    if (name == function->name) out.push_back(function.get());
  return out;
}

std::vector<std::string> FunctionRegistry::aliases_of(std::string_view name) const {
  std::vector<std::string> out;
  for (const auto& [alias, function] : functions_)
    if (function->name == name && alias != name) out.push_back(alias);
  return out;
}

}  // namespace weir::expr
