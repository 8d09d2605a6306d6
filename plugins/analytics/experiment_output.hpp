#pragma once
// The columns of results.
#include <vector>

#include <weir/batch.hpp>
#include <weir/binding.hpp>

#include "experiment_results.hpp"

namespace weir::experiment {

/// The window that results are of, and which result of it they are.
struct ResultHead {
  int64_t window_end = 0;
  int64_t revision = 0;
  bool is_final = true;
};

/// The output's columns. `read`: what results are made of.
OutputPort result_columns(const Options& options, const Schema& input, const std::vector<ColumnId>& read);

/// The rows as a batch of those columns.
Batch result_batch(const std::vector<ResultRow>& rows, const Options& options, const ResultHead& head);

}  // namespace weir::experiment
