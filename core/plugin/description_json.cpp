#include "plugin/description_json.hpp"

#include <simdjson.h>

#include <array>
#include <cstdio>

#include "telemetry/log_line.hpp"

namespace weir {
namespace {

// ---- Writing ----------------------------------------------------------------------------------------

class ObjectWriter {
 public:
  explicit ObjectWriter(std::string& out) : out_(out) { out_ += '{'; }
  ~ObjectWriter() { out_ += '}'; }
  ObjectWriter(const ObjectWriter&) = delete;
  ObjectWriter& operator=(const ObjectWriter&) = delete;

  std::string& key(std::string_view name) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    out_ += json_quoted(name);
    out_ += ':';
    return out_;
  }
  void text(std::string_view name, const std::string& value) {
    if (!value.empty()) key(name) += json_quoted(value);
  }
  void number(std::string_view name, uint64_t value) {
    if (value != 0) key(name) += std::to_string(value);
  }
  void number(std::string_view name, const std::optional<double>& value) {
    if (!value) return;
    std::array<char, 40> digits = {};
    std::snprintf(digits.data(), digits.size(), "%.17g", *value);
    key(name) += digits.data();
  }

 private:
  std::string& out_;
  bool is_first_ = true;
};

template <class Items, class Write>
void write_array(std::string& out, const Items& items, Write write) {
  out += '[';
  for (size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += ',';
    write(items[i], out);
  }
  out += ']';
}

void write_option(const OptionDescription& option, std::string& out) {
  ObjectWriter object(out);
  object.text("name", option.name);
  object.number("kind", option.kind);
  object.number("required", option.is_required ? 1 : 0);
  object.number("port", option.port);
  object.number("type", option.type);
  object.text("doc", option.doc);
  object.text("default", option.default_text);
  object.text("example", option.example);
  object.number("min", option.min);
  object.number("max", option.max);
  if (!option.choices.empty())
    write_array(object.key("choices"), option.choices,
                [](const std::string& choice, std::string& to) { to += json_quoted(choice); });
  if (!option.children.empty()) write_array(object.key("children"), option.children, write_option);
}

void write_port(const PortDescription& port, std::string& out) {
  ObjectWriter object(out);
  object.text("name", port.name);
  object.text("doc", port.doc);
  object.number("flags", port.flags);
}

void write_component(const ComponentDescription& component, std::string& out) {
  ObjectWriter object(out);
  object.number("kind", component.kind);
  object.text("name", component.name);
  object.text("summary", component.summary);
  object.text("description", component.description);
  object.text("example", component.example);
  object.number("traits", component.traits);
  object.number("can_decode", component.can_decode ? 1 : 0);
  object.number("can_encode", component.can_encode ? 1 : 0);
  write_array(object.key("options"), component.options, write_option);
  write_array(object.key("inputs"), component.inputs, write_port);
  write_array(object.key("outputs"), component.outputs, write_port);
}

// ---- Reading: a member that is absent has its empty value, one of another type throws ----------------

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

std::string description_to_json(const LibraryDescription& description) {
  std::string out;
  {
    ObjectWriter object(out);
    object.text("library", description.name);
    object.text("version", description.version);
    write_array(object.key("components"), description.components, write_component);
  }
  return out;
}

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
