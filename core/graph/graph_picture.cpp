#include "graph/graph_picture.hpp"

#include <string_view>

namespace weir {
namespace {

// Names may be words that the picture's language keeps ("end"), so nodes are drawn by number.
std::string id_of(size_t node) { return "n" + std::to_string(node); }

const GraphOutputPort* output_of(const GraphNode& node, std::string_view port) {
  for (const GraphOutputPort& output : node.outputs)
    if (output.name == port) return &output;
  return nullptr;
}

// Ports are named where there is more than one to choose from; the output "out" is what everybody means.
std::string edge_label(const PipelineGraph& graph, const GraphEdge& edge) {
  const GraphNode& from = graph.nodes()[edge.from];
  const bool is_only = from.outputs.size() <= 1 && edge.from_port != "errors" && edge.from_port != "late";
  const bool is_main = is_only || edge.from_port == "out";
  std::string label = is_main ? "" : edge.from_port;
  if (graph.nodes()[edge.to].inputs.size() > 1) label += (label.empty() ? "" : " to ") + edge.to_port;
  return label;
}

// One line for each output whose schema is known.
std::string node_schemas(const GraphNode& node) {
  std::string text;
  for (const GraphOutputPort& output : node.outputs) {
    if (output.schema.empty()) continue;
    text += (text.empty() ? "" : "; ") + (node.outputs.size() > 1 ? output.name + ": " : "") + output.schema;
  }
  return text;
}

std::string mermaid_text(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "#quot;";
        break;
      case '#':
        out += "#35;";
        break;
      case '<':
        out += "#lt;";
        break;
      case '>':
        out += "#gt;";
        break;
      case '\n':
        out += ' ';
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string mermaid_shape(const GraphNode& node) {
  const std::string text = "\"" + mermaid_text(node.name) + "<br/>" + mermaid_text(node.component) + "\"";
  switch (node.role) {
    case GraphRole::kSource:
      return "([" + text + "])";
    case GraphRole::kSink:
      return "[(" + text + ")]";
    default:
      return "[" + text + "]";
  }
}

std::string dot_text(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out + "\"";
}

std::string_view dot_shape(GraphRole role) {
  switch (role) {
    case GraphRole::kSource:
      return "oval";
    case GraphRole::kSink:
      return "cylinder";
    default:
      return "box";
  }
}

std::string dot_node(const GraphNode& node) {
  std::string out = "[shape=" + std::string(dot_shape(node.role)) +
                    ", label=" + dot_text(node.name + "\n" + node.component);
  const std::string schemas = node_schemas(node);
  if (!schemas.empty()) out += ", tooltip=" + dot_text(schemas);
  return out + "]";
}

std::string dot_edge(const PipelineGraph& graph, const GraphEdge& edge) {
  std::string out;
  const auto add = [&out](std::string_view key, const std::string& value) {
    if (value.empty()) return;
    out.append(out.empty() ? " [" : ", ").append(key).append("=").append(dot_text(value));
  };
  const GraphOutputPort* const output = output_of(graph.nodes()[edge.from], edge.from_port);
  add("label", edge_label(graph, edge));
  add("edgetooltip", output == nullptr ? "" : output->schema);
  if (edge.from_port == "errors") add("style", "dashed");
  return out.empty() ? out : out + "]";
}

}  // namespace

std::string to_mermaid(const PipelineGraph& graph) {
  std::string out = "flowchart LR\n";
  for (size_t i = 0; i < graph.nodes().size(); ++i)
    out += "  " + id_of(i) + mermaid_shape(graph.nodes()[i]) + "\n";
  for (const GraphEdge& edge : graph.edges()) {
    const std::string label = edge_label(graph, edge);
    out += "  " + id_of(edge.from) + (edge.from_port == "errors" ? " -.->" : " -->");
    if (!label.empty()) out += "|\"" + mermaid_text(label) + "\"|";
    out += " " + id_of(edge.to) + "\n";
  }
  for (size_t i = 0; i < graph.nodes().size(); ++i) {
    const std::string schemas = node_schemas(graph.nodes()[i]);
    if (!schemas.empty())
      out += "  click " + id_of(i) + " href \"#" + id_of(i) + "\" \"" + mermaid_text(schemas) + "\"\n";
  }
  return out;
}

std::string to_dot(const PipelineGraph& graph) {
  std::string out = "digraph pipeline {\n  rankdir=LR;\n  node [fontname=\"sans-serif\"];\n";
  for (size_t i = 0; i < graph.nodes().size(); ++i)
    out += "  " + id_of(i) + " " + dot_node(graph.nodes()[i]) + ";\n";
  for (const GraphEdge& edge : graph.edges())
    out += "  " + id_of(edge.from) + " -> " + id_of(edge.to) + dot_edge(graph, edge) + ";\n";
  return out + "}\n";
}

}  // namespace weir
