#include "cli/strict_check.hpp"

#include <string>

#include "cli/keys_without_effect.hpp"
#include "cli/missing_about.hpp"
#include "spec/yaml_reader.hpp"

namespace weir {
namespace {

void warn_of_variables(const YamlValue& file, const std::string& text, FaultList& faults) {
  const YamlEntry* const variables = file.find("vars");
  // An included file may use the variables of the file that includes it.
  if (variables == nullptr || file.find("include") != nullptr) return;
  for (const YamlEntry& variable : variables->value.entries) {
    if (text.find("${" + variable.key + "}") != std::string::npos) continue;
    faults.warning(variable.key_place, "unused-variable",
                   "nothing in the file uses the variable '" + variable.key + "'",
                   "write ${" + variable.key + "} where it is meant, or leave it out");
  }
}

}  // namespace

void add_strict_warnings(const PipelineSpec& spec, const BoundPipeline& bound, FaultList& faults) {
  add_missing_abouts(spec, bound, faults);
  for (const Given<std::string>& key : keys_without_effect(spec)) {
    faults.warning(key.place, "without-effect", "this version does nothing with '" + key.value + "'",
                   key.value == "state" ? "say it with --state" : "leave it out, or do not count on it");
  }
  if (!spec.name.place.is_known()) return;
  FaultList told_already;
  const auto file = read_yaml(spec.name.place.source, told_already);
  if (file) warn_of_variables(*file, spec.name.place.source->text(), faults);
}

}  // namespace weir
