// weir schema [FILE]: the columns of every node of a pipeline; without a file, the language as a JSON Schema.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "cli/language_schema.hpp"
#include "cli/pipeline_flags.hpp"
#include "cli/text_table.hpp"
#include "plan/sensitivity.hpp"
#include "telemetry/log_line.hpp"

namespace weir {
namespace {

struct SchemaFlags {
  PipelineFlags pipeline;
  bool is_json = false;
};

/// The columns of one port.
struct Port {
  std::string name;
  const Schema* columns = nullptr;
};

const char* role_of(const BoundNode& node) {
  switch (node.kind()) {
    case WEIR_KIND_SOURCE:
      return "source";
    case WEIR_KIND_SINK:
      return "sink";
    default:
      return "transform";
  }
}

/// Outputs; of a sink, what it reads.
std::vector<Port> ports_of(const BoundNode& node) {
  const bool is_sink = node.kind() == WEIR_KIND_SINK;
  const std::vector<std::string>& names = is_sink ? node.input_ports : node.output_ports;
  const std::vector<Schema>& schemas = is_sink ? node.inputs : node.outputs;
  std::vector<Port> ports;
  for (size_t i = 0; i < schemas.size(); ++i) ports.push_back({names[i], &schemas[i]});
  return ports;
}

/// What is to be said of a column beside its type.
std::vector<std::string> notes_of(const BoundNode& node, const Schema& columns, size_t column) {
  std::vector<std::string> notes = labels_of(columns[column]);
  if (columns.event_time == static_cast<int>(column)) notes.emplace_back("event time");
  if (node.format && !node.format->inferred.empty()) notes.emplace_back("inferred");
  return notes;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void print_node(const BoundNode& node) {
  std::printf("%s %s: %s\n", role_of(node), node.name.c_str(), node.component_name.c_str());
  const std::vector<Port> ports = ports_of(node);
  for (const Port& port : ports) {
    if (ports.size() > 1) std::printf("  .%s\n", port.name.c_str());
    TextTable table(std::vector(3, TextTable::Align::kLeft));
    for (size_t i = 0; i < port.columns->size(); ++i) {
      const Field& field = (*port.columns)[i];
      table.add({field.name, field.type.to_string(), joined(notes_of(node, *port.columns, i))});
    }
    std::fputs(table.text(ports.size() > 1 ? "    " : "  ").c_str(), stdout);
  }
}

std::string json_of(const BoundNode& node, const Port& port) {
  std::string columns;
  for (size_t i = 0; i < port.columns->size(); ++i) {
    const Field& field = (*port.columns)[i];
    std::string notes;
    for (const std::string& label : labels_of(field))
      notes += (notes.empty() ? "" : ",") + json_quoted(label);
    const bool is_time = port.columns->event_time == static_cast<int>(i);
    const bool is_inferred = node.format && !node.format->inferred.empty();
    columns += (columns.empty() ? "" : ",") + ("{\"name\":" + json_quoted(field.name)) +
               ",\"type\":" + json_quoted(field.type.to_string()) + ",\"labels\":[" + notes + "]" +
               (is_time ? ",\"event_time\":true" : "") + (is_inferred ? ",\"inferred\":true" : "") + "}";
  }
  return "{\"port\":" + json_quoted(port.name) + ",\"columns\":[" + columns + "]}";
}

std::string json_of(const BoundPipeline& pipeline) {
  std::string nodes;
  for (const BoundNode& node : pipeline.nodes) {
    std::string ports;
    for (const Port& port : ports_of(node)) ports += (ports.empty() ? "" : ",") + json_of(node, port);
    const char* const side = node.kind() == WEIR_KIND_SINK ? "inputs" : "outputs";
    nodes += (nodes.empty() ? "\n" : ",\n") + ("{\"node\":" + json_quoted(node.name)) + ",\"role\":\"" +
             role_of(node) + "\",\"component\":" + json_quoted(node.component_name) + ",\"" + side + "\":[" +
             ports + "]}";
  }
  return "{\"nodes\":[" + nodes + "]}\n";
}

ExitCode show_schema(const SchemaFlags& flags, const CommonFlags& common) {
  Session session(common);
  if (flags.pipeline.file.empty()) {
    std::fputs(language_schema(session.catalog()).c_str(), stdout);
    return ExitCode::kDone;
  }
  const auto pipeline = load_and_bind(flags.pipeline, session);
  if (!pipeline.is_ok()) {
    std::fprintf(stderr, "weir schema: %s\n", std::string(pipeline.status().message()).c_str());
    return ExitCode::kUsage;
  }
  if (!pipeline->faults.empty()) print_faults(pipeline->faults);
  if (flags.is_json) {
    std::fputs(json_of(pipeline->bound.pipeline).c_str(), stdout);
  } else {
    for (const BoundNode& node : pipeline->bound.pipeline.nodes) print_node(node);
  }
  return pipeline->is_ok() ? ExitCode::kDone : ExitCode::kInvalid;
}

}  // namespace

void add_schema_verb(CLI::App& app, Chosen& chosen) {
  CLI::App* const verb =
      app.add_subcommand("schema", "Show the columns of every node, or the language as a JSON Schema");
  const auto flags = std::make_shared<SchemaFlags>();
  verb->add_option("FILE", flags->pipeline.file,
                   "The pipeline's YAML file; without one, the JSON Schema of such files is printed");
  add_variable_flags(*verb, flags->pipeline);
  verb->add_flag("--json", flags->is_json, "Print the columns as JSON");
  verb->callback(
      [flags, &chosen] { chosen.run = [flags, &chosen] { return show_schema(*flags, chosen.common); }; });
}

}  // namespace weir
