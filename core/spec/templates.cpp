#include "spec/templates.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <weir/did_you_mean.hpp>

#include "spec/keys.hpp"
#include "spec/node_reader.hpp"
#include "spec/reserved_words.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 11> kParamTypes = {
    "any", "text", "name", "bool", "int", "float", "duration", "bytes", "timestamp", "list", "map"};
constexpr std::array<std::string_view, 6> kTemplateKeys = {"params",     "description", "sources",
                                                           "transforms", "sinks",       "output"};
constexpr std::array<std::string_view, 3> kParamKeys = {"type", "default", "description"};

bool is_of_type(const YamlValue& value, std::string_view type, const std::string& what, FaultList& faults) {
  if (type == "text" || type == "name") return to_text(value, what, faults).has_value();
  if (type == "bool") return to_bool(value, what, faults).has_value();
  if (type == "int") return to_int64(value, what, faults).has_value();
  if (type == "float") return to_float64(value, what, faults).has_value();
  if (type == "duration") return to_duration(value, what, faults).has_value();
  if (type == "bytes") return to_bytes(value, what, faults).has_value();
  if (type == "timestamp") return to_timestamp(value, what, faults).has_value();
  if (type == "list") return is_list(value, what, faults);
  if (type == "map") return is_map(value, what, faults);
  return !value.is_faulty;
}

TemplateParam read_param(YamlEntry entry, FaultList& faults) {
  TemplateParam param = {.name = entry.key, .place = entry.key_place, .type = "any", .default_value = {}};
  const std::string what = "parameter '" + entry.key + "'";
  if (!is_node_name(entry.key))
    faults.error(entry.key_place, "bad-name",
                 "'" + entry.key + "' is no name for a parameter: names are [a-z][a-z0-9_]*");
  if (is_reserved_node_word(entry.key))
    faults.error(entry.key_place, "bad-name",
                 "a parameter may not be called '" + entry.key + "': the word means something on every node");
  if (entry.value.is_null() || !is_map(entry.value, what, faults)) return param;
  check_keys(entry.value, what, kParamKeys, faults);
  if (const YamlEntry* type = entry.value.find("type"))
    if (const auto choice = read_choice(type->value, "the type of " + what, kParamTypes, faults))
      param.type = kParamTypes[*choice];
  if (YamlEntry* value = entry.value.find("default")) {
    // A default with variables in it is checked when it is used, and has its value.
    const bool is_checked_later = value->value.is_scalar() && has_reference(value->value.text);
    if (!is_checked_later && !is_of_type(value->value, param.type, "the default of " + what, faults))
      value->value.is_faulty = true;
    param.default_value = std::move(value->value);
  }
  return param;
}

std::shared_ptr<Template> read_template(YamlEntry entry, FaultList& faults) {
  auto read = std::make_shared<Template>();
  read->name = entry.key;
  read->place = entry.key_place;
  const std::string what = "template '" + entry.key + "'";
  if (!is_node_name(entry.key))
    faults.error(entry.key_place, "bad-name",
                 "'" + entry.key + "' is no name for a template: names are [a-z][a-z0-9_]*");
  if (!is_map(entry.value, what, faults)) {
    read->body.is_faulty = true;
    return read;
  }
  check_keys(entry.value, what, kTemplateKeys, faults);
  if (YamlEntry* params = entry.value.find("params");
      params != nullptr && is_map(params->value, "'params' of " + what, faults))
    for (YamlEntry& param : params->value.entries)
      read->params.push_back(read_param(std::move(param), faults));
  if (YamlEntry* output = entry.value.find("output")) read->output = std::move(output->value);
  read->body = std::move(entry.value);
  return read;
}

YamlValue faulty_value(const Place& place) {
  YamlValue value;
  value.place = place;
  value.is_faulty = true;
  return value;
}

// One use of a template.
class Expansion {
 public:
  Expansion(const NodeSpec& node, const Template& declared, const SectionContext& context)
      : node_(node),
        template_(declared),
        context_(context),
        params_(context.variables.below(declared.variables)) {}

  void declare_params() {
    for (const TemplateParam& param : template_.params) declare(param);
    for (const YamlEntry& entry : node_.options.entries)
      if (std::ranges::find(template_.params, entry.key, &TemplateParam::name) == template_.params.end())
        add_unknown(entry);
    for (const auto& [key, place] : engine_keys())
      context_.faults.error(place, "not-on-template",
                            "'" + key + "' cannot be given where a template is used",
                            "write it on a node of the template '" + template_.name + "'");
  }

  // Parameters whose values nobody knows: texts that name them are faulty without a word.
  void declare_unknown_params() {
    for (const TemplateParam& param : template_.params)
      params_->declare_final(param.name, param.place, faulty_value(param.place));
  }

  Scope read_body(TemplateUse& use) {
    Scope scope;
    if (template_.body.is_faulty) {
      scope.names.set_incomplete();
      scope.references_are_known = false;
      return scope;
    }
    YamlValue body = template_.body;
    if (!use.is_rehearsal)
      add_origin(body, "template '" + template_.name + "' is used here", node_.type.place);
    const SectionContext inside = {*params_, *template_.siblings, context_.used_templates, context_.faults};
    read_sections(body, inside, &use, scope);
    return scope;
  }

  // Returns what references to the node mean; broken when it cannot be told.
  NameTarget find_output(Scope& scope) {
    NameTarget broken = {.node = {}, .port = {}, .place = node_.place};
    if (template_.body.is_faulty) return broken;
    if (!template_.output) return last_sink(scope);
    YamlValue output = *template_.output;
    params_->replace_in(output);
    const auto text = to_text(output, "'output' of template '" + template_.name + "'", context_.faults);
    if (!text) return broken;
    const NameTable::Resolution found = scope.names.resolve(*text, output.place);
    return {.node = found.node, .port = found.port, .place = node_.place};
  }

 private:
  // A template of sinks has no output; its errors are those of its last sink.
  NameTarget last_sink(const Scope& scope) const {
    NameTarget target = {.node = {}, .port = {}, .place = node_.place};
    for (const NodeSpec& inner : scope.nodes)
      if (inner.role == Role::kSink) target.node = inner.name;
    return target;
  }

  void declare(const TemplateParam& param) {
    const std::string what = "parameter '" + param.name + "'";
    if (const YamlEntry* given = node_.options.find(param.name)) {
      YamlValue value = given->value;
      if (!is_of_type(value, param.type, what, context_.faults)) value.is_faulty = true;
      const Place place = value.place;
      params_->declare_final(param.name, place, std::move(value));
    } else if (param.default_value) {
      YamlValue value = *param.default_value;
      template_.variables->replace_in(value);
      if (!is_of_type(value, param.type, "the default of " + what, context_.faults)) value.is_faulty = true;
      params_->declare_final(param.name, param.place, std::move(value));
    } else {
      params_->declare_final(param.name, param.place, faulty_value(param.place));
      if (!has_misspelt(param.name))
        context_.faults
            .error(node_.place, "missing-param",
                   "node '" + node_.name + "' gives no '" + param.name + "', which the template '" +
                       template_.name + "' needs",
                   "add '" + param.name + ": ...'")
            .second = FaultNote{"declared here", param.place};
    }
  }

  std::vector<std::string> param_names() const {
    std::vector<std::string> names;
    for (const TemplateParam& param : template_.params) names.push_back(param.name);
    return names;
  }

  // A parameter that is missing because its name is misspelt is told at the misspelt name alone.
  bool has_misspelt(const std::string& name) const {
    return std::ranges::any_of(node_.options.entries, [&](const YamlEntry& entry) {
      return std::ranges::find(template_.params, entry.key, &TemplateParam::name) == template_.params.end() &&
             nearest_word(entry.key, param_names()) == name;
    });
  }

  void add_unknown(const YamlEntry& entry) {
    std::string hint = did_you_mean(entry.key, param_names());
    if (hint.empty() && !template_.params.empty()) hint = "the parameters are " + list_words(param_names());
    if (hint.empty()) hint = "the template has no parameters";
    context_.faults.error(entry.key_place, "unknown-key",
                          "unknown key '" + entry.key + "' in node '" + node_.name + "': the template '" +
                              template_.name + "' has no such parameter",
                          std::move(hint));
  }

  std::vector<std::pair<std::string, Place>> engine_keys() const {
    std::vector<std::pair<std::string, Place>> keys;
    for (const YamlEntry& entry : node_.engine_options) keys.emplace_back(entry.key, entry.key_place);
    if (node_.id) keys.emplace_back("id", node_.id->place);
    if (!node_.labels.empty()) keys.emplace_back("labels", node_.labels.front().place);
    if (node_.event_time) keys.emplace_back("event_time", node_.event_time->place);
    if (node_.parallelism) keys.emplace_back("parallelism", node_.parallelism->place);
    if (node_.buffer) keys.emplace_back("buffer", node_.buffer->place);
    if (node_.on_error) keys.emplace_back("on_error", node_.on_error->place);
    if (node_.max_errors) keys.emplace_back("max_errors", node_.max_errors->place);
    if (node_.retry) keys.emplace_back("retry", node_.retry->place);
    return keys;
  }

  const NodeSpec& node_;
  const Template& template_;
  const SectionContext& context_;
  std::unique_ptr<Variables> params_;
};

bool has_sink(const Scope& scope) {
  return std::ranges::any_of(scope.nodes, [](const NodeSpec& node) { return node.role == Role::kSink; });
}

bool fits_role(const NodeSpec& node, const Template& declared, const TemplateUse& use, const Scope& inner,
               FaultList& faults) {
  const std::string named = "the template '" + declared.name + "'";
  if (node.role != Role::kSink && !declared.output) {
    faults
        .error(node.type.place, "wrong-template",
               named + " has no 'output', so it is no " + role_name(node.role),
               "use it in 'sinks', or give it an 'output'")
        .second = FaultNote{"declared here", declared.place};
    return false;
  }
  if (node.role == Role::kSink && inner.references_are_known && !has_sink(inner)) {
    faults
        .error(node.type.place, "wrong-template", named + " has no sinks, so it is no sink",
               "use it in 'transforms'")
        .second = FaultNote{"declared here", declared.place};
    return false;
  }
  if (node.role == Role::kSource && use.reads_input) {
    faults
        .error(node.type.place, "wrong-template", named + " reads 'input', so it is no source",
               "use it in 'transforms'")
        .second = FaultNote{"declared here", declared.place};
    return false;
  }
  // What could not be read inside may have read it.
  if (node.role != Role::kSource && !use.reads_input && node.inputs_are_known && inner.references_are_known) {
    faults
        .error(node.type.place, "wrong-template",
               named + " does not read 'input', so it has no use for 'inputs'", "use it in 'sources'")
        .second = FaultNote{"declared here", declared.place};
    return false;
  }
  return true;
}

bool is_circle(const NodeSpec& node, const Template& declared, const TemplateUse* use, FaultList& faults) {
  if (use == nullptr || std::ranges::find(use->stack, declared.name) == use->stack.end()) return false;
  faults.error(node.type.place, "template-cycle", "the template '" + declared.name + "' uses itself").second =
      FaultNote{"declared here", declared.place};
  return true;
}

}  // namespace

std::span<const std::string_view> param_types() { return kParamTypes; }

void read_templates(YamlValue value, Variables& variables, Templates& templates, FaultList& faults) {
  if (!is_map(value, "'templates'", faults)) return;
  for (YamlEntry& entry : value.entries) {
    std::shared_ptr<Template> read = read_template(std::move(entry), faults);
    read->variables = &variables;
    read->siblings = &templates;
    templates.insert_or_assign(read->name, std::move(read));
  }
}

void expand_template(const NodeSpec& node, const Template& declared, const SectionContext& context,
                     TemplateUse* outer, Scope& scope) {
  NameTarget target = {.node = {}, .port = {}, .place = node.place};
  const std::string name = node.name;
  TemplateUse use = {.node = node,
                     .stack = outer ? outer->stack : std::vector<std::string>(),
                     .is_rehearsal = outer && outer->is_rehearsal};
  if (is_circle(node, declared, outer, context.faults)) {
    scope.names.set(name, target);
    scope.references_are_known = false;
    return;
  }
  use.stack.push_back(declared.name);
  Expansion expansion(node, declared, context);
  expansion.declare_params();
  Scope inner = expansion.read_body(use);
  const bool fits = declared.body.is_faulty || fits_role(node, declared, use, inner, context.faults);
  if (fits) target = expansion.find_output(inner);
  if (!fits || declared.body.is_faulty) scope.references_are_known = false;
  if (!target.is_broken()) target.node = name + "." + target.node;
  inner.names.report_unknown(context.faults, {"input"});
  take_below(name, std::move(inner), scope);
  scope.names.set(name, target);
}

void rehearse_template(const Template& declared, const SectionContext& context) {
  NodeSpec nobody;
  TemplateUse use = {.node = nobody, .stack = {declared.name}, .is_rehearsal = true};
  Expansion expansion(nobody, declared, context);
  expansion.declare_unknown_params();
  Scope scope = expansion.read_body(use);
  expansion.find_output(scope);
  scope.names.report_unknown(context.faults, {"input"});
}

}  // namespace weir
