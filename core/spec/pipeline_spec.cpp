#include "spec/pipeline_spec.hpp"

#include <algorithm>

namespace weir {

const char* role_name(Role role) {
  switch (role) {
    case Role::kSource:
      return "source";
    case Role::kTransform:
      return "transform";
    case Role::kSink:
      return "sink";
  }
  return "node";
}

const YamlEntry* NodeSpec::engine_option(const std::string& key) const {
  const auto found = std::ranges::find(engine_options, key, &YamlEntry::key);
  return found == engine_options.end() ? nullptr : &*found;
}

const NodeSpec* PipelineSpec::find_node(const std::string& node_name) const {
  const auto found = std::ranges::find(nodes, node_name, &NodeSpec::name);
  return found == nodes.end() ? nullptr : &*found;
}

}  // namespace weir
