#include "plan/window_check.hpp"

namespace weir {
namespace {

/// The endless source that reaches `node` without a watermark on the way, or null.
const BoundNode* timeless_source(const BoundPipeline& above, size_t node) {
  const BoundNode& bound = above.nodes[node];
  if (bound.is_bounded || (bound.event_time && bound.event_time->max_delay_us)) return nullptr;
  if (bound.kind() == WEIR_KIND_SOURCE) return &bound;
  for (const BoundLink& link : above.links) {
    if (link.to != node) continue;
    if (const BoundNode* const found = timeless_source(above, link.from)) return found;
  }
  return nullptr;
}

}  // namespace

bool check_windows(const NodeSpec& spec, const BoundNode& bound, const std::vector<BoundLink>& links,
                   const BoundPipeline& above, FaultList& faults) {
  const bool has_windows = bound.binding != nullptr && bound.binding->needs_row_watermark != 0;
  if (!has_windows || bound.is_bounded) return true;
  for (const BoundLink& link : links) {
    const BoundNode* const source = timeless_source(above, link.from);
    if (source == nullptr) continue;
    const YamlEntry* const window = spec.options.find("window");
    faults.error(window == nullptr ? spec.place : window->key_place, "window-never-closes",
                 "the windows of '" + spec.name + "' never close: '" + source->name +
                     "' never ends, and nothing between them says how far its time has come",
                 "declare it there, for example event_time: {column: ts, max_delay: 5s}");
    return false;
  }
  return true;
}

}  // namespace weir
