#include "cli/keys_without_effect.hpp"

namespace weir {

std::vector<Given<std::string>> keys_without_effect(const PipelineSpec& spec) {
  std::vector<Given<std::string>> keys;
  if (!spec.state.is_null()) keys.push_back({"state", spec.state.place});
  if (!spec.schedule.is_null()) keys.push_back({"schedule", spec.schedule.place});
  for (const NodeSpec& node : spec.nodes) {
    for (const YamlEntry& entry : node.engine_options) {
      if (!entry.value.is_null()) keys.push_back({entry.key, entry.key_place});
    }
    if (node.id) keys.push_back({"id", node.id->place});
  }
  return keys;
}

}  // namespace weir
