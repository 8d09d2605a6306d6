#include "plan/node_scope.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>
#include <utility>
#include <weir/did_you_mean.hpp>
#include <weir/text.hpp>

#include "expr/abi_calls.hpp"

namespace weir {
namespace {

constexpr std::string_view kQuestion = "did you mean '";

/// Returns the word that a hint proposes, or nothing.
std::string proposed_word(const std::string& hint) {
  if (!hint.starts_with(kQuestion) || hint.find("' or '") != std::string::npos) return {};
  return hint.substr(kQuestion.size(), hint.find('\'', kQuestion.size()) - kQuestion.size());
}

/// Whether a comma of YAML stands behind the value, which then may have been meant to go on.
bool ends_at_comma(const YamlValue& text) {
  if (text.style != YamlValue::Style::kPlain || !text.text_offset) return false;
  const std::string_view source = text.place.source->text();
  return source.substr(std::min(source.size(), *text.text_offset + text.text.size())).starts_with(',');
}

void add_expression_faults(const expr::ExprFaults& found, const YamlValue& text, FaultList& faults) {
  for (const expr::ExprFault& fault : found) {
    const bool is_cut = fault.hint.empty() && fault.message == "expected ')', found the end";
    faults.error(
        place_in(text, fault.offset, fault.length), fault.code, fault.message,
        is_cut && ends_at_comma(text) ? "inside {...} a comma ends a value: put it in quotes" : fault.hint);
  }
}

/// Returns the text with each misspelt name as it was meant, or nothing where something else is wrong too:
/// what reads the node can then be checked as well.
std::optional<std::string> as_meant(const std::string& text, const expr::ExprFaults& found) {
  std::vector<std::pair<size_t, const expr::ExprFault*>> places;
  for (const expr::ExprFault& fault : found) places.emplace_back(fault.offset, &fault);
  std::ranges::sort(places, std::greater<>());
  std::string meant = text;
  for (const auto& [offset, fault] : places) {
    const std::string word = proposed_word(fault->hint);
    if (word.empty() || offset + fault->length > meant.size()) return std::nullopt;
    meant.replace(offset, fault->length, word);
  }
  return meant;
}

/// Returns the entry that is one letter off `type`, having told so, or null.
const YamlEntry* misspelt_type(const YamlValue& format, FaultList& faults) {
  const auto found = std::ranges::find_if(
      format.entries, [](const YamlEntry& entry) { return edit_distance(entry.key, "type") == 1; });
  if (found == format.entries.end()) return nullptr;
  faults.error(found->key_place, "unknown-key", "unknown key '" + found->key + "' in a format",
               "did you mean 'type'?");
  return &*found;
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

// Where the columns are not known, only what is wrong without them is told.
void NodeScope::check_without_columns(const YamlValue& text, bool is_aggregate, FaultList& faults) {
  const Schema none;
  expr::ExprFaults found =
      is_aggregate ? expr::compile_aggregate(text.text, none, shared_.functions, shared_.aggregates).faults
                   : expr::compile(text.text, none, shared_.functions, &shared_.aggregates).faults;
  std::erase_if(found, [](const expr::ExprFault& fault) {
    static constexpr std::array<std::string_view, 6> kOfNames = {"syntax",
                                                                 "unknown-function",
                                                                 "unknown-aggregate",
                                                                 "ambiguous-function",
                                                                 "ambiguous-component",
                                                                 "unusable-library"};
    return std::ranges::find(kOfNames, fault.code) == kOfNames.end();
  });
  add_expression_faults(found, text, faults);
}

OptionScope::Compiled NodeScope::expression(const YamlValue& text, uint32_t port, weir_type wanted,
                                            FaultList& faults) {
  const Schema* const schema = input(port);
  if (schema == nullptr) {
    check_without_columns(text, false, faults);
    return {};
  }
  const auto compile = [&](const std::string& source) {
    return wanted == WEIR_BOOL
               ? expr::compile_condition(source, *schema, shared_.functions, &shared_.aggregates)
               : expr::compile(source, *schema, shared_.functions, &shared_.aggregates);
  };
  auto compiled = compile(text.text);
  if (!compiled.is_ok()) {
    add_expression_faults(compiled.faults, text, faults);
    const auto meant = as_meant(text.text, compiled.faults);
    if (!meant) return {};
    compiled = compile(*meant);
    if (!compiled.is_ok()) return {};
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
  if (schema == nullptr) {
    check_without_columns(text, true, faults);
    return {};
  }
  auto compiled = expr::compile_aggregate(text.text, *schema, shared_.functions, shared_.aggregates);
  if (!compiled.is_ok()) {
    add_expression_faults(compiled.faults, text, faults);
    const auto meant = as_meant(text.text, compiled.faults);
    if (!meant) return {};
    compiled = expr::compile_aggregate(*meant, *schema, shared_.functions, shared_.aggregates);
    if (!compiled.is_ok()) return {};
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
    const YamlEntry* entry = value.find("type");
    if (entry == nullptr) entry = misspelt_type(value, faults);
    if (entry == nullptr) {
      faults.error(value.place, "missing-type", "a format needs a type", "for example {type: csv}");
      return {};
    }
    type = &entry->value;
    for (const YamlEntry& other : value.entries) {
      if (&other != entry) options.entries.push_back(other);
    }
  }
  if (type->is_faulty) return {};
  if (!type->is_scalar()) {
    add_wrong_type(*type, "a format's type", "the name of a format", faults);
    return {};
  }
  const FoundComponent found = shared_.catalog.find(WEIR_KIND_FORMAT, type->text);
  if (found.component == nullptr) {
    std::string hint = found.fault->hint;
    if (hint.empty() && found.fault->code == "unknown-component")
      hint = "the formats are " + list_words(shared_.catalog.names(WEIR_KIND_FORMAT), 20);
    faults.error(type->place, found.fault->code, found.fault->message, std::move(hint));
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
