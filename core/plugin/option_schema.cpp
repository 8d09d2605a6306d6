// JSON Schema of a component's options.
#include <array>
#include <cstdio>
#include <string>

#include "plugin/component_reference.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

std::string number(double value) {
  std::array<char, 40> digits = {};
  std::snprintf(digits.data(), digits.size(), "%.17g", value);
  return digits.data();
}

std::string schema_of(const OptionDescription& option);

std::string properties_of(const std::vector<OptionDescription>& options) {
  std::string properties;
  std::string required;
  for (const OptionDescription& option : options) {
    properties += (properties.empty() ? "" : ",") + json_quoted(option.name) + ":" + schema_of(option);
    if (option.is_required) required += (required.empty() ? "" : ",") + json_quoted(option.name);
  }
  return "\"properties\":{" + properties + "},\"required\":[" + required + "]";
}

std::string bounds_of(const OptionDescription& option) {
  std::string bounds;
  if (option.min) bounds += ",\"minimum\":" + number(*option.min);
  if (option.max) bounds += ",\"maximum\":" + number(*option.max);
  return bounds;
}

std::string list_of(const std::vector<OptionDescription>& options) {
  std::string all;
  for (const OptionDescription& option : options) all += (all.empty() ? "" : ",") + schema_of(option);
  return all;
}

std::string choices_of(const OptionDescription& option) {
  std::string all;
  for (const std::string& choice : option.choices) all += (all.empty() ? "" : ",") + json_quoted(choice);
  return "\"enum\":[" + all + "]";
}

// The shape without what surrounds it. A scalar takes the type that the option asks for, so texts may look
// like numbers or truth values to a YAML reader.
std::string shape_of(const OptionDescription& option) {
  switch (option.kind) {
    case WEIR_OPTION_BOOL:
      return R"("type":"boolean")";
    case WEIR_OPTION_INT:
      return R"("type":"integer")" + bounds_of(option);
    case WEIR_OPTION_FLOAT:
      return R"("type":"number")" + bounds_of(option);
    case WEIR_OPTION_CHOICE:
      return choices_of(option);
    case WEIR_OPTION_DURATION:
      return R"("type":["string","integer"],"pattern":"^[0-9.]+ ?(us|ms|s|m|h|d|w)$")";
    case WEIR_OPTION_BYTES:
      return R"("type":["string","integer"],"pattern":"^[0-9.]+ ?([kKMGT]i?)?B?$")";
    case WEIR_OPTION_FORMAT:
    case WEIR_OPTION_TYPE:
      return R"("type":["string","object"])";
    case WEIR_OPTION_LIST: {
      const std::string item = schema_of(option.children.at(0));
      return "\"anyOf\":[{\"type\":\"array\",\"items\":" + item + "}," + item + "]";
    }
    case WEIR_OPTION_MAP:
      return R"("type":"object","additionalProperties":)" + schema_of(option.children.at(0));
    case WEIR_OPTION_STRUCT:
      return R"("type":"object",)" + properties_of(option.children) + R"(,"additionalProperties":false)";
    case WEIR_OPTION_ONE_OF:
      return "\"anyOf\":[" + list_of(option.children) + "]";
    case WEIR_OPTION_ANY:
      return {};
    default:
      return R"("type":["string","number","boolean"])";
  }
}

bool takes_any_text(uint32_t kind) {
  return kind != WEIR_OPTION_BOOL && kind != WEIR_OPTION_INT && kind != WEIR_OPTION_FLOAT &&
         kind != WEIR_OPTION_CHOICE && kind != WEIR_OPTION_DURATION && kind != WEIR_OPTION_BYTES &&
         kind != WEIR_OPTION_LIST && kind != WEIR_OPTION_MAP && kind != WEIR_OPTION_STRUCT &&
         kind != WEIR_OPTION_ONE_OF;
}

std::string schema_of(const OptionDescription& option) {
  std::string shape = shape_of(option);
  if (!takes_any_text(option.kind))
    shape = "\"anyOf\":[{" + shape + R"(},{"type":"string","pattern":"\\$\\{.+\\}"}])";
  std::string schema = "{" + shape;
  if (!option.doc.empty())
    schema += (shape.empty() ? "\"description\":" : ",\"description\":") + json_quoted(option.doc);
  return schema + "}";
}

}  // namespace

std::string options_json_schema(const ComponentDescription& component) {
  return "{" + properties_of(component.options) + "}";
}

}  // namespace weir
