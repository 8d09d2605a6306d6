#include "path_options.hpp"

#include "behaviour_rows.hpp"

namespace weir::behaviour {

Result<PathRules> path_rules(const PathOptions& options) {
  if (options.from.has_value() == options.to.has_value())
    return Status::invalid(
        "from: expected one of 'from', for the steps behind an event, and 'to', for those that lead to one; "
        "for example from: cart");
  if (options.window && !options.within)
    return Status::invalid(
        "within: is needed with 'window': it says how far beyond a window its paths may go; for example "
        "within: 1d");
  PathRules rules;
  rules.direction = options.from ? PathDirection::kFrom : PathDirection::kTo;
  rules.repeats = options.repeats;
  rules.occurrences = options.occurrences;
  rules.steps = static_cast<size_t>(options.steps);
  rules.within = options.within ? options.within->count() : kNever;
  return rules;
}

}  // namespace weir::behaviour
