#include "experiment_results.hpp"

#include <algorithm>
#include <cmath>

#include "experiment_sentence.hpp"

namespace weir::experiment {
namespace {

/// The arms in the order of the output. An arm that is declared or the control is there without units too.
class Arms {
 public:
  Arms(ExperimentSums& sums, const Options& options, size_t metric_count) {
    for (ArmSums& arm : sums.arms)
      if (arm.units > 0) arms_.push_back(std::move(arm));
    add_missing(options.control, metric_count);
    for (const auto& [name, share] : options.split) add_missing(name, metric_count);
    std::ranges::sort(arms_, [&](const ArmSums& a, const ArmSums& b) {
      const size_t at = place(a.name, options);
      const size_t other = place(b.name, options);
      return at != other ? at < other : a.name < b.name;
    });
    for (const ArmSums& arm : arms_) {
      const size_t at = place(arm.name, options);
      weights_.push_back(at < options.split.size() ? options.split[at].second : 1.0);
      units_.push_back(arm.units);
    }
  }
  const std::vector<ArmSums>& all() const { return arms_; }
  const ArmSums& named(const std::string& name) const {
    return *std::ranges::find(arms_, name, &ArmSums::name);
  }
  double sample_ratio() const { return sample_ratio_p(units_, weights_); }
  std::vector<Moments> of_metric(size_t metric) const {
    std::vector<Moments> made;
    for (const ArmSums& arm : arms_) made.push_back(arm.metrics[metric]);
    return made;
  }

 private:
  static size_t place(const std::string& name, const Options& options) {
    size_t at = 0;
    while (at < options.split.size() && options.split[at].first != name) ++at;
    return at;
  }
  void add_missing(const std::string& name, size_t metric_count) {
    if (std::ranges::find(arms_, name, &ArmSums::name) == arms_.end())
      arms_.push_back({name, 0, std::vector<Moments>(metric_count)});
  }
  std::vector<ArmSums> arms_;
  std::vector<int64_t> units_;
  std::vector<double> weights_;
};

std::string test_of(const MetricRule& rule, const Certainty& certainty) {
  std::string name = "Welch t";
  if (rule.kind == Kind::kProportion) name = "two-proportion z";
  if (rule.kind == Kind::kRatio) name = "delta-method z";
  if (certainty.planned_units) name = "mixture SPRT";
  if (certainty.planned_units && rule.kind == Kind::kRatio) name += ", delta method";
  if (rule.has_covariate) name += ", CUPED";
  if (rule.margin) name += ", non-inferiority";
  return name;
}

Verdict verdict_of(const MetricRule& rule, const ResultRow& row, double alpha) {
  const Comparison& found = row.comparison;
  if (std::isnan(found.p)) return Verdict::kNotEnoughData;
  if (rule.margin) {
    const bool is_higher_better = rule.better == Better::kHigher;
    const double least_gain = is_higher_better ? found.low : -found.high;
    const double greatest_gain = is_higher_better ? found.high : -found.low;
    if (least_gain > -*rule.margin) return Verdict::kHolds;
    return greatest_gain < -*rule.margin ? Verdict::kBroken : Verdict::kUnclear;
  }
  if (row.p_adjusted > alpha) return Verdict::kUnclear;
  return (found.difference > 0) == (rule.better == Better::kHigher) ? Verdict::kBetter : Verdict::kWorse;
}

/// Holm's over what is to improve. Guardrails must all hold, which needs no correction (Berger 1982).
void adjust(std::vector<ResultRow>& rows, const std::vector<const MetricPlan*>& plans) {
  std::vector<double> p;
  for (size_t i = 0; i < rows.size(); ++i) p.push_back(plans[i]->rule.margin ? kNone : rows[i].comparison.p);
  const std::vector<double> adjusted = holm(p);
  for (size_t i = 0; i < rows.size(); ++i)
    rows[i].p_adjusted = plans[i]->rule.margin ? rows[i].comparison.p : adjusted[i];
}

}  // namespace

std::string_view word_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kBetter:
      return "better";
    case Verdict::kWorse:
      return "worse";
    case Verdict::kUnclear:
      return "unclear";
    case Verdict::kHolds:
      return "holds";
    case Verdict::kBroken:
      return "broken";
    case Verdict::kSampleRatioMismatch:
      return "sample_ratio_mismatch";
    case Verdict::kNotEnoughData:
      return "not_enough_data";
  }
  return "";
}

std::vector<ResultRow> results_of(ExperimentSums sums, const Options& options,
                                  const std::vector<MetricPlan>& metrics) {
  const Arms arms(sums, options, metrics.size());
  const Certainty certainty = options.certainty();
  const double sample_ratio = arms.sample_ratio();
  const ArmSums& control = arms.named(options.control);
  std::vector<ResultRow> rows;
  std::vector<const MetricPlan*> plans;
  for (size_t m = 0; m < metrics.size(); ++m) {
    const Correction correction = correction_of(arms.of_metric(m));
    for (const ArmSums& arm : arms.all()) {
      if (arm.name == options.control) continue;
      const MetricRule& rule = metrics[m].rule;
      ResultRow& row = rows.emplace_back();
      row.metric = metrics[m].name;
      row.arm = arm.name;
      row.test = test_of(rule, certainty);
      row.n = arm.metrics[m].n;
      row.n_control = control.metrics[m].n;
      row.comparison = compare(rule, arm.metrics[m], control.metrics[m], correction, certainty);
      row.sample_ratio_p = sample_ratio;
      row.crossed_units = sums.crossed_units;
      plans.push_back(&metrics[m]);
    }
  }
  adjust(rows, plans);
  for (size_t i = 0; i < rows.size(); ++i) {
    Said said{plans[i]->rule, options, Verdict::kNotEnoughData};
    said.without_mismatch = verdict_of(plans[i]->rule, rows[i], certainty.alpha());
    rows[i].verdict =
        sample_ratio < options.mismatch_below ? Verdict::kSampleRatioMismatch : said.without_mismatch;
    rows[i].sentence = sentence_of(rows[i], said);
  }
  return rows;
}

}  // namespace weir::experiment
