#include "cli/missing_about.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include <weir/text.hpp>

namespace weir {
namespace {

constexpr std::string_view kAbout = "about";
constexpr const char* kCode = "missing-about";
constexpr std::array<const char*, 5> kFacts = {"owner", "audience", "decision", "measures", "expected"};

bool says(const YamlValue& about, const char* fact) {
  const YamlEntry* const said = about.is_map() ? about.find(fact) : nullptr;
  return said != nullptr && !said->value.is_null() && !(said->value.is_scalar() && said->value.text.empty());
}
/// Whether an option is an `about` as the pipeline has one.
bool is_about(const weir_option& option) {
  return option.kind == WEIR_OPTION_STRUCT && as_view(option.name) == kAbout;
}

void warn_of_pipeline(const PipelineSpec& spec, FaultList& faults) {
  if (!spec.about.is_map() || spec.about.entries.empty()) {
    faults.warning(spec.name.place, kCode, "the pipeline does not say what it is for",
                   "add 'about: {owner: ..., audience: ..., decision: ..., measures: ..., expected: ...}'");
    return;
  }
  std::string missing;
  for (const char* const fact : kFacts) {
    if (!says(spec.about, fact)) missing += (missing.empty() ? "" : ", ") + std::string(fact);
  }
  if (missing.empty()) return;
  faults.warning(spec.about.place, kCode, "'about' of the pipeline does not say: " + missing,
                 "owner, audience, decision, measures, expected: who reads what it gives will ask");
}

/// Goes through what stands in the file and what the component says of its options, side by side.
class Parts {
 public:
  explicit Parts(FaultList& faults) : faults_(faults) {}

  void look_at(std::span<const weir_option> options, const YamlValue& map, const std::string& path) {
    for (const YamlEntry& entry : map.entries) {
      const auto option = std::ranges::find_if(
          options, [&](const weir_option& known) { return as_view(known.name) == entry.key; });
      if (option != options.end())
        look_at(*option, entry.value, path.empty() ? entry.key : path + "." + entry.key);
    }
  }

 private:
  void look_at(const weir_option& option, const YamlValue& value, const std::string& path) {
    const std::span children(option.children, option.child_count);
    if (option.kind == WEIR_OPTION_LIST && !value.is_map()) {
      for (size_t i = 0; i < value.items.size(); ++i)
        look_at(children[0], value.items[i], path + "[" + std::to_string(i) + "]");
    } else if (option.kind == WEIR_OPTION_LIST) {
      look_at(children[0], value, path);
    } else if (option.kind == WEIR_OPTION_MAP && value.is_map()) {
      for (const YamlEntry& entry : value.entries) look_at(children[0], entry.value, path + "." + entry.key);
    } else if (option.kind == WEIR_OPTION_STRUCT && value.is_map()) {
      if (std::ranges::any_of(children, is_about)) warn_of_part(value, path);
      look_at(children, value, path);
    }
  }

  void warn_of_part(const YamlValue& part, const std::string& path) {
    const YamlEntry* const about = part.find(std::string(kAbout));
    if (about == nullptr) {
      faults_.warning(
          part.place, kCode, "'" + path + "' does not say what it is for",
          "add 'about: {decision: ...}', and owner, audience, measures, expected where they differ from "
          "the pipeline's");
    } else if (!says(about->value, "decision")) {
      faults_.warning(about->key_place, kCode, "'about' of '" + path + "' names no decision",
                      "add 'decision: ...': what will somebody do otherwise because of it?");
    }
  }

  FaultList& faults_;
};

}  // namespace

void add_missing_abouts(const PipelineSpec& spec, const BoundPipeline& bound, FaultList& faults) {
  warn_of_pipeline(spec, faults);
  for (const NodeSpec& node : spec.nodes) {
    const auto found = std::ranges::find(bound.nodes, node.name, &BoundNode::name);
    if (found == bound.nodes.end()) continue;
    const weir_component& component = *found->node->component();
    Parts(faults).look_at({component.options, component.option_count}, node.options, "");
  }
}

}  // namespace weir
