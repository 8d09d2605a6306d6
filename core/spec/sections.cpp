#include "spec/sections.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "spec/keys.hpp"
#include "spec/node_reader.hpp"
#include "spec/reserved_words.hpp"

namespace weir {
namespace {

constexpr std::array<std::pair<std::string_view, Role>, 3> kSections = {
    {{"sources", Role::kSource}, {"transforms", Role::kTransform}, {"sinks", Role::kSink}}};

constexpr std::string_view kInput = "input";

bool is_input(std::string_view reference) {
  return reference == kInput || (reference.starts_with(kInput) && reference[kInput.size()] == '.');
}

std::string suggest_name(std::string_view name) {
  std::string good;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z')
      good += static_cast<char>(c - 'A' + 'a');
    else
      good += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  }
  return is_node_name(good) ? "write '" + good + "'" : std::string();
}

class SectionReader {
 public:
  SectionReader(const SectionContext& context, TemplateUse* use, Scope& scope)
      : context_(context), use_(use), scope_(scope), first_node_(scope.nodes.size()) {}

  void read(const YamlValue& root) {
    for (const YamlEntry& section : root.entries)
      for (const auto& [name, role] : kSections)
        if (section.key == name) read_section(section, role);
    for (size_t i = first_node_; i < scope_.nodes.size(); ++i) resolve(scope_.nodes[i]);
  }

 private:
  void read_section(const YamlEntry& section, Role role) {
    if (section.value.is_null()) return;
    if (!is_map(section.value, "'" + section.key + "'", context_.faults)) {
      scope_.names.set_incomplete();
      scope_.references_are_known = false;
      return;
    }
    for (const YamlEntry& entry : section.value.entries) read_one(entry, role);
  }

  void read_one(YamlEntry entry, Role role) {
    check_name(entry);
    context_.variables.replace_in(entry.value);
    const std::string name = entry.key;
    const Place place = entry.key_place;
    std::optional<NodeSpec> node = read_node(std::move(entry), role, context_.faults);
    const NameTarget target = {
        .node = node ? name : std::string(), .port = {}, .place = place, .is_sink = role == Role::kSink};
    scope_.references_are_known = scope_.references_are_known && node.has_value();
    if (!scope_.names.add(name, target, context_.faults) || !node) return;
    const auto declared = context_.templates.find(node->type.value);
    if (declared == context_.templates.end() && is_of_broken_include(node->type.value)) {
      scope_.names.set(name, {.node = {}, .port = {}, .place = place});
      scope_.references_are_known = false;
      return;
    }
    if (declared == context_.templates.end()) {
      scope_.nodes.push_back(std::move(*node));
      return;
    }
    context_.used_templates.insert(declared->second.get());
    expand_template(*node, *declared->second, context_, use_, scope_);
  }

  // `type: lib.clean` where the file that `lib` includes could not be read.
  bool is_of_broken_include(const std::string& type) const {
    const size_t dot = type.find('.');
    const NameTarget* prefix = dot == std::string::npos ? nullptr : scope_.names.find(type.substr(0, dot));
    return prefix != nullptr && prefix->is_broken();
  }

  void check_name(const YamlEntry& entry) {
    if (use_ != nullptr && entry.key == kInput)
      context_.faults.error(entry.key_place, "bad-name", "a node of a template may not be called 'input'",
                            "'input' is what the node that uses the template reads");
    else if (!is_node_name(entry.key))
      context_.faults.error(entry.key_place, "bad-name",
                            "'" + entry.key + "' is no name for a node: names are [a-z][a-z0-9_]*",
                            suggest_name(entry.key));
  }

  void resolve(NodeSpec& node) {
    for (InputSpec& input : node.inputs) {
      std::vector<InputRef> resolved;
      for (InputRef& ref : input.refs) resolve(ref, node, resolved);
      input.refs = std::move(resolved);
    }
    scope_.references_are_known = scope_.references_are_known && node.inputs_are_known;
  }

  void resolve(InputRef& ref, NodeSpec& node, std::vector<InputRef>& resolved) {
    // What a template brought in is resolved, but for what its `input` stands for.
    if (!ref.node.empty()) {
      resolved.push_back(std::move(ref));
      return;
    }
    if (use_ != nullptr && is_input(ref.text)) {
      put_inputs(ref, node, resolved);
      return;
    }
    const NameTable::Resolution found = scope_.names.resolve(ref.text, ref.place);
    if (found.outcome == NameTable::Outcome::kFound) {
      ref.node = found.node;
      ref.port = found.port;
      if (found.port_offset > 0) narrow(ref.port_place, found.port_offset, ref.text.size());
      resolved.push_back(std::move(ref));
      return;
    }
    node.inputs_are_known = false;
  }

  // References are plain names, so their letters stand in the source as they are, unless a variable brought
  // them.
  static void narrow(Place& place, size_t offset, size_t size) {
    if (place.length < size) return;
    const uint32_t quote = place.length > size ? 1 : 0;
    place.column += quote + static_cast<uint32_t>(offset);
    place.length = static_cast<uint32_t>(size - offset);
  }

  // Puts what the using node reads where its template says `input`; the scope around resolves it.
  void put_inputs(const InputRef& ref, NodeSpec& node, std::vector<InputRef>& resolved) {
    use_->reads_input = true;
    if (use_->is_rehearsal || !use_->node.inputs_are_known) {
      node.inputs_are_known = false;
      return;
    }
    const std::string port =
        ref.text.size() > kInput.size() ? ref.text.substr(kInput.size() + 1) : std::string();
    const auto input = std::ranges::find(use_->node.inputs, port, &InputSpec::port);
    if (input != use_->node.inputs.end()) {
      resolved.insert(resolved.end(), input->refs.begin(), input->refs.end());
      return;
    }
    node.inputs_are_known = false;
    if (!use_->node.inputs.empty())
      context_.faults.error(ref.place, "no-such-input",
                            "the node '" + use_->node.name + "' gives this template no '" + ref.text + "'",
                            port.empty() ? "name the input: 'input." + use_->node.inputs.front().port + "'"
                                         : "write 'inputs: {" + port + ": ...}' in the node");
  }

  const SectionContext& context_;
  TemplateUse* use_;
  Scope& scope_;
  const size_t first_node_;
};

}  // namespace

void read_sections(const YamlValue& root, const SectionContext& context, TemplateUse* use, Scope& scope) {
  SectionReader(context, use, scope).read(root);
}

}  // namespace weir
