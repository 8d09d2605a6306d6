#include "plan/revision_check.hpp"

#include <algorithm>
#include <span>

#include "expr/abi_calls.hpp"

namespace weir {
namespace {

constexpr const char* kFinal = "is_final";

/// Whether only the last row of each window comes out: a filter by the column that says so.
bool keeps_only_final(const BoundNode& bound) {
  const weir_program* const program = bound.binding->program;
  if (program == nullptr || program->where == nullptr) return false;
  const auto column = program->where->compiled.bare_column();
  return column && bound.inputs.front()[*column].name == kFinal;
}

/// A group over revised rows counts them all: what it gives is not revised, it is computed.
bool computes_anew(const BoundNode& bound) {
  const weir_output_port& output = bound.binding->outputs[0];
  const std::span columns(output.columns, output.column_count);
  return std::ranges::any_of(
      columns, [](const weir_output_column& column) { return column.derivation == WEIR_DERIVED_AGGREGATED; });
}

std::string revised_by(const BoundNode& bound, const std::string& above) {
  if (bound.binding == nullptr || bound.binding->output_count == 0) return {};
  if ((bound.binding->outputs[0].flags & WEIR_OUTPUT_REVISES) != 0) return bound.name;
  return keeps_only_final(bound) || computes_anew(bound) ? std::string() : above;
}

}  // namespace

bool check_revisions(const NodeSpec& spec, BoundNode& bound, const std::vector<BoundLink>& links,
                     const BoundPipeline& above, FaultList& faults) {
  std::string reviser;
  for (const BoundLink& link : links) {
    // Other ports carry rows as they came.
    if (link.from_port == 0 && reviser.empty()) reviser = above.nodes[link.from].revised_by;
  }
  bound.revised_by = revised_by(bound, reviser);
  const bool can_append_only = (bound.node->component()->traits & WEIR_TRAIT_APPEND_ONLY) != 0;
  if (reviser.empty() || !can_append_only) return true;
  Place place = spec.place;
  if (!spec.inputs.empty() && !spec.inputs.front().refs.empty())
    place = spec.inputs.front().refs.front().place;
  faults.error(place, "revised-input",
               "'" + spec.name + "' can only append, and '" + reviser +
                   "' gives several results for one window, each in place of the one before",
               "put a filter between them that keeps the last: {type: filter, inputs: " + reviser +
                   ", where: is_final}; or take 'emit' and 'allowed_lateness' away from '" + reviser + "'");
  return false;
}

}  // namespace weir
