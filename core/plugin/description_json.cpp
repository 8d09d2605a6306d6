#include "plugin/description_json.hpp"

#include <array>
#include <cstdio>

#include "telemetry/log_line.hpp"

namespace weir {
namespace {

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

}  // namespace weir
