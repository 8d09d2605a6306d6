#pragma once
// The options of `experiment`, and what they come to once the input is known.
#include <optional>
#include <string>
#include <vector>

#include <weir/binding.hpp>
#include <weir/expression.hpp>
#include <weir/node.hpp>
#include <weir/option_types.hpp>
#include <weir/options.hpp>

#include "experiment_comparison.hpp"

namespace weir::experiment {

struct Ratio {
  Expression numerator;
  Expression denominator;
  static OptionList<Ratio> options();
};

struct Guardrail {
  double margin = 0;
  static OptionList<Guardrail> options();
};

struct Metric {
  std::optional<Expression> proportion;
  std::optional<Expression> mean;
  std::optional<Ratio> ratio;
  std::optional<Expression> covariate;
  Better better = Better::kHigher;
  std::optional<Guardrail> guardrail;
  static OptionList<Metric> options();
};

struct Window {
  Duration tumbling{};
  static OptionList<Window> options();
};

struct Sequential {
  int64_t planned_units = 0;
  static OptionList<Sequential> options();
};

struct Early {
  Duration every{};
  static OptionList<Early> options();
};

struct Options {
  ColumnRef arm;
  std::string control;
  std::optional<ColumnRef> unit;
  NamedList<Metric> metrics;
  NamedList<double> split;
  double mismatch_below = 0.001;
  double confidence = 0.95;
  double power = 0.8;
  std::optional<Sequential> sequential;
  std::optional<Window> window;
  std::optional<OneOf<std::string, Early>> emit;

  std::optional<Duration> early_every() const {
    const Early* const early = emit ? std::get_if<Early>(&*emit) : nullptr;
    return early == nullptr ? std::nullopt : std::optional(early->every);
  }
  Certainty certainty() const {
    return {confidence, power, sequential ? std::optional(sequential->planned_units) : std::nullopt};
  }
};

/// A metric as the rows are read for it: y, and x where it has a second value. Of a row that lacks one of
/// them neither counts.
struct MetricPlan {
  std::string name;
  MetricRule rule;
  Expression y;
  Expression x;         ///< Empty: there is none.
  size_t first_column;  ///< Of y among the values of all metrics; x is the next.
  bool has_x() const { return static_cast<bool>(x); }
};

/// Fails: options that do not go together, or not with this input.
Result<std::vector<MetricPlan>> plan_metrics(const Options& options, const Input& input);

/// Returns how many values a row has for all metrics.
size_t value_count(const std::vector<MetricPlan>& metrics);

}  // namespace weir::experiment
