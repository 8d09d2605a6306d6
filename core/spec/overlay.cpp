#include "spec/overlay.hpp"

#include <array>
#include <string_view>
#include <utility>
#include <vector>
#include <weir/did_you_mean.hpp>

#include "spec/keys.hpp"

namespace weir {
namespace {

constexpr std::array<std::string_view, 9> kOverlayWords = {
    "vars", "sources", "transforms", "sinks", "state", "delivery", "checkpoint", "memory", "schedule"};

std::vector<std::string> names_in(const YamlValue& root, std::string_view section) {
  const YamlEntry* found = root.find(section);
  return found == nullptr ? std::vector<std::string>() : keys_of(found->value);
}

// Takes entries that name nothing in the file out of an overlay, each with a fault.
void drop_unknown(YamlValue& overlay, const YamlValue& root, std::string_view section, FaultList& faults) {
  const std::vector<std::string> names = names_in(root, section);
  const bool is_node = section != "vars";
  std::erase_if(overlay.entries, [&](const YamlEntry& entry) {
    const YamlEntry* declared = root.find(section);
    const bool is_known =
        declared != nullptr && (declared->value.find(entry.key) != nullptr || !declared->value.is_map());
    // A node with a type is a node of its own, which only this environment has.
    if (is_known || (is_node && entry.value.find("type") != nullptr)) return false;
    std::string hint = did_you_mean(entry.key, names);
    if (is_node) {
      if (hint.empty()) hint = "give it a 'type' if only this environment has it";
      faults.error(entry.key_place, "no-such-node",
                   "there is no node '" + entry.key + "' in '" + std::string(section) + "' to overlay", hint);
    } else {
      if (hint.empty()) hint = "declare it: 'vars: {" + entry.key + ": {default: ...}}'";
      faults.error(entry.key_place, "unknown-variable", "there is no variable '" + entry.key + "'", hint);
    }
    return true;
  });
}

void check_overlay(YamlEntry& environment, const YamlValue& root, FaultList& faults) {
  check_keys(environment.value, "environment '" + environment.key + "'", kOverlayWords, faults);
  for (const std::string_view section : {"vars", "sources", "transforms", "sinks"}) {
    YamlEntry* overlay = environment.value.find(section);
    if (overlay == nullptr) continue;
    if (is_map(overlay->value, "'" + std::string(section) + "' of environment '" + environment.key + "'",
               faults))
      drop_unknown(overlay->value, root, section, faults);
    else
      overlay->value = {};
  }
}

}  // namespace

void lay_over(YamlValue& base, const YamlValue& over) {
  if (!base.is_map() || !over.is_map()) {
    base = over;
    return;
  }
  for (const YamlEntry& entry : over.entries) {
    if (YamlEntry* known = base.find(entry.key))
      lay_over(known->value, entry.value);
    else
      base.entries.push_back(entry);
  }
}

YamlValue apply_environment(YamlValue& root, const std::optional<std::string>& chosen, bool must_exist,
                            FaultList& faults) {
  YamlValue environments;
  if (YamlEntry* found = root.find("environments")) environments = std::move(found->value);
  std::erase_if(root.entries, [](const YamlEntry& entry) { return entry.key == "environments"; });
  if (!environments.is_null() && !is_map(environments, "'environments'", faults)) return {};
  for (YamlEntry& environment : environments.entries)
    if (is_map(environment.value, "environment '" + environment.key + "'", faults))
      check_overlay(environment, root, faults);
    else
      environment.value = {};
  if (!chosen) return {};
  YamlEntry* overlay = environments.find(*chosen);
  if (overlay == nullptr) {
    const std::vector<std::string> names = keys_of(environments);
    std::string hint = did_you_mean(*chosen, names);
    if (hint.empty())
      hint = names.empty() ? "the file has no 'environments'" : "the environments are " + list_words(names);
    if (must_exist)
      faults.error(place_of_source("--env " + *chosen), "no-such-environment",
                   "there is no environment '" + *chosen + "'", hint);
    return {};
  }
  YamlValue vars;
  if (YamlEntry* found = overlay->value.find("vars")) vars = std::move(found->value);
  std::erase_if(overlay->value.entries, [](const YamlEntry& entry) { return entry.key == "vars"; });
  if (overlay->value.is_map()) lay_over(root, overlay->value);
  return vars;
}

}  // namespace weir
