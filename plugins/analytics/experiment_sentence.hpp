#pragma once
// A result in plain words.
#include <string>

#include "experiment_results.hpp"

namespace weir::experiment {

/// What a sentence needs beside its row.
struct Said {
  const MetricRule& rule;
  const Options& options;
  Verdict without_mismatch;  ///< What the metric alone says.
};

/// Returns what was found, how sure that is, and what it means. No p stands in it: an interval says the same
/// and how much besides.
std::string sentence_of(const ResultRow& row, const Said& said);

}  // namespace weir::experiment
