#include "plan/column_expressions.hpp"

#include <algorithm>
#include <span>
#include <weir/text.hpp>

namespace weir {
namespace {

/// The text of `name` in a map option, or null.
const std::string* text_of(const YamlValue& options, std::string_view option, const std::string& name) {
  const YamlEntry* const map = options.is_map() ? options.find(option) : nullptr;
  const YamlEntry* const entry = map != nullptr && map->value.is_map() ? map->value.find(name) : nullptr;
  return entry != nullptr && entry->value.is_scalar() && !entry->value.is_secret ? &entry->value.text
                                                                                 : nullptr;
}

const weir_output_column* output_column(const BoundNode& node, std::string_view port, std::string_view name) {
  const auto index =
      static_cast<size_t>(std::ranges::find(node.output_ports, port) - node.output_ports.begin());
  if (node.binding == nullptr || index >= node.binding->output_count) return nullptr;
  const weir_output_port& output = node.binding->outputs[index];
  for (uint32_t i = 0; i < output.column_count; ++i)
    if (as_view(output.columns[i].field.name) == name) return &output.columns[i];
  return nullptr;
}

/// The only output that an input port reads, or null.
const Read* only_read(const DeclaredPipeline& declared, size_t node, uint32_t port) {
  const auto reads = declared.reads.find(node);
  if (reads == declared.reads.end()) return nullptr;
  const auto is_of_port = [port](const Read& read) { return read.to_port == port; };
  if (std::ranges::count_if(reads->second, is_of_port) != 1) return nullptr;
  return &*std::ranges::find_if(reads->second, is_of_port);
}

/// What is told of a column called `name` that no text of `node` made.
std::string maker_of(const NodeSpec& node, const std::string& name, bool is_renamed) {
  if (node.role == Role::kSource) return is_renamed ? name : std::string();
  return (is_renamed ? name + " of " : std::string()) + node.type.value + " in node '" + node.name + "'";
}

}  // namespace

std::string column_expression(const DeclaredPipeline& declared, const BoundPipeline& bound, size_t node,
                              std::string port, std::string_view column) {
  std::string name(column);
  for (;;) {
    const Declared& at = declared.nodes[node];
    const BoundNode& made = bound.nodes[*at.bound];
    const weir_output_column* const output = output_column(made, port, name);
    const bool is_passed_on =
        output != nullptr && output->derivation == WEIR_DERIVED_SAME && output->from_count == 1;
    if (!is_passed_on) {
      for (const char* const option : {"compute", "set"})
        if (const std::string* const text = text_of(at.spec->options, option, name)) return *text;
      return maker_of(*at.spec, name, name != column);
    }
    const weir_column_id& from = output->from[0];
    name = made.inputs[from.port][from.column].name;
    const Read* const read = only_read(declared, node, from.port);
    if (read == nullptr) return name == column ? std::string() : name;
    node = read->from;
    port = read->from_port;
  }
}

}  // namespace weir
