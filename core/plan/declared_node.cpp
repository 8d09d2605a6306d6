#include "plan/declared_node.hpp"

#include <algorithm>

#include "plan/bound_pipeline.hpp"

namespace weir {

std::optional<Schema> output_of(const Declared& sender, const std::string& port) {
  if (port == "errors") return sender.errors.value_or(errors_schema());
  const auto found = std::ranges::find(sender.outputs, port);
  if (found == sender.outputs.end()) return std::nullopt;
  return sender.schemas[static_cast<size_t>(found - sender.outputs.begin())];
}

}  // namespace weir
