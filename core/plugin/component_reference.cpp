#include "plugin/component_reference.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

#include "plugin/component_kind.hpp"
#include "plugin/option_words.hpp"

namespace weir {
namespace {

// One line of the table of options; those inside others carry a longer name: `columns[].name`.
struct OptionLine {
  std::string name;
  const OptionDescription* option;
};

// The described fields that lie inside an option: struct members, directly or as items of a list or map.
void add_lines(const std::string& prefix, const OptionDescription& option, std::vector<OptionLine>& lines) {
  switch (option.kind) {
    case WEIR_OPTION_STRUCT:
      for (const OptionDescription& child : option.children) {
        lines.push_back({prefix + "." + child.name, &child});
        add_lines(prefix + "." + child.name, child, lines);
      }
      break;
    case WEIR_OPTION_LIST:
      add_lines(prefix + "[]", option.children.at(0), lines);
      break;
    case WEIR_OPTION_MAP:
      add_lines(prefix + ".<name>", option.children.at(0), lines);
      break;
    case WEIR_OPTION_ONE_OF:
      for (const OptionDescription& child : option.children) add_lines(prefix, child, lines);
      break;
    default:
      break;
  }
}

std::vector<OptionLine> option_lines(const ComponentDescription& component) {
  std::vector<OptionLine> lines;
  for (const OptionDescription& option : component.options) {
    lines.push_back({option.name, &option});
    add_lines(option.name, option, lines);
  }
  return lines;
}

// Inside a table a bar would end the cell and a newline the row.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c == '\n' ? ' ' : c;
  }
  return out;
}

std::string code(std::string_view text) { return text.empty() ? std::string() : "`" + cell(text) + "`"; }

std::string with_range(const OptionDescription& option) {
  const std::string range = option_range_words(option);
  return option_kind_words(option) + (range.empty() ? "" : ", " + range);
}

std::string meaning(const OptionDescription& option) {
  std::string text = cell(option.doc);
  if (!option.example.empty()) text += (text.empty() ? "Example: " : " Example: ") + code(option.example);
  return text;
}

std::string markdown_options(const ComponentDescription& component) {
  const bool is_called = component.kind == WEIR_KIND_FUNCTION || component.kind == WEIR_KIND_AGGREGATE;
  if (component.options.empty()) return is_called ? "" : "It has no options.\n\n";
  std::string out = "| option | what it takes | default | meaning |\n|---|---|---|---|\n";
  for (const OptionLine& line : option_lines(component)) {
    const std::string standard = line.option->is_required ? "**required**" : code(line.option->default_text);
    out += "| `" + line.name + "` | " + cell(with_range(*line.option)) + " | " + standard + " | " +
           meaning(*line.option) + " |\n";
  }
  return out + "\n";
}

std::string port_note(const PortDescription& port) {
  if ((port.flags & WEIR_PORT_ANY_NUMBER) != 0) return " (any number, named in the YAML)";
  if ((port.flags & WEIR_PORT_FROM_OPTIONS) != 0) return " (one for each entry of the option)";
  if ((port.flags & WEIR_PORT_OPTIONAL) != 0) return " (may be left out)";
  return {};
}

bool is_node(const ComponentDescription& component) {
  return component.kind == WEIR_KIND_SOURCE || component.kind == WEIR_KIND_TRANSFORM ||
         component.kind == WEIR_KIND_SINK;
}

std::string markdown_ports(std::string_view title, const std::vector<PortDescription>& ports) {
  std::string out;
  for (const PortDescription& port : ports)
    out += "- " + std::string(title) + " `" + port.name + "`" + port_note(port) +
           (port.doc.empty() ? "" : ": " + port.doc) + "\n";
  return out;
}

std::string paragraph(const std::string& text) { return text.empty() ? text : text + "\n\n"; }

// Begins each line of `text` with `indent`.
std::string indented(std::string_view text, std::string_view indent) {
  std::string out;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    out.append(indent).append(text.substr(0, end)).append("\n");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string padded(std::string text, size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text;
}

std::string text_options(const ComponentDescription& component) {
  std::string out;
  const std::vector<OptionLine> lines = option_lines(component);
  size_t width = 0;
  for (const OptionLine& line : lines) width = std::max(width, line.name.size());
  for (const OptionLine& line : lines) {
    const OptionDescription& option = *line.option;
    out += "  " + padded(line.name, width) + "  " + with_range(option);
    if (option.is_required) out += ", required";
    if (!option.default_text.empty()) out += ", default " + option.default_text;
    out += "\n" + indented(option.doc, std::string(width + 4, ' '));
    if (!option.example.empty()) out += indented("example: " + option.example, std::string(width + 4, ' '));
  }
  return out;
}

std::string text_ports(std::string_view title, const std::vector<PortDescription>& ports) {
  std::string out;
  for (const PortDescription& port : ports)
    out += "  " + std::string(title) + " " + port.name + port_note(port) +
           (port.doc.empty() ? "" : ": " + port.doc) + "\n";
  return out;
}

}  // namespace

std::string component_markdown(const ComponentDescription& component) {
  std::string out = "## " + component.name + " (" + std::string(kind_name(component.kind)) + ")\n\n";
  out += paragraph(component.summary) + paragraph(component.description) + markdown_options(component);
  std::string facts = markdown_ports("input", component.inputs) + markdown_ports("output", component.outputs);
  if (is_node(component)) facts += "- output `errors`: rows that it could not use\n";
  for (const std::string& sentence : trait_sentences(component)) facts += "- " + sentence + "\n";
  if (!facts.empty()) out += facts + "\n";
  if (!component.example.empty()) {
    const bool is_yaml = is_node(component) || component.kind == WEIR_KIND_FORMAT;
    out += (is_yaml ? "```yaml\n" : "```\n") + indented(component.example, "") + "```\n";
  }
  return out;
}

std::string component_text(const ComponentDescription& component) {
  std::string out =
      component.name + ", " + kind_with_article(component.kind) + "\n" + component.summary + "\n";
  if (!component.description.empty()) out += "\n" + indented(component.description, "");
  if (!component.options.empty()) out += "\nOptions\n" + text_options(component);
  if (is_node(component))
    out += "\nPorts\n" + text_ports("input", component.inputs) + text_ports("output", component.outputs) +
           "  output errors: rows that it could not use\n";
  const std::vector<std::string> traits = trait_sentences(component);
  if (!traits.empty()) out += "\nTo know\n";
  for (const std::string& sentence : traits) out += "  " + sentence + "\n";
  if (!component.example.empty()) out += "\nExample\n" + indented(component.example, "  ");
  return out;
}

}  // namespace weir
