#include "funnel_options.hpp"

#include <weir/did_you_mean.hpp>

#include "behaviour_rows.hpp"

namespace weir::behaviour {
namespace {

const Expression& condition_of(const OneOf<ExclusionOption, Expression>& exclusion) {
  if (const auto* full = std::get_if<ExclusionOption>(&exclusion)) return full->where;
  return std::get<Expression>(exclusion);
}

Result<size_t> step_named(const FunnelOptions& options, const std::string& name) {
  std::vector<std::string> names;
  for (size_t i = 0; i < options.steps.size(); ++i) {
    if (options.steps[i].first == name) return i;
    names.push_back(options.steps[i].first);
  }
  const std::string hint = did_you_mean(name, names);
  return Status::invalid("there is no step '" + name + "'" + (hint.empty() ? "" : "; " + hint));
}

Result<FunnelRules::Exclusion> exclusion_of(const FunnelOptions& options, const ExclusionOption& option) {
  FunnelRules::Exclusion made{0, options.steps.size() - 1};
  if (option.after) {
    WEIR_ASSIGN_OR_RETURN(made.after, step_named(options, *option.after));
  }
  if (option.before) {
    WEIR_ASSIGN_OR_RETURN(made.before, step_named(options, *option.before));
  }
  if (made.after >= made.before)
    return Status::invalid("'before' must name a step behind that of 'after'; between '" +
                           options.steps[made.after].first + "' and '" + options.steps[made.before].first +
                           "' lies nothing");
  return made;
}

}  // namespace

OptionList<ExclusionOption> ExclusionOption::options() {
  return options_of<ExclusionOption>(
      required("where", &ExclusionOption::where, Type::kBool, "Which rows end an attempt.",
               example_value("event = 'refund'")),
      optional("after", &ExclusionOption::after,
               "Only attempts that have taken this step; the first where it is left out.",
               example_value("carted")),
      optional("before", &ExclusionOption::before,
               "Only attempts that have not taken this step; the last where it is left out.",
               example_value("bought")));
}

std::vector<Mark> FunnelOptions::marks() const {
  std::vector<Mark> made;
  for (uint32_t i = 0; i < steps.size(); ++i) made.push_back({steps[i].second, i});
  for (uint32_t i = 0; i < exclude.size(); ++i)
    made.push_back({condition_of(exclude[i].second), static_cast<uint32_t>(kMaxSteps) + i});
  return made;
}

Result<FunnelRules> funnel_rules(const FunnelOptions& options) {
  if (options.steps.size() < 2 || options.steps.size() > kMaxSteps)
    return Status::invalid("steps: " + std::to_string(options.steps.size()) + " given, expected 2 to " +
                           std::to_string(kMaxSteps));
  if (options.exclude.size() > kMaxExclusions)
    return Status::invalid("exclude: " + std::to_string(options.exclude.size()) +
                           " given, expected at most " + std::to_string(kMaxExclusions));
  if (options.window && !options.within)
    return Status::invalid(
        "within: is needed with 'window': it says how long after its end a window is waited for; for example "
        "within: 7d");
  FunnelRules rules;
  rules.step_count = options.steps.size();
  rules.is_strict = options.order == StepOrder::kStrict;
  rules.within = options.within ? options.within->count() : kNever;
  for (const auto& [name, exclusion] : options.exclude) {
    const auto* full = std::get_if<ExclusionOption>(&exclusion);
    auto made = exclusion_of(options, full == nullptr ? ExclusionOption() : *full);
    if (!made.is_ok()) return made.status().with_context("exclude: " + name);
    rules.exclusions.push_back(*made);
  }
  return rules;
}

}  // namespace weir::behaviour
