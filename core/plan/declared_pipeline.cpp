#include "plan/declared_pipeline.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <weir/did_you_mean.hpp>
#include <weir/text.hpp>

namespace weir {
namespace {

weir_kind kind_of(Role role) {
  switch (role) {
    case Role::kSource:
      return WEIR_KIND_SOURCE;
    case Role::kSink:
      return WEIR_KIND_SINK;
    default:
      return WEIR_KIND_TRANSFORM;
  }
}

/// Finds the components of all nodes, then which output each input reads.
class Declarer {
 public:
  Declarer(const PipelineSpec& spec, ComponentCatalog& catalog, FaultList& faults)
      : spec_(spec), catalog_(catalog), faults_(faults), nodes_(made_.nodes), reads_(made_.reads) {}

  DeclaredPipeline declare() {
    find_components();
    find_reads();
    return std::move(made_);
  }

 private:
  void find_components() {
    for (const NodeSpec& spec : spec_.nodes) {
      Declared node;
      node.spec = &spec;
      if (!spec.type.value.empty()) {
        const FoundComponent found = catalog_.find(kind_of(spec.role), spec.type.value);
        node.component = found.component;
        if (found.fault) report_component(spec, *found.fault);
      }
      if (node.component != nullptr) name_ports(node);
      nodes_.push_back(std::move(node));
    }
  }

  // A template is used like a component, so its name may be what was meant.
  void report_component(const NodeSpec& spec, const CatalogFault& fault) {
    std::string hint = fault.hint;
    if (fault.code == "unknown-component") {
      std::vector<std::string> names = catalog_.names(kind_of(spec.role));
      for (const Given<std::string>& declared : spec_.templates) names.push_back(declared.value);
      hint = did_you_mean(spec.type.value, names);
      if (hint.empty()) hint = std::string("the ") + role_name(spec.role) + "s are " + list_words(names, 20);
    }
    faults_.forgive_below(spec.name);
    faults_.error(spec.type.place, fault.code, fault.message, std::move(hint));
  }

  /// Returns an option of a node, also under a name one letter off, or null.
  static const YamlEntry* option_meant(const Declared& node, const std::string& name) {
    const YamlValue& options = node.spec->options;
    if (const YamlEntry* const entry = options.find(name)) return entry;
    const auto near = std::ranges::find_if(
        options.entries, [&](const YamlEntry& entry) { return edit_distance(entry.key, name) == 1; });
    return near == options.entries.end() ? nullptr : &*near;
  }

  /// What an input is called of a component that takes any number, when the YAML does not name it.
  static std::string port_named_after(const InputRef& ref) {
    std::string name = ref.port.empty() ? ref.node : ref.node + "_" + ref.port;
    std::ranges::replace(name, '.', '_');
    return name;
  }

  /// Two nodes of a list must not become one input without a word.
  void check_only_one(const NodeSpec& spec, const InputSpec& input, const InputRef& ref) {
    const std::string name = port_named_after(ref);
    const auto first = std::ranges::find(input.refs, name, port_named_after);
    if (first->node == ref.node && first->port == ref.port) return;
    Fault& fault = faults_.error(ref.place, "same-input-name",
                                 "two inputs of '" + spec.name + "' would be called '" + name + "'",
                                 "name them: inputs: {first: ..., second: ...}");
    fault.second = FaultNote{"the other one", first->place};
  }

  void name_ports(Declared& node) {
    const weir_component& component = *node.component;
    for (uint32_t i = 0; i < component.input_count; ++i) {
      if ((component.inputs[i].flags & WEIR_PORT_ANY_NUMBER) == 0) {
        node.inputs.emplace_back(as_view(component.inputs[i].name));
        continue;
      }
      for (const InputSpec& input : node.spec->inputs) {
        for (const InputRef& ref : input.refs) {
          const std::string name = input.port.empty() ? port_named_after(ref) : input.port;
          if (input.port.empty()) check_only_one(*node.spec, input, ref);
          if (std::ranges::find(node.inputs, name) == node.inputs.end()) node.inputs.push_back(name);
        }
      }
    }
    for (uint32_t i = 0; i < component.output_count; ++i) {
      const std::string name(as_view(component.outputs[i].name));
      if ((component.outputs[i].flags & WEIR_PORT_FROM_OPTIONS) == 0) {
        node.outputs.push_back(name);
        continue;
      }
      const YamlEntry* const option = option_meant(node, name);
      if (option == nullptr || !option->value.is_map() || option->value.is_faulty) {
        node.outputs_are_known = false;
        continue;
      }
      for (const YamlEntry& entry : option->value.entries) node.outputs.push_back(entry.key);
    }
    node.schemas.resize(node.outputs.size());
  }

  void find_reads() {
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].component == nullptr) continue;
      for (const InputSpec& input : nodes_[i].spec->inputs) {
        const std::optional<uint32_t> port = input_port(nodes_[i], input);
        if (!port) continue;
        for (const InputRef& ref : input.refs)
          add_read(i, input.port.empty() ? port_of(nodes_[i], ref) : *port, ref);
      }
    }
  }

  /// The port that reads `ref` when the YAML names none: the only one, or of any number the one named after
  /// it.
  static uint32_t port_of(const Declared& node, const InputRef& ref) {
    if ((node.component->inputs[0].flags & WEIR_PORT_ANY_NUMBER) == 0) return 0;
    const auto named = std::ranges::find(node.inputs, port_named_after(ref));
    return named == node.inputs.end() ? 0 : static_cast<uint32_t>(named - node.inputs.begin());
  }

  std::optional<uint32_t> input_port(const Declared& node, const InputSpec& input) {
    if (node.inputs.empty()) return std::nullopt;
    if (input.port.empty()) return 0;
    const auto found = std::ranges::find(node.inputs, input.port);
    if (found != node.inputs.end()) return static_cast<uint32_t>(found - node.inputs.begin());
    faults_.error(input.place, "unknown-port",
                  "node '" + node.spec->name + "' has no input '" + input.port + "'; its inputs are " +
                      list_words(node.inputs),
                  did_you_mean(input.port, node.inputs));
    return std::nullopt;
  }

  void add_read(size_t to, uint32_t to_port, const InputRef& ref) {
    const NodeSpec* const from = spec_.find_node(ref.node);
    const auto index = static_cast<size_t>(from - spec_.nodes.data());
    const Declared& sender = nodes_[index];
    Read read{index, ref.port, to_port, &ref};
    if (sender.component != nullptr && ref.port != "errors") {
      if (ref.port.empty() && !sender.outputs.empty()) read.from_port = sender.outputs.front();
      if (std::ranges::find(sender.outputs, read.from_port) == sender.outputs.end()) {
        made_.has_unknown_port = true;
        if (!sender.outputs_are_known) return;
        if (ref.port.empty()) {
          faults_.error(ref.place, "no-output",
                        "the " + std::string(role_name(sender.spec->role)) + " '" + ref.node +
                            "' gives nothing to read but '" + ref.node + ".errors'",
                        "read what it reads");
          return;
        }
        std::vector<std::string> ports = sender.outputs;
        ports.emplace_back("errors");
        faults_.error(
            ref.port_place, "unknown-port",
            "node '" + ref.node + "' has no output '" + ref.port + "'; its outputs are " + list_words(ports),
            did_you_mean(ref.port, ports));
        return;
      }
    }
    reads_[to].push_back(std::move(read));
  }

  const PipelineSpec& spec_;
  ComponentCatalog& catalog_;
  FaultList& faults_;
  DeclaredPipeline made_;
  std::vector<Declared>& nodes_;
  std::map<size_t, std::vector<Read>>& reads_;
};

}  // namespace

DeclaredPipeline declare_nodes(const PipelineSpec& spec, ComponentCatalog& catalog, FaultList& faults) {
  return Declarer(spec, catalog, faults).declare();
}

namespace {
bool may_stay_unread(const Declared& node, const std::string& port) {
  for (uint32_t i = 0; node.component != nullptr && i < node.component->output_count; ++i) {
    const weir_port& described = node.component->outputs[i];
    if (as_view(described.name) == port) return (described.flags & WEIR_PORT_OPTIONAL) != 0;
  }
  return false;
}
}  // namespace

PipelineGraph graph_of(const DeclaredPipeline& pipeline) {
  std::vector<GraphNode> nodes;
  std::vector<GraphEdge> edges;
  for (size_t i = 0; i < pipeline.nodes.size(); ++i) {
    const Declared& node = pipeline.nodes[i];
    GraphNode shown;
    shown.name = node.spec->name;
    shown.component = node.spec->type.value;
    shown.role = static_cast<GraphRole>(node.spec->role);
    const bool knows_inputs = node.component != nullptr && node.spec->inputs_are_known;
    for (size_t port = 0; port < node.inputs.size() && knows_inputs; ++port) {
      const bool is_declared = port < node.component->input_count;
      const bool is_optional = is_declared && (node.component->inputs[port].flags & WEIR_PORT_OPTIONAL) != 0;
      shown.inputs.push_back({node.inputs[port], is_optional});
    }
    for (const std::string& port : node.outputs)
      shown.outputs.push_back({port, {}, may_stay_unread(node, port)});
    nodes.push_back(std::move(shown));
  }
  for (const auto& [to, reads] : pipeline.reads) {
    for (size_t place = 0; place < reads.size(); ++place) {
      const Read& read = reads[place];
      edges.push_back({read.from, read.from_port, to, pipeline.nodes[to].inputs[read.to_port], place});
    }
  }
  return {std::move(nodes), std::move(edges)};
}

void report_shape(const PipelineSpec& spec, const DeclaredPipeline& pipeline, const PipelineGraph& graph,
                  FaultList& faults) {
  // A reference that leads nowhere would make outputs look unread and inputs look missing.
  const bool knows_reads = spec.references_are_known && !pipeline.has_unknown_port && !faults.has_errors();
  for (const ShapeFault& fault : graph.faults()) {
    const NodeSpec& node = *pipeline.nodes[fault.node].spec;
    switch (fault.kind) {
      case ShapeFault::Kind::kCycle:
        faults.error(node.place, "cycle", fault.message);
        break;
      case ShapeFault::Kind::kMissingInput:
        if (knows_reads) faults.error(node.place, "missing-input", fault.message);
        break;
      case ShapeFault::Kind::kUnreadOutput:
        if (knows_reads) {
          faults.error(node.place, "unread-output", fault.message,
                       "read it from a sink, or leave the node out");
        }
        break;
    }
  }
}

}  // namespace weir
