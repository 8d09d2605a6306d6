#include "experiment_options.hpp"

#include <algorithm>

#include <weir/numbers.hpp>

namespace weir::experiment {
namespace {

constexpr double kLongestUs = 3.2e14;
constexpr size_t kMaxMetrics = 64;  // A unit has a bit for each.

Status check_number(const std::string& metric, std::string_view what, const Expression& value) {
  const DataType type = value.field().type;
  if (is_number(type.type)) return {};
  return Status::invalid("metrics: '" + metric + "' has a " + std::string(what) + " that is " +
                         type.to_string() + ", expected a number");
}

Result<MetricPlan> plan_metric(const std::string& name, const Metric& metric) {
  const int kinds = static_cast<int>(metric.proportion.has_value()) +
                    static_cast<int>(metric.mean.has_value()) + static_cast<int>(metric.ratio.has_value());
  if (kinds != 1)
    return Status::invalid("metrics: '" + name + "' says " +
                           (kinds == 0 ? "nothing" : "more than one thing") +
                           " to measure, expected one of {proportion: bought}, {mean: revenue} and {ratio: "
                           "{numerator: clicks, denominator: views}}");
  if (metric.covariate && !metric.mean)
    return Status::invalid("metrics: '" + name + "' has a covariate, which goes with a mean only");
  MetricPlan plan;
  plan.name = name;
  plan.rule = {Kind::kMean, metric.better, {}, metric.covariate.has_value()};
  if (metric.guardrail) plan.rule.margin = metric.guardrail->margin;
  if (metric.proportion) {
    plan.rule.kind = Kind::kProportion;
    plan.y = *metric.proportion;
    return plan;
  }
  plan.y = metric.mean ? *metric.mean : metric.ratio->numerator;
  WEIR_RETURN_IF_ERROR(check_number(name, metric.mean ? "mean" : "numerator", plan.y));
  if (metric.ratio) {
    plan.rule.kind = Kind::kRatio;
    plan.x = metric.ratio->denominator;
    WEIR_RETURN_IF_ERROR(check_number(name, "denominator", plan.x));
  } else if (metric.covariate) {
    plan.x = *metric.covariate;
    WEIR_RETURN_IF_ERROR(check_number(name, "covariate", plan.x));
  }
  return plan;
}

Status check_time(const Options& options, const Input& input) {
  if (options.window && input.schema.event_time < 0)
    return Status::invalid(
        "window: its input carries no event time; declare event_time at a node before it, for example "
        "event_time: {column: ts}");
  if (!options.window && !input.is_bounded && !options.early_every())
    return Status::invalid(
        "window: its input never ends, so without windows no result ever comes; say window: {tumbling: 7d}, "
        "or emit: {every: 1h} with sequential for what there is so far");
  if (options.early_every() && !options.sequential)
    return Status::invalid(
        "emit: who looks again and again finds differences that are chance, because an ordinary interval "
        "holds for one look; say sequential: {planned_units: 100000} for one that holds for all");
  return {};
}

Status check_split(const Options& options) {
  if (options.split.empty()) return {};
  bool has_control = false;
  for (const auto& [name, share] : options.split) {
    has_control = has_control || name == options.control;
    if (!(share > 0))
      return Status::invalid("split: the share of '" + name +
                             "' is not above 0; leave out arms that get no units");
  }
  if (options.split.size() < 2) return Status::invalid("split: has one arm, expected at least two");
  if (!has_control) return Status::invalid("split: does not name the control '" + options.control + "'");
  return {};
}

}  // namespace

OptionList<Ratio> Ratio::options() {
  return options_of<Ratio>(
      required("numerator", &Ratio::numerator, "A number that is summed.", example_value("clicks")),
      required("denominator", &Ratio::denominator, "The number that its sum is divided by.",
               example_value("views")));
}

OptionList<Guardrail> Guardrail::options() {
  return options_of<Guardrail>(required("margin", &Guardrail::margin, range(0, 1e300),
                                        "How much worse than the control is still bearable, in units of the "
                                        "metric: 0.01 is one percentage point of a proportion.",
                                        example_value("0.01")));
}

OptionList<Metric> Metric::options() {
  return options_of<Metric>(
      optional("proportion", &Metric::proportion, Type::kBool,
               "The share of units for which this is true; with several rows, in one of them.",
               example_value("revenue > 0")),
      optional("mean", &Metric::mean,
               "The mean of this number over units; of a unit with several rows, of its sum.",
               example_value("revenue")),
      optional("ratio", &Metric::ratio,
               "A sum over a sum where the denominator is not the number of units, such as clicks by views.",
               example_value("{numerator: clicks, denominator: views}")),
      optional(
          "covariate", &Metric::covariate,
          "With a mean: the same or a like number of the time before the experiment. What it explains is "
          "taken out (CUPED), so that smaller differences are seen.",
          example_value("revenue_before")),
      optional("better", &Metric::better, "higher",
               choices<Better>({{"higher", Better::kHigher}, {"lower", Better::kLower}}),
               "Which way is better.", example_value("lower")),
      optional("guardrail", &Metric::guardrail,
               "The metric need not improve, it must not get worse by `margin` or more.",
               example_value("{margin: 0.01}")));
}

OptionList<Window> Window::options() {
  return options_of<Window>(
      required("tumbling", &Window::tumbling, range(1, kLongestUs),
               "How long each window is; each is an experiment of its own. Windows begin at multiples of "
               "this since 1970-01-01 UTC.",
               example_value("7d")));
}

OptionList<Sequential> Sequential::options() {
  return options_of<Sequential>(
      required("planned_units", &Sequential::planned_units, range(1, 1e15),
               "How many units, the two compared arms together, you expect at the end: there the interval "
               "is tightest. It holds at every other number too.",
               example_value("100000")));
}

OptionList<Early> Early::options() {
  return options_of<Early>(required(
      "every", &Early::every, range(1000, kLongestUs),
      "How often what changed is given before it is complete, by the wall clock.", example_value("1h")));
}

Result<std::vector<MetricPlan>> plan_metrics(const Options& options, const Input& input) {
  if (options.metrics.empty())
    return Status::invalid(
        "metrics: at least one is needed, for example metrics: {bought: {proportion: revenue > 0}}");
  if (options.metrics.size() > kMaxMetrics)
    return Status::invalid("metrics: are " + std::to_string(options.metrics.size()) + ", expected at most " +
                           std::to_string(kMaxMetrics));
  WEIR_RETURN_IF_ERROR(check_split(options));
  WEIR_RETURN_IF_ERROR(check_time(options, input));
  std::vector<MetricPlan> plans;
  for (const auto& [name, metric] : options.metrics) {
    WEIR_ASSIGN_OR_RETURN(MetricPlan plan, plan_metric(name, metric));
    plan.first_column = value_count(plans);
    plans.push_back(std::move(plan));
  }
  return plans;
}

size_t value_count(const std::vector<MetricPlan>& metrics) {
  size_t count = 0;
  for (const MetricPlan& metric : metrics) count += metric.has_x() ? 2 : 1;
  return count;
}

}  // namespace weir::experiment
