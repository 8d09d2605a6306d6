#include "plugin/component_description.hpp"

#include <cmath>

#include <weir/text.hpp>

namespace weir {
namespace {

std::string copy(weir_str text) { return std::string(as_view(text)); }

OptionDescription describe_option(const weir_option& from) {
  OptionDescription to;
  to.name = copy(from.name);
  to.kind = from.kind;
  to.is_required = (from.flags & WEIR_OPTION_REQUIRED) != 0;
  to.port = from.port;
  to.type = from.type;
  to.doc = copy(from.doc);
  to.default_text = copy(from.default_text);
  to.example = copy(from.example);
  const bool is_bounded = from.min < from.max || from.min > 0 || from.max < 0;
  if (is_bounded && std::isfinite(from.min)) to.min = from.min;
  if (is_bounded && std::isfinite(from.max)) to.max = from.max;
  for (uint32_t i = 0; i < from.choice_count; ++i) to.choices.push_back(copy(from.choices[i]));
  for (uint32_t i = 0; i < from.child_count; ++i) to.children.push_back(describe_option(from.children[i]));
  return to;
}

std::vector<PortDescription> describe_ports(const weir_port* ports, uint32_t count) {
  std::vector<PortDescription> all;
  for (uint32_t i = 0; i < count; ++i)
    all.push_back({copy(ports[i].name), copy(ports[i].doc), ports[i].flags});
  return all;
}

}  // namespace

ComponentDescription describe_component(const weir_component& component) {
  ComponentDescription to;
  to.kind = component.kind;
  to.name = copy(component.name);
  to.summary = copy(component.summary);
  to.description = copy(component.description);
  to.example = copy(component.example);
  to.traits = component.traits;
  to.can_decode = component.decoder != nullptr;
  to.can_encode = component.encoder != nullptr;
  for (uint32_t i = 0; i < component.option_count; ++i)
    to.options.push_back(describe_option(component.options[i]));
  to.inputs = describe_ports(component.inputs, component.input_count);
  to.outputs = describe_ports(component.outputs, component.output_count);
  return to;
}

LibraryDescription describe_components(const weir_library& library) {
  LibraryDescription to{copy(library.name), copy(library.version), {}};
  for (uint32_t i = 0; i < library.component_count; ++i)
    to.components.push_back(describe_component(*library.components[i]));
  return to;
}

}  // namespace weir
