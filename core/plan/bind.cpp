#include "plan/bind.hpp"

#include <weir/ext_bounded.h>
#include <algorithm>
#include <cstdlib>
#include <deque>
#include <set>
#include <utility>
#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "plan/column_labels.hpp"
#include "plan/node_scope.hpp"
#include "plan/pipeline_fingerprint.hpp"
#include "plan/projection.hpp"
#include "spec/reserved_words.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr size_t kHeadBytes = size_t{1} << 20;

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

/// What is known of a declared node while the pipeline is bound.
struct Declared {
  const NodeSpec* spec = nullptr;
  const weir_component* component = nullptr;  // Null: a fault was reported.
  std::vector<std::string> inputs;            // Port names, the component's and those that the YAML made.
  std::vector<std::string> outputs;
  std::vector<std::optional<Schema>> schemas;  // Of outputs; nothing behind a fault.
  std::optional<size_t> bound;                 // Index in the bound pipeline.
  bool is_bounded = true;
  bool outputs_are_known = true;  // False: its ports come from an option that is missing or faulty.
};

struct Read {
  size_t from = 0;
  std::string from_port;
  uint32_t to_port = 0;
  const InputRef* ref = nullptr;
};

class PipelineBinder {
 public:
  PipelineBinder(const PipelineSpec& spec, ComponentCatalog& catalog, const BindOptions& options,
                 FaultList& faults)
      : spec_(spec),
        options_(options),
        faults_(faults),
        shared_{catalog, options.host, expr::FunctionRegistry::builtin(), CatalogAggregates(catalog)} {}

  BindResult bind() {
    check_requirements();
    add_plugin_functions();
    find_components();
    find_reads();
    make_graph();
    report_shape();
    const std::vector<size_t> order = result_.graph->order();
    for (const size_t node : order) bind_node(node);
    // In a circle no columns are known; what is wrong without them is told all the same.
    for (size_t node = 0; node < nodes_.size(); ++node) {
      if (std::ranges::find(order, node) == order.end()) bind_node(node);
    }
    check_tests();
    result_.pipeline.name = spec_.name.value;
    result_.pipeline.directory = spec_.directory;
    result_.pipeline.fingerprint = pipeline_fingerprint(spec_);
    if (spec_.checkpoint_every) result_.pipeline.checkpoint_every_us = spec_.checkpoint_every->value.count();
    if (spec_.memory_bytes) result_.pipeline.memory_bytes = spec_.memory_bytes->value;
    if (options_.projects && !faults_.has_errors()) {
      if (const Status status = project_columns(result_.pipeline); !status.is_ok()) {
        faults_.error(spec_.name.place, "component-fault", std::string(status.message()));
      }
    }
    return std::move(result_);
  }

 private:
  void check_requirements() {
    for (const RequirementSpec& needed : spec_.requirements) {
      const auto fault = shared_.catalog.check_requirement(needed.library, needed.version.value);
      if (fault) faults_.error(needed.place, fault->code, fault->message, fault->hint);
    }
  }

  void add_plugin_functions() {
    for (const std::string& name : shared_.catalog.names(WEIR_KIND_FUNCTION)) {
      const FoundComponent found = shared_.catalog.find(WEIR_KIND_FUNCTION, name);
      if (found.component == nullptr) continue;
      if (const Status status = shared_.functions.add_plugin(*found.component); !status.is_ok()) {
        faults_.warning(spec_.name.place, "shadowed-function", std::string(status.message()));
      }
    }
  }

  void find_components() {
    for (const NodeSpec& spec : spec_.nodes) {
      Declared node;
      node.spec = &spec;
      if (!spec.type.value.empty()) {
        const FoundComponent found = shared_.catalog.find(kind_of(spec.role), spec.type.value);
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
      std::vector<std::string> names = shared_.catalog.names(kind_of(spec.role));
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

  void name_ports(Declared& node) {
    const weir_component& component = *node.component;
    for (uint32_t i = 0; i < component.input_count; ++i) {
      if ((component.inputs[i].flags & WEIR_PORT_ANY_NUMBER) == 0) {
        node.inputs.emplace_back(as_view(component.inputs[i].name));
        continue;
      }
      for (const InputSpec& input : node.spec->inputs) {
        const std::string name =
            input.port.empty() ? std::string(as_view(component.inputs[i].name)) : input.port;
        if (std::ranges::find(node.inputs, name) == node.inputs.end()) node.inputs.push_back(name);
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
        for (const InputRef& ref : input.refs) add_read(i, *port, ref);
      }
    }
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
        has_unknown_port_ = true;
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

  void make_graph() {
    std::vector<GraphNode> nodes;
    std::vector<GraphEdge> edges;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      const Declared& node = nodes_[i];
      GraphNode shown;
      shown.name = node.spec->name;
      shown.component = node.spec->type.value;
      shown.role = static_cast<GraphRole>(node.spec->role);
      const bool knows_inputs = node.component != nullptr && node.spec->inputs_are_known;
      for (size_t port = 0; port < node.inputs.size() && knows_inputs; ++port) {
        const bool is_declared = port < node.component->input_count;
        const bool is_optional =
            is_declared && (node.component->inputs[port].flags & WEIR_PORT_OPTIONAL) != 0;
        shown.inputs.push_back({node.inputs[port], is_optional});
      }
      for (const std::string& port : node.outputs) shown.outputs.push_back({port, {}});
      nodes.push_back(std::move(shown));
    }
    for (const auto& [to, reads] : reads_) {
      for (size_t place = 0; place < reads.size(); ++place) {
        const Read& read = reads[place];
        edges.push_back({read.from, read.from_port, to, nodes_[to].inputs[read.to_port], place});
      }
    }
    result_.graph.emplace(std::move(nodes), std::move(edges));
  }

  void report_shape() {
    // A reference that leads nowhere would make outputs look unread and inputs look missing.
    const bool knows_reads = spec_.references_are_known && !has_unknown_port_ && !faults_.has_errors();
    for (const ShapeFault& fault : result_.graph->faults()) {
      const NodeSpec& node = *nodes_[fault.node].spec;
      switch (fault.kind) {
        case ShapeFault::Kind::kCycle:
          faults_.error(node.place, "cycle", fault.message);
          break;
        case ShapeFault::Kind::kMissingInput:
          if (knows_reads) faults_.error(node.place, "missing-input", fault.message);
          break;
        case ShapeFault::Kind::kUnreadOutput:
          if (knows_reads) {
            faults_.error(node.place, "unread-output", fault.message,
                          "read it from a sink, or leave the node out");
          }
          break;
      }
    }
  }

  void bind_node(size_t index) {
    Declared& node = nodes_[index];
    if (node.component == nullptr) return;
    std::vector<std::optional<Schema>> inputs(node.inputs.size());
    std::vector<BoundLink> links;
    bool has_all = true;
    for (uint32_t port = 0; port < inputs.size(); ++port)
      has_all &= unite_port(index, port, inputs[port], links);
    NodeScope scope(shared_, inputs);
    OptionReader reader(scope, faults_);
    const std::string what = std::string(role_name(node.spec->role)) + " '" + node.spec->type.value + "'";
    const auto values =
        reader.read(node.component->options, node.component->option_count, options_with_about(node), what,
                    node.spec->place, {reserved_node_words().begin(), reserved_node_words().end()});
    if (values == nullptr || !has_all) return;
    is_recovered_ = reader.recovered_count() > 0;
    make_node(index, *values, values, inputs, std::move(links));
  }

  /// The node's options; one `about` that it has and does not say is the pipeline's, as far as it knows the
  /// words.
  const YamlValue& options_with_about(const Declared& node) {
    const YamlValue& given = node.spec->options;
    const std::span options(node.component->options, node.component->option_count);
    const auto about = std::ranges::find(options, std::string_view("about"),
                                         [](const weir_option& option) { return as_view(option.name); });
    if (about == options.end() || !spec_.about.is_map() || given.find("about") != nullptr) return given;
    YamlEntry inherited{"about", spec_.about.place, spec_.about};
    std::erase_if(inherited.value.entries, [&](const YamlEntry& entry) {
      const std::span children(about->children, about->child_count);
      const bool is_known = std::ranges::any_of(
          children, [&](const weir_option& child) { return as_view(child.name) == entry.key; });
      return !is_known || !entry.value.is_scalar();
    });
    YamlValue& with_about = inherited_.emplace_back(given);
    with_about.kind = YamlValue::Kind::kMap;
    with_about.entries.push_back(std::move(inherited));
    return with_about;
  }

  /// The columns of one input port: those of the first output that it reads; others are arranged to match.
  bool unite_port(size_t index, uint32_t port, std::optional<Schema>& schema, std::vector<BoundLink>& links) {
    bool is_known = true;
    bool is_bounded = true;
    for (const Read& read : reads_[index]) {
      if (read.to_port != port) continue;
      const Declared& sender = nodes_[read.from];
      const std::optional<Schema> columns = output_of(sender, read.from_port);
      is_bounded = is_bounded && sender.is_bounded;
      if (!columns || !sender.bound) {
        is_known = false;
        continue;
      }
      BoundLink link{*sender.bound, number_of(sender, read.from_port), 0, port, {}};
      if (!schema) {
        schema = columns;
      } else if (!arrange(*schema, *columns, *read.ref, link.column_map)) {
        is_known = false;
        continue;
      }
      links.push_back(std::move(link));
    }
    nodes_[index].is_bounded = nodes_[index].is_bounded && is_bounded;
    if (!is_known) schema.reset();
    const bool is_optional = port < nodes_[index].component->input_count &&
                             (nodes_[index].component->inputs[port].flags & WEIR_PORT_OPTIONAL) != 0;
    return schema.has_value() || (is_known && is_optional);
  }

  static std::optional<Schema> output_of(const Declared& sender, const std::string& port) {
    if (port == "errors") return errors_schema();
    const auto found = std::ranges::find(sender.outputs, port);
    if (found == sender.outputs.end()) return std::nullopt;
    return sender.schemas[static_cast<size_t>(found - sender.outputs.begin())];
  }

  static uint32_t number_of(const Declared& sender, const std::string& port) {
    if (port == "errors") return kErrorsPort;
    return static_cast<uint32_t>(std::ranges::find(sender.outputs, port) - sender.outputs.begin());
  }

  bool arrange(const Schema& wanted, const Schema& given, const InputRef& ref, std::vector<uint32_t>& map) {
    if (given.size() == wanted.size() && given.fields == wanted.fields) return true;
    for (const Field& field : wanted.fields) {
      const std::optional<size_t> index = given.find(field.name);
      if (!index) {
        faults_.error(ref.place, "union-column",
                      "'" + ref.text + "' has no column '" + field.name +
                          "', which the other inputs of this union have");
        return false;
      }
      if (given[*index].type != field.type) {
        faults_.error(ref.place, "union-type",
                      "column '" + field.name + "' of '" + ref.text + "' is " +
                          given[*index].type.to_string() + ", and " + field.type.to_string() +
                          " in the other inputs of this union");
        return false;
      }
      map.push_back(static_cast<uint32_t>(*index));
    }
    if (given.size() == wanted.size()) return true;
    for (const Field& field : given.fields) {
      if (wanted.find(field.name)) continue;
      faults_.error(
          ref.place, "union-column",
          "column '" + field.name + "' of '" + ref.text + "' is missing in the other inputs of this union");
    }
    return false;
  }

  void make_node(size_t index, const OptionValues& values, const std::shared_ptr<OptionValues>& owner,
                 const std::vector<std::optional<Schema>>& inputs, std::vector<BoundLink> links) {
    Declared& node = nodes_[index];
    const weir_component& component = *node.component;
    input_names_.clear();
    for (const auto& input : inputs) {
      for (const Field& field : input.value_or(Schema{}).fields) input_names_.push_back(field.name);
    }
    weir_fault fault{};
    weir_node* made = nullptr;
    if (component.create(options_.host, values.data(), values.size(), &made, &fault) != 0) {
      return report(node, fault);
    }
    BoundNode bound;
    bound.name = node.spec->name;
    bound.component_name = node.spec->type.value;
    bound.options = owner;
    bound.node = std::make_shared<NodeObject>(&component, made);
    bound.input_ports = node.inputs;
    bound.output_ports = node.outputs;
    for (const auto& input : inputs) bound.inputs.push_back(input.value_or(Schema{}));
    if (component.kind == WEIR_KIND_SOURCE) node.is_bounded = ends_by_itself(component, made);
    bound.is_bounded = node.is_bounded;
    const bool is_byte_source = component.source != nullptr && component.source->is_byte_source != 0;
    const bool is_bound = is_byte_source ? bind_format(node, values, bound) : bind_component(node, bound);
    if (!is_bound) return;
    declare_labels(*node.spec, bound.outputs, faults_);
    if (!declare_event_time(*node.spec, bound)) return;
    declare_policies(*node.spec, bound);
    node.schemas.assign(bound.outputs.begin(), bound.outputs.end());
    node.bound = result_.pipeline.nodes.size();
    result_.bound_nodes[index] = *node.bound;
    for (BoundLink& link : links) {
      link.to = *node.bound;
      result_.pipeline.links.push_back(std::move(link));
    }
    result_.pipeline.nodes.push_back(std::move(bound));
  }

  static bool ends_by_itself(const weir_component& component, weir_node* node) {
    const auto* const calls =
        component.extension == nullptr
            ? nullptr
            : static_cast<const weir_bounded_calls*>(component.extension(as_str(WEIR_BOUNDED_EXTENSION)));
    if (calls != nullptr) return calls->is_bounded(node) != 0;
    return (component.traits & WEIR_TRAIT_BOUNDED) != 0;
  }

  bool bind_component(const Declared& node, BoundNode& bound) {
    std::vector<CSchema> schemas;
    for (const Schema& input : bound.inputs) schemas.emplace_back(input);
    std::vector<weir_bind_input> inputs;
    for (uint32_t i = 0; i < schemas.size(); ++i) {
      inputs.push_back({sizeof(weir_bind_input), i, as_str(bound.input_ports[i]), schemas[i].get(),
                        bound.is_bounded ? 1U : 0U, 0});
    }
    weir_fault fault{};
    const int32_t code =
        node.component->bind(bound.node->get(), inputs.data(), inputs.size(), &bound.binding, &fault);
    if (code != 0) {
      report(node, fault);
      return false;
    }
    take_outputs(*bound.binding, bound);
    return true;
  }

  void take_outputs(const weir_binding& binding, BoundNode& bound) {
    std::vector<const Schema*> inputs;
    for (const Schema& input : bound.inputs) inputs.push_back(&input);
    for (uint32_t i = 0; i < binding.output_count; ++i) {
      bound.outputs.push_back(labelled_output(binding.outputs[i], inputs));
    }
  }

  bool bind_format(const Declared& node, const OptionValues& values, BoundNode& bound) {
    const weir_component& component = *node.component;
    const weir_format* format = nullptr;
    for (uint32_t i = 0; i < component.option_count; ++i) {
      if (component.options[i].kind == WEIR_OPTION_FORMAT) {
        format = static_cast<const weir_format*>(values.data()[i].handle);
      }
    }
    WEIR_CHECK(format != nullptr);
    weir_fault fault{};
    weir_buffer* head = nullptr;
    weir_str partition{};
    if (component.source->head != nullptr &&
        component.source->head(bound.node->get(), kHeadBytes, &head, &partition, &fault) != 0) {
      const size_t told = faults_.told_count();
      if (options_.needs_input) report(node, fault, "path");
      bind_declared_columns(*format, bound);
      if (bound.outputs.empty() && faults_.told_count() == told) report(node, fault, "path");
      return !bound.outputs.empty();
    }
    const weir_str bytes =
        head == nullptr ? weir_str{} : weir_str{reinterpret_cast<const char*>(head->data), head->size};
    const auto inferred = options_.inferred.find(node.spec->name);
    auto decoder = bind_decoder(*format, bytes, inferred == options_.inferred.end() ? "" : inferred->second);
    if (head != nullptr) options_.host->buffer_release(head);
    if (!decoder.is_ok()) {
      faults_.error(option_place(node, "format"), "bad-format", std::string(decoder.status().message()));
      return false;
    }
    bound.format = std::move(decoder).value();
    take_outputs(*bound.format->binding, bound);
    return true;
  }

  // A file that is not there hides its columns only where they are not declared.
  void bind_declared_columns(const weir_format& format, BoundNode& bound) {
    auto decoder = bind_decoder(format, weir_str{}, {});
    if (!decoder.is_ok() || !decoder->inferred.empty()) return;
    bound.format = std::move(decoder).value();
    take_outputs(*bound.format->binding, bound);
    if (!bound.outputs.empty() && bound.outputs.front().fields.empty()) bound.outputs.clear();
  }

  bool declare_event_time(const NodeSpec& spec, BoundNode& bound) {
    if (!spec.event_time) return true;
    const EventTimeSpec& declared = *spec.event_time;
    const std::string& name = declared.column.value;
    const std::optional<size_t> column =
        bound.outputs.empty() ? std::nullopt : bound.outputs.front().find(name);
    if (!column) {
      std::vector<std::string> names;
      for (const Field& field : bound.outputs.empty() ? std::vector<Field>{} : bound.outputs.front().fields) {
        names.push_back(field.name);
      }
      faults_.error(declared.column.place, "unknown-column",
                    "event_time: no column '" + name + "' in the output of '" + spec.name + "' (" +
                        list_words(names) + ")",
                    did_you_mean(name, names));
      return false;
    }
    const DataType& type = bound.outputs.front()[*column].type;
    if (type.type != Type::kTimestamp) {
      faults_.error(declared.column.place, "wrong-column-type",
                    "event_time: column '" + name + "' is " + type.to_string() + ", expected timestamp");
      return false;
    }
    if (!bound.is_bounded && !declared.max_delay) {
      faults_.error(declared.place, "missing-max-delay",
                    "event_time of '" + spec.name + "' needs max_delay, because its source never ends",
                    "for example max_delay: 5s");
      return false;
    }
    EventTime time;
    time.column = static_cast<uint32_t>(*column);
    if (declared.max_delay) time.max_delay_us = declared.max_delay->value.count();
    if (declared.idle_after) time.idle_after_us = declared.idle_after->value.count();
    bound.event_time = time;
    bound.outputs.front().event_time = static_cast<int32_t>(*column);
    return true;
  }

  static void declare_policies(const NodeSpec& spec, BoundNode& bound) {
    if (spec.on_error) bound.errors.kind = static_cast<ErrorPolicy::Kind>(spec.on_error->value);
    if (spec.max_errors) {
      bound.errors.max_share = spec.max_errors->value.share;
      bound.errors.max_count = spec.max_errors->value.count;
    }
    if (spec.parallelism) bound.parallelism = spec.parallelism->value;
    if (!spec.batch) return;
    if (spec.batch->rows) bound.batch.rows = spec.batch->rows->value;
    if (spec.batch->bytes) bound.batch.bytes = spec.batch->bytes->value;
    if (spec.batch->timeout) bound.batch.timeout_us = spec.batch->timeout->value.count();
  }

  void check_tests() {
    for (const TestSpec& test : spec_.tests) {
      for (const TestRows& rows : test.given) check_rows(rows);
      for (const TestRows& rows : test.expect) check_rows(rows);
      if (!faults_.has_errors()) check_reach(test);
    }
  }

  /// A test reads nothing but the rows that it is given, and needs all of them.
  void check_reach(const TestSpec& test) {
    std::map<size_t, const TestRows*> given;
    for (const TestRows& rows : test.given) given[index_of(rows.node)] = &rows;
    std::set<size_t> reached;
    for (const TestRows& rows : test.expect) {
      const std::optional<size_t> source = reach(index_of(rows.node), given, reached);
      if (!source) continue;
      const std::string& name = spec_.nodes[*source].name;
      faults_.error(rows.place, "missing-given",
                    "the rows of '" + rows.node + "' come from the source '" + name +
                        "', which this test gives no rows",
                    "add '" + name + ": [{column: value}]' to 'given', or give rows to a node between them");
    }
    for (const auto& [node, rows] : given) {
      if (reached.contains(node) || test.expect.empty()) continue;
      faults_.error(rows->place, "unused-given",
                    "nothing that this test expects comes from '" + rows->node + "'",
                    "expect rows of a node that reads it, or leave it out");
    }
  }

  /// Goes up from a node to those with given rows. Returns a source without any that it comes to.
  std::optional<size_t> reach(size_t node, const std::map<size_t, const TestRows*>& given,
                              std::set<size_t>& reached) {
    if (!reached.insert(node).second || given.contains(node)) return std::nullopt;
    if (spec_.nodes[node].role == Role::kSource) return node;
    std::optional<size_t> source;
    for (const Read& read : reads_[node]) {
      const std::optional<size_t> found = reach(read.from, given, reached);
      if (!source) source = found;
    }
    return source;
  }

  size_t index_of(const std::string& node) const {
    return static_cast<size_t>(spec_.find_node(node) - spec_.nodes.data());
  }

  void check_rows(const TestRows& rows) {
    const NodeSpec* const spec = spec_.find_node(rows.node);
    if (spec == nullptr || rows.rows.is_faulty) return;
    const Declared& node = nodes_[static_cast<size_t>(spec - spec_.nodes.data())];
    if (!node.bound) return;
    const std::string port = rows.port.empty() && !node.outputs.empty() ? node.outputs.front() : rows.port;
    std::optional<Schema> schema = output_of(node, port);
    // Of a sink a test expects what it reads.
    const bool is_sink_input = spec->role == Role::kSink && rows.port.empty() && !node.inputs.empty();
    if (is_sink_input) schema = result_.pipeline.nodes[*node.bound].inputs.front();
    if (!schema) return;
    std::vector<std::string> names;
    for (const Field& field : schema->fields) names.push_back(field.name);
    for (const YamlValue& row : rows.rows.items) {
      for (const YamlEntry& entry : row.entries) {
        if (schema->find(entry.key)) continue;
        faults_.error(entry.key_place, "unknown-column",
                      "no column '" + entry.key + "' in '" + rows.node + (rows.port.empty() ? "" : ".") +
                          rows.port + "' (" + list_words(names, 20) + ")",
                      did_you_mean(entry.key, names));
      }
    }
  }

  // "rename.page" and "by[1].column" are looked for as deep as they are written.
  static Place option_place(const Declared& node, std::string_view where) {
    const YamlValue* value = &node.spec->options;
    Place place = node.spec->place;
    while (!where.empty()) {
      const bool is_number = where.front() == '[';
      const size_t end = is_number ? where.find(']') + 1 : std::min(where.find_first_of(".["), where.size());
      if (end == 0) break;
      if (is_number) {
        const size_t number = std::strtoul(std::string(where.substr(1)).c_str(), nullptr, 10);
        if (number >= value->items.size()) break;
        value = &value->items[number];
        place = value->place;
      } else {
        const YamlEntry* const entry = value->find(where.substr(0, end));
        if (entry == nullptr) break;
        // Of a name that the author chose, the name; of an option, its value.
        place = value == &node.spec->options ? entry->value.place : entry->key_place;
        value = &entry->value;
      }
      where.remove_prefix(end);
      if (where.starts_with('.')) where.remove_prefix(1);
    }
    return place;
  }

  /// Returns the first quoted word of a message, or nothing.
  static std::string quoted_in(const std::string& message) {
    const size_t begin = message.find('\'');
    const size_t end = begin == std::string::npos ? begin : message.find('\'', begin + 1);
    return end == std::string::npos ? std::string() : message.substr(begin + 1, end - begin - 1);
  }

  /// A message such as "rename: no column 'page'" names its option, and perhaps an entry of it.
  static std::string named_in(const Declared& node, const std::string& message, std::string_view otherwise) {
    const YamlEntry* const entry = node.spec->options.find(message.substr(0, message.find(": ")));
    if (entry == nullptr) return std::string(otherwise);
    const std::string word = quoted_in(message);
    return entry->value.find(word) == nullptr ? entry->key : entry->key + "." + word;
  }

  /// Tells what a component found. `option`: where it looked, if it does not say so itself.
  void report(const Declared& node, const weir_fault& fault, std::string_view option = {}) {
    // After a misspelt word its complaint may be about what was not meant.
    if (is_recovered_) return;
    std::string message = fault.message;
    const std::string where = fault.where[0] != '\0' ? fault.where : named_in(node, message, option);
    if (fault.where[0] != '\0') message = "option '" + std::string(fault.where) + "': " + message;
    std::string hint;
    if (message.find("no column '") != std::string::npos)
      hint = did_you_mean(quoted_in(message), input_names_);
    if (const size_t question = message.find("; did you mean "); question != std::string::npos) {
      hint = "d" + message.substr(question + 3);
      message.resize(question);
    }
    faults_.error(option_place(node, where), "component-fault", "node '" + node.spec->name + "': " + message,
                  std::move(hint));
  }

  const PipelineSpec& spec_;
  const BindOptions& options_;
  FaultList& faults_;
  BindShared shared_;
  std::vector<Declared> nodes_;  // As in spec_.nodes.
  std::map<size_t, std::vector<Read>> reads_;
  std::deque<YamlValue> inherited_;  // Options of nodes, with what they have from the pipeline.
  bool has_unknown_port_ = false;
  std::vector<std::string> input_names_;  // The columns of the node that is being made.
  bool is_recovered_ = false;  // The node that is being made has misspelt words, read as what was meant.
  BindResult result_;
};

}  // namespace

BindResult bind_pipeline(const PipelineSpec& spec, ComponentCatalog& catalog, const BindOptions& options,
                         FaultList& faults) {
  return PipelineBinder(spec, catalog, options, faults).bind();
}

}  // namespace weir
