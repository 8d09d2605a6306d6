#include "plan/bind.hpp"

#include <weir/ext_bounded.h>
#include <algorithm>
#include <deque>
#include <iterator>
#include <set>
#include <span>
#include <utility>
#include <weir/c_schema.hpp>
#include <weir/did_you_mean.hpp>
#include <weir/fault.hpp>
#include <weir/text.hpp>

#include "plan/column_expressions.hpp"
#include "plan/column_labels.hpp"
#include "plan/component_fault.hpp"
#include "plan/declared_pipeline.hpp"
#include "plan/delivery.hpp"
#include "plan/file_uses.hpp"
#include "plan/input_union.hpp"
#include "plan/node_scope.hpp"
#include "plan/node_settings.hpp"
#include "plan/pipeline_fingerprint.hpp"
#include "plan/plugin_functions.hpp"
#include "plan/projection.hpp"
#include "plan/regions.hpp"
#include "plan/revision_check.hpp"
#include "plan/test_check.hpp"
#include "plan/window_check.hpp"
#include "plugin/binding_validate.hpp"
#include "plugin/memory_calls.hpp"
#include "spec/reserved_words.hpp"
#include "spec/scalar.hpp"

namespace weir {
namespace {

constexpr size_t kHeadBytes = size_t{1} << 20;

class PipelineBinder {
 public:
  PipelineBinder(const PipelineSpec& spec, ComponentCatalog& catalog, const BindOptions& options,
                 FaultList& faults)
      : spec_(spec),
        options_(options),
        faults_(faults),
        shared_{catalog, options.host, functions_with_plugins(catalog), CatalogAggregates(catalog)} {}

  BindResult bind() {
    check_requirements();
    declared_ = declare_nodes(spec_, shared_.catalog, faults_);
    result_.graph = graph_of(declared_);
    report_shape(spec_, declared_, *result_.graph, faults_);
    const std::vector<size_t> order = result_.graph->order();
    for (const size_t node : order) bind_node(node);
    // In a circle no columns are known; what is wrong without them is told all the same.
    for (size_t node = 0; node < declared_.nodes.size(); ++node) {
      if (std::ranges::find(order, node) == order.end()) bind_node(node);
    }
    check_tests(spec_, declared_, result_.pipeline, faults_);
    file_uses_.check(spec_.file, faults_);
    check_paths();
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
  /// What hangs on the whole pipeline; with a node missing it would say what is not so.
  void check_paths() {
    if (faults_.has_errors()) return;
    for (const UselessBuffer& useless : useless_buffers(result_.pipeline)) {
      const NodeSpec* const node = spec_.find_node(result_.pipeline.nodes[useless.node].name);
      faults_.error(node->buffer->place, "useless-buffer", useless.message, useless.hint);
    }
    check_delivery(spec_, result_.pipeline, faults_);
  }

  void check_requirements() {
    for (const RequirementSpec& needed : spec_.requirements) {
      const auto fault = shared_.catalog.check_requirement(needed.library, needed.version.value);
      if (fault) faults_.error(needed.place, fault->code, fault->message, fault->hint);
    }
  }

  void bind_node(size_t index) {
    Declared& node = declared_.nodes[index];
    if (node.component == nullptr) return;
    check_batch(node);
    std::vector<std::optional<Schema>> inputs(node.inputs.size());
    std::vector<BoundLink> links;
    bool has_all = true;
    for (uint32_t port = 0; port < inputs.size(); ++port)
      has_all &= unite_port(index, port, inputs[port], links);
    NodeScope scope(shared_, inputs);
    OptionReader reader(scope, faults_);
    const std::string what = std::string(role_name(node.spec->role)) + " '" + node.spec->type.value + "'";
    const auto values = reader.read(node.component->options, node.component->option_count,
                                    options_with_context(index, inputs), what, node.spec->place,
                                    {reserved_node_words().begin(), reserved_node_words().end()});
    if (values != nullptr) file_uses_.add(*node.spec, *node.component, *values);
    if (values == nullptr || !has_all) return;
    is_recovered_ = reader.recovered_count() > 0;
    make_node(index, *values, values, inputs, std::move(links));
  }

  /// What a sink is given at once is gathered before it, and rows of several inputs are not one sequence.
  void check_batch(const Declared& node) {
    const NodeSpec& spec = *node.spec;
    if (!spec.batch || spec.role != Role::kSink || node.inputs.size() < 2) return;
    faults_.error(spec.batch->place, "wrong-batch",
                  "the sink '" + spec.name + "' has 'batch', which gathers the rows of one input, and " +
                      std::to_string(node.inputs.size()) + " inputs",
                  "say it on the nodes that it reads");
  }

  /// The node's options, and what it has an option for and the pipeline knows: its `about`, the nodes behind
  /// its inputs, and the expressions of their columns.
  const YamlValue& options_with_context(size_t index, const std::vector<std::optional<Schema>>& inputs) {
    const Declared& node = declared_.nodes[index];
    const YamlValue& given = node.spec->options;
    std::vector<YamlEntry> known;
    if (const weir_option* const about = option_left_out(node, "about");
        about != nullptr && spec_.about.is_map())
      known.push_back(about_known_to(*about));
    if (option_left_out(node, "nodes") != nullptr) known.push_back(nodes_of_inputs(index));
    if (option_left_out(node, "expressions") != nullptr)
      known.push_back(expressions_of_inputs(index, inputs));
    if (known.empty()) return given;
    YamlValue& with_context = inherited_.emplace_back(given);
    with_context.kind = YamlValue::Kind::kMap;
    std::ranges::move(known, std::back_inserter(with_context.entries));
    return with_context;
  }

  static const weir_option* option_left_out(const Declared& node, std::string_view name) {
    if (node.spec->options.find(name) != nullptr) return nullptr;
    const std::span options(node.component->options, node.component->option_count);
    const auto found =
        std::ranges::find(options, name, [](const weir_option& option) { return as_view(option.name); });
    return found == options.end() ? nullptr : &*found;
  }

  /// The pipeline's `about`, as far as the option knows the words.
  YamlEntry about_known_to(const weir_option& option) const {
    YamlEntry inherited{"about", spec_.about.place, spec_.about};
    std::erase_if(inherited.value.entries, [&](const YamlEntry& entry) {
      const std::span children(option.children, option.child_count);
      const bool is_known = std::ranges::any_of(
          children, [&](const weir_option& child) { return as_view(child.name) == entry.key; });
      return !is_known || !entry.value.is_scalar();
    });
    return inherited;
  }

  static YamlEntry known_map(std::string key, const Place& place) {
    YamlEntry entry{std::move(key), place, {}};
    entry.value.kind = YamlValue::Kind::kMap;
    entry.value.place = place;
    return entry;
  }

  static YamlEntry known_text(std::string key, const Place& place, std::string text) {
    YamlEntry entry = known_map(std::move(key), place);
    entry.value.kind = YamlValue::Kind::kScalar;
    entry.value.style = YamlValue::Style::kQuoted;
    entry.value.text = std::move(text);
    return entry;
  }

  /// By input what it reads, as the pipeline refers to it: "events.errors"; of a union all.
  YamlEntry nodes_of_inputs(size_t index) const {
    const Declared& node = declared_.nodes[index];
    YamlEntry all = known_map("nodes", node.spec->place);
    for (const Read& read : reads_of(index)) {
      const std::string& input = node.inputs[read.to_port];
      const std::string text = read.ref->node + (read.ref->port.empty() ? "" : "." + read.ref->port);
      const auto found = std::ranges::find(all.value.entries, input, &YamlEntry::key);
      if (found == all.value.entries.end()) {
        all.value.entries.push_back(known_text(input, node.spec->place, text));
      } else {
        found->value.text += ", " + text;
      }
    }
    return all;
  }

  /// By input and column what made it.
  YamlEntry expressions_of_inputs(size_t index, const std::vector<std::optional<Schema>>& inputs) const {
    const Declared& node = declared_.nodes[index];
    YamlEntry all = known_map("expressions", node.spec->place);
    for (const Read& read : reads_of(index)) {
      YamlEntry columns = known_map(node.inputs[read.to_port], node.spec->place);
      const Schema known = inputs[read.to_port].value_or(Schema{});
      for (const Field& field : declared_.nodes[read.from].bound ? known.fields : std::vector<Field>()) {
        std::string text =
            column_expression(declared_, result_.pipeline, read.from, read.from_port, field.name);
        if (!text.empty())
          columns.value.entries.push_back(known_text(field.name, node.spec->place, std::move(text)));
      }
      // Of several nodes behind one input the first speaks for all.
      if (all.value.find(columns.key) == nullptr) all.value.entries.push_back(std::move(columns));
    }
    return all;
  }

  std::span<const Read> reads_of(size_t index) const {
    const auto found = declared_.reads.find(index);
    return found == declared_.reads.end() ? std::span<const Read>() : std::span<const Read>(found->second);
  }

  /// The columns of one input port: those of the first output that it reads; others are arranged to match.
  bool unite_port(size_t index, uint32_t port, std::optional<Schema>& schema, std::vector<BoundLink>& links) {
    bool is_known = true;
    bool is_bounded = true;
    for (const Read& read : declared_.reads[index]) {
      if (read.to_port != port) continue;
      const Declared& sender = declared_.nodes[read.from];
      const std::optional<Schema> columns = output_of(sender, read.from_port);
      is_bounded = is_bounded && sender.is_bounded;
      if (!columns || !sender.bound) {
        is_known = false;
        continue;
      }
      BoundLink link{*sender.bound, number_of(sender, read.from_port), 0, port, {}};
      if (!schema) {
        schema = columns;
      } else if (arrange_columns(*schema, *columns, *read.ref, link.column_map, faults_)) {
        add_labels(*columns, *schema);
      } else {
        is_known = false;
        continue;
      }
      links.push_back(std::move(link));
    }
    declared_.nodes[index].is_bounded = declared_.nodes[index].is_bounded && is_bounded;
    if (!is_known) schema.reset();
    const bool is_optional = port < declared_.nodes[index].component->input_count &&
                             (declared_.nodes[index].component->inputs[port].flags & WEIR_PORT_OPTIONAL) != 0;
    return schema.has_value() || (is_known && is_optional);
  }

  static uint32_t number_of(const Declared& sender, const std::string& port) {
    if (port == "errors") return kErrorsPort;
    return static_cast<uint32_t>(std::ranges::find(sender.outputs, port) - sender.outputs.begin());
  }

  void make_node(size_t index, const OptionValues& values, const std::shared_ptr<OptionValues>& owner,
                 const std::vector<std::optional<Schema>>& inputs, std::vector<BoundLink> links) {
    Declared& node = declared_.nodes[index];
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
    bound.is_mixed = is_mixed(node, bound, links);
    if (!declare_event_time(*node.spec, bound, faults_)) return;
    if (!check_revisions(*node.spec, bound, links, result_.pipeline, faults_)) return;
    if (!check_windows(*node.spec, bound, links, result_.pipeline, faults_)) return;
    declare_policies(*node.spec, bound);
    node.schemas.assign(bound.outputs.begin(), bound.outputs.end());
    node.errors = errors_schema_of(bound);
    node.bound = result_.pipeline.nodes.size();
    result_.bound_nodes[index] = *node.bound;
    for (BoundLink& link : links) {
      link.to = *node.bound;
      result_.pipeline.links.push_back(std::move(link));
    }
    result_.pipeline.nodes.push_back(std::move(bound));
  }

  /// Whether what comes out are no longer the rows of one source, each partition's in their order.
  bool is_mixed(const Declared& node, const BoundNode& bound, const std::vector<BoundLink>& links) const {
    if (node.component->kind == WEIR_KIND_SOURCE) return false;
    // Which partition a row is of is not kept at rest.
    if (node.spec->buffer && node.spec->buffer->disk) return true;
    if (links.size() != 1 || result_.pipeline.nodes[links.front().from].is_mixed) return true;
    const weir_binding& binding = *bound.binding;
    return binding.key_count > 0 || binding.partial != nullptr || binding.single_copy != 0;
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
    if (fill_fault(validate_binding(bound.binding), &fault) != 0) {
      report(node, fault);
      return false;
    }
    take_outputs(*bound.binding, bound);
    if (const weir_memory_calls* const memory = memory_calls(*node.component))
      bound.work_bytes = memory->wanted(bound.node->get());
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
      report_format_fault(*node.spec, std::string(decoder.status().message()), faults_);
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

  void report(const Declared& node, const weir_fault& fault, std::string_view option = {}) {
    // After a misspelt word its complaint may be about what was not meant.
    if (!is_recovered_) report_component_fault(*node.spec, fault, option, input_names_, faults_);
  }

  const PipelineSpec& spec_;
  const BindOptions& options_;
  FaultList& faults_;
  BindShared shared_;
  DeclaredPipeline declared_;
  FileUses file_uses_;
  std::deque<YamlValue> inherited_;       // Options of nodes, with what they have from the pipeline.
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
