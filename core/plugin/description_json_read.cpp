// Reads descriptions. A member that is absent has its empty value; one of another type throws.
#include <simdjson.h>

#include "plugin/description_json.hpp"

namespace weir {
namespace {

using simdjson::dom::element;

std::string text_of(element from, const char* name) {
  std::string_view text;
  const simdjson::simdjson_result<element> member = from[name];
  if (member.error() == simdjson::NO_SUCH_FIELD) return {};
  text = member.get_string();
  return std::string(text);
}

uint64_t number_of(element from, const char* name) {
  const simdjson::simdjson_result<element> member = from[name];
  return member.error() == simdjson::NO_SUCH_FIELD ? 0 : static_cast<uint64_t>(member.get_uint64());
}

std::optional<double> bound_of(element from, const char* name) {
  const simdjson::simdjson_result<element> member = from[name];
  if (member.error() == simdjson::NO_SUCH_FIELD) return std::nullopt;
  return static_cast<double>(member.get_double());
}

template <class Item, class Read>
std::vector<Item> array_of(element from, const char* name, Read read) {
  std::vector<Item> items;
  const simdjson::simdjson_result<element> member = from[name];
  if (member.error() == simdjson::NO_SUCH_FIELD) return items;
  for (const element one : simdjson::dom::array(member.get_array())) items.push_back(read(one));
  return items;
}

std::string read_text(element from) { return std::string(std::string_view(from.get_string())); }

OptionDescription read_option(element from) {
  OptionDescription to;
  to.name = text_of(from, "name");
  to.kind = static_cast<uint32_t>(number_of(from, "kind"));
  to.is_required = number_of(from, "required") != 0;
  to.port = static_cast<uint32_t>(number_of(from, "port"));
  to.type = static_cast<uint32_t>(number_of(from, "type"));
  to.doc = text_of(from, "doc");
  to.default_text = text_of(from, "default");
  to.example = text_of(from, "example");
  to.min = bound_of(from, "min");
  to.max = bound_of(from, "max");
  to.choices = array_of<std::string>(from, "choices", read_text);
  to.children = array_of<OptionDescription>(from, "children", read_option);
  return to;
}

PortDescription read_port(element from) {
  return {text_of(from, "name"), text_of(from, "doc"), static_cast<uint32_t>(number_of(from, "flags"))};
}

ComponentDescription read_component(element from) {
  ComponentDescription to;
  to.kind = static_cast<uint32_t>(number_of(from, "kind"));
  to.name = text_of(from, "name");
  to.summary = text_of(from, "summary");
  to.description = text_of(from, "description");
  to.example = text_of(from, "example");
  to.traits = number_of(from, "traits");
  to.can_decode = number_of(from, "can_decode") != 0;
  to.can_encode = number_of(from, "can_encode") != 0;
  to.options = array_of<OptionDescription>(from, "options", read_option);
  to.inputs = array_of<PortDescription>(from, "inputs", read_port);
  to.outputs = array_of<PortDescription>(from, "outputs", read_port);
  return to;
}

}  // namespace

Result<LibraryDescription> description_from_json(std::string_view json) {
  // simdjson's checked access throws; nothing of it leaves this function.
  try {
    simdjson::dom::parser parser;
    const element root = parser.parse(simdjson::padded_string(json));
    LibraryDescription to;
    to.name = text_of(root, "library");
    to.version = text_of(root, "version");
    to.components = array_of<ComponentDescription>(root, "components", read_component);
    if (to.name.empty()) return Status::corrupt("this is no description of a plugin library");
    return to;
  } catch (const simdjson::simdjson_error& error) {
    return Status::corrupt("this is no description of a plugin library: " + std::string(error.what()));
  }
}

}  // namespace weir
