#pragma once
// From the sums of all arms to one row for each metric and treatment.
#include <string>
#include <vector>

#include "experiment_options.hpp"

namespace weir::experiment {

/// What was seen of one arm: for each metric what is kept of it.
struct ArmSums {
  std::string name;
  int64_t units = 0;
  std::vector<Moments> metrics;
};

struct ExperimentSums {
  std::vector<ArmSums> arms;  ///< In any order, each once.
  int64_t crossed_units = 0;  ///< Seen in more than one arm, and in none of the sums.
};

enum class Verdict { kBetter, kWorse, kUnclear, kHolds, kBroken, kSampleRatioMismatch, kNotEnoughData };

/// Returns the word that stands in the column `verdict`.
std::string_view word_of(Verdict verdict);

struct ResultRow {
  std::string metric;
  std::string arm;
  std::string test;  ///< Which one: "Welch t".
  int64_t n = 0;
  int64_t n_control = 0;
  Comparison comparison;
  double p_adjusted = kNone;
  double sample_ratio_p = kNone;
  int64_t crossed_units = 0;
  Verdict verdict = Verdict::kNotEnoughData;
  std::string sentence;
};

/// By metric in the order of the options, then by treatment: in the order of `split`, else of their names.
std::vector<ResultRow> results_of(ExperimentSums sums, const Options& options,
                                  const std::vector<MetricPlan>& metrics);

}  // namespace weir::experiment
