#include "spec/scope.hpp"

#include <utility>

namespace weir {

void take_below(const std::string& prefix, Scope inner, Scope& outer) {
  const std::string path = prefix + ".";
  for (NodeSpec& node : inner.nodes) {
    node.name = path + node.name;
    for (InputSpec& input : node.inputs)
      for (InputRef& ref : input.refs)
        if (!ref.node.empty()) ref.node = path + ref.node;
    outer.nodes.push_back(std::move(node));
  }
  for (const auto& [name, target] : inner.names.all()) {
    NameTarget moved = target;
    if (!moved.is_broken()) moved.node = path + moved.node;
    outer.names.set(path + name, std::move(moved));
  }
  outer.references_are_known = outer.references_are_known && inner.references_are_known;
}

}  // namespace weir
